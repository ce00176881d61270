import { type ProblemSlug, securityHeaders } from '@tact/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contextFromHeaders } from '../observability/context.ts';
import type { WorkContext } from '../observability/context.ts';

/** What the edge knows of one request, from its first byte to its log line. */
export type RequestState = {
  context: WorkContext;
  /** Set by the content parser: fingerprints and signatures are taken over these bytes. */
  rawBody?: Buffer;
  scopes?: readonly string[];
  sessionId?: string;
  problem?: ProblemSlug;
  /** What really broke, for the log line only. */
  failure?: unknown;
};

// A property of the request, because a weak map of young objects is work for every collection of garbage.
const state = Symbol('tact request state');
type Stated = FastifyRequest['raw'] & { [state]?: RequestState };

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

/** The state of a request, begun at its first use. */
export const stateOf = (request: FastifyRequest): RequestState => {
  const raw: Stated = request.raw;
  const known = raw[state];
  if (known) return known;
  const context = contextFromHeaders({
    traceparent: headerOf(request, 'traceparent'),
    correlationId: headerOf(request, 'x-correlation-id'),
  });
  raw[state] = { context };
  return raw[state];
};

/** Of a service behind TLS also that nothing else may be used. */
export const setSecurityHeaders = (reply: FastifyReply, options: { https: boolean }): void => {
  reply.headers(securityHeaders);
  if (options.https) reply.header('strict-transport-security', 'max-age=31536000');
};
