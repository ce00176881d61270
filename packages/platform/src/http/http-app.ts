import { Module } from '@nestjs/common';
import type { Type, DynamicModule } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { securityHeaders } from '@tact/contracts';
import type { Clock } from '../config/clock.ts';
import { contextFromHeaders } from '../observability/context.ts';
import type { Log } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { NestLog } from '../observability/nest-log.ts';
import { AccessRules } from './access/access-rules.ts';
import { CallerLimits } from './access/caller-limits.ts';
import { Door } from './access/door.ts';
import type { KeyVerifier } from './access/door.ts';
import { applyBodyLimit, BODY_BYTES_MAX, registerBodyParsers } from './body-parsers.ts';
import { refuseEncodings } from './body-encodings.ts';
import { IdempotencyKeys } from './idempotency/idempotency-keys.ts';
import { controllersIn, describeRoutes } from './openapi/routes.ts';
import { ProblemError } from './problem-error.ts';
import { ProblemFilter, sendProblem } from './problem-filter.ts';
import { refuseForeignForms } from './pages/same-origin.ts';
import { refuseDoubtful } from './refuse-doubtful.ts';
import { refuseUndated } from './refuse-undated.ts';
import { registerRequestHooks } from './request-hooks.ts';
import { setSecurityHeaders } from './request-state.ts';
import { SlowBodies } from './slow-bodies.ts';
import { RouteBook } from './route-book.ts';
import { StrictQueryGuard } from './strict-query.ts';
import { ContractPipe } from './validation.ts';

export type HttpAppOptions = {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly apiKeys: KeyVerifier;
  /** Nothing is decided while it is not trusted; without it, nobody asks. */
  readonly clock?: Pick<Clock, 'assertTrusted'>;
  /** Without it, the header Idempotency-Key is ignored. */
  readonly idempotencyKeys?: IdempotencyKeys;
  /** Per API key, and per address of those who have none that works; 6,000 when absent. */
  readonly requestsPerMinute?: number;
  /** The origin callers see; `https:` adds the transport security header. */
  readonly publicOrigin?: string;
  /** Proxies whose `x-forwarded-for` is believed; the loopback addresses when absent. */
  readonly trustedProxies?: string;
};

const malformedAnswer = (status: number, title: string): string => {
  const { traceId } = contextFromHeaders({});
  const problem = { type: '/problems/malformed-request', title, status };
  const body = JSON.stringify({ ...problem, instance: `urn:tact:trace:${traceId}`, traceId });
  return [
    `HTTP/1.1 ${status} Bad Request`,
    'content-type: application/problem+json',
    ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
};

const adapterOf = (options: HttpAppOptions): FastifyAdapter => {
  const https = options.publicOrigin?.startsWith('https:') ?? false;
  return new FastifyAdapter({
    logger: false,
    skipMiddie: true,
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: options.trustedProxies ?? 'loopback',
    // Requests on kept-alive connections are still answered while the service stops.
    return503OnClosing: false,
    // The router refuses some addresses before any hook or filter: the same problem is written here.
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      setSecurityHeaders(reply, { https });
      void sendProblem(request, reply, new ProblemError('malformed-request'));
    },
    // Not even HTTP: there is no request yet, so the answer goes straight to the socket.
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
      const tooBig = error.code === 'HPE_HEADER_OVERFLOW';
      socket.end(malformedAnswer(tooBig ? 431 : 400, 'The request could not be read.'));
    },
  });
};

/** Gives the edge's own decorators what they inject. */
@Module({})
class EdgeModule {
  static around(module: Type | DynamicModule, keys: IdempotencyKeys | undefined): DynamicModule {
    return {
      module: EdgeModule,
      global: true,
      imports: [module],
      ...(keys && {
        providers: [{ provide: IdempotencyKeys, useValue: keys }],
        exports: [IdempotencyKeys],
      }),
    };
  }
}

/** A module behind the HTTP edge: problems, keys and scopes, validation, limits, one log line per request. */
export const createHttpApp = async (
  module: Type | DynamicModule,
  options: HttpAppOptions,
): Promise<NestFastifyApplication> => {
  const adapter = adapterOf(options);
  const fastify = adapter.getInstance();
  // Fastify asks a QUERY for a content type before it looks for a route: without one it is no method of ours.
  fastify.addHttpMethod('QUERY', { hasBody: false, overrideExisting: true });
  const routes = new RouteBook();
  const https = options.publicOrigin?.startsWith('https:') ?? false;
  fastify.addHook('onRoute', (route) => {
    applyBodyLimit(route);
    routes.note(route);
  });
  refuseDoubtful(fastify);
  registerRequestHooks(fastify, { log: options.log, metrics: options.metrics, https });
  refuseEncodings(fastify);
  refuseForeignForms(fastify, options.publicOrigin);
  registerBodyParsers(fastify);
  const rules = new AccessRules();
  const limits = await CallerLimits.on(fastify, options.requestsPerMinute ?? 6000);
  new Door({ keys: options.apiKeys, rules, limits }).watch(fastify);
  fastify.addHook('onRequest', (request, _reply, done) => {
    routes.refuseShadowed(request);
    done();
  });
  if (options.clock) refuseUndated(fastify, options.clock);
  new SlowBodies(malformedAnswer(400, 'The request did not come to its end in time.')).watch(
    fastify,
  );
  const edge = EdgeModule.around(module, options.idempotencyKeys);
  const app = await NestFactory.create<NestFastifyApplication>(edge, adapter, {
    bodyParser: false,
    logger: new NestLog(options.log),
    abortOnError: false,
    routeConflictPolicy: { duplicate: 'error' },
  });
  app.useGlobalFilters(new ProblemFilter(routes));
  app.useGlobalGuards(new StrictQueryGuard());
  app.useGlobalPipes(new ContractPipe());
  await app.init();
  const described = describeRoutes(controllersIn(app.get(ModulesContainer)));
  const [lost] = routes.undescribed(described);
  if (lost !== undefined) throw new Error(`${lost} is no route of a controller: make it one.`);
  rules.learn(described);
  return app;
};
