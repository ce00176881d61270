import { Controller, Get, Header, HttpCode, Res } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { Health } from '../../observability/health.ts';
import type { HealthReport } from '../../observability/health.ts';
import { Metrics } from '../../observability/metrics.ts';
import { AnyKey, Public } from '../access/access-decorators.ts';
import { openApiOf } from '../openapi/openapi.ts';
import { ServiceName } from './service-name.ts';

/** What operators and the gateway ask every service. The gateway does not pass these on from outside. */
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

  /** 200 as long as the process turns its event loop. */
  @Get('health/live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** 200 when a request can be served; 503 with the part that is down otherwise. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReport> {
    const report = await this.health.report();
    if (report.status === 'not-ready') reply.code(503).header('retry-after', '2');
    return report;
  }

  @Get('metrics')
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, text } = await this.metrics.print();
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
  caller(): void {
    // The door has said it all.
  }

  @Get('openapi.json')
  @Header('cache-control', 'public, max-age=60')
  describe(): Record<string, unknown> {
    return (this.#openApi ??= openApiOf(this.modules, this.service.name));
  }
}
