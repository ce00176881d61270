import { Controller, Get, Header, HttpCode, Res } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Health } from '../../observability/health.ts';
import type { HealthReport } from '../../observability/health.ts';
import { Metrics } from '../../observability/metrics.ts';
import { AnyKey, Public, RequireScope } from '../access/access-decorators.ts';
import { DisclosesNothing } from '../discloses.ts';
import { Answers, Describe, Operator } from '../openapi/describe.ts';
import { openApiOf } from '../openapi/openapi.ts';
import { controllersIn } from '../openapi/routes.ts';
import { ServiceName } from './service-name.ts';

const Live = z.object({ status: z.literal('live') });

/** What operators and the gateway ask every service. The gateway does not pass these on from outside. */
@Operator()
@Controller()
@Public()
export class OperationsController {
  #openApi: Record<string, unknown> | undefined;

  constructor(
    private readonly health: Health,
    private readonly metrics: Metrics,
    private readonly service: ServiceName,
    private readonly modules: ModulesContainer,
  ) {}

  @Get('health/live')
  @Describe({
    operationId: 'showLiveness',
    tag: 'Operations',
    summary: 'Answers as long as the process turns its event loop',
  })
  @Answers(Live)
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('health/ready')
  @Describe({
    operationId: 'showReadiness',
    tag: 'Operations',
    summary:
      'Answers 200 when a request can be served, and 503 with the part that is down otherwise',
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReport> {
    const report = await this.health.report();
    if (report.status === 'not-ready') reply.code(503).header('retry-after', '2');
    return report;
  }

  @Get('metrics')
  @DisclosesNothing('Numbers of the service, of no person.')
  @Describe({
    operationId: 'printMetrics',
    tag: 'Operations',
    summary: 'Prints the metrics of this process for Prometheus',
  })
  @Answers(z.string(), { type: 'text/plain' })
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, text } = await this.metrics.print();
    reply.header('content-type', contentType);
    return text;
  }

  @Get('metrics/tenants')
  @RequireScope('operator')
  @DisclosesNothing('Numbers of the service, of no person.')
  @Describe({
    operationId: 'printTenantMetrics',
    tag: 'Operations',
    summary: 'Prints what each tenant asked of this process, for Prometheus',
    description: 'Of all tenants.',
  })
  @Answers(z.string(), { type: 'text/plain' })
  async scrapeTenants(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, text } = await this.metrics.print(this.metrics.ofTenants.registry);
    reply.header('content-type', contentType);
    return text;
  }

  /**
   * 204 for a key that works, whatever it may do: the gateway asks before it takes a body. 401 and 429 as any route
   * says them. The call that follows is the one that is counted.
   */
  @Get('internal/caller')
  @AnyKey()
  @HttpCode(204)
  @Describe({
    operationId: 'checkCaller',
    tag: 'Operations',
    summary: 'Says whether an API key works',
  })
  caller(): void {
    // The door has said it all.
  }

  @Get('openapi.json')
  @Describe({ operationId: 'describeApi', tag: 'Operations', summary: 'Prints this description' })
  @Answers(z.looseObject({}))
  @Header('cache-control', 'public, max-age=60')
  describe(): Record<string, unknown> {
    return (this.#openApi ??= openApiOf(controllersIn(this.modules), this.service.name));
  }
}
