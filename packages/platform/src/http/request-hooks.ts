import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { runInContext } from '../observability/context.ts';
import type { Log } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { describeError } from '../observability/redaction.ts';
import { setSecurityHeaders, stateOf } from './request-state.ts';

export type HookOptions = {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly https: boolean;
};

/** Probes and scrapes come every few seconds: they are logged only when something is wrong. */
export const isProbe = (route: string): boolean =>
  route.startsWith('/health') || route.startsWith('/metrics');

const logRequest = (
  request: FastifyRequest,
  reply: FastifyReply,
  { log, metrics }: HookOptions,
): void => {
  const { context, problem, failure } = stateOf(request);
  const { method } = request;
  // The pattern, not the path: paths of unknown routes hold whatever the caller typed.
  const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
  const status = reply.statusCode;
  const durationMs = Math.round(reply.elapsedTime * 10) / 10;
  metrics.observeHttp({ method, route, status, durationMs, tenantId: context.tenantId });
  const line = {
    method,
    route,
    status,
    durationMs,
    outcome: problem ?? 'ok',
    correlationId: context.correlationId,
    traceId: context.traceId,
    tenantId: context.tenantId,
    keyId: context.keyId,
    staffId: context.staffId,
  };
  if (status >= 500) log.error({ ...line, error: describeError(failure) }, 'request failed');
  // How many calls come beyond a limit is the caller's choice, and must not be how fast the log grows.
  else if (isProbe(route) || problem === 'rate-limited') log.debug(line, 'request answered');
  else log.info(line, 'request answered');
};

/** One context per request, security headers on every answer, one log line at the end. */
export const registerRequestHooks = (fastify: FastifyInstance, options: HookOptions): void => {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { context } = stateOf(request);
    setSecurityHeaders(reply, options);
    reply.header('x-correlation-id', context.correlationId);
    runInContext(context, done);
  });
  // Reading the body leaves the context of the request, so it is entered again.
  fastify.addHook('preValidation', (request, _reply, done) => {
    runInContext(stateOf(request).context, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply, options);
    done();
  });
};
