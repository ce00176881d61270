import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReplyFromHooks } from '@fastify/reply-from';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { unavailable } from './refused-request.ts';

/** Headers of one connection, not of the message: they end here (RFC 9110, 7.6.1). */
const ofTheConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);
/** What frames or routes the request is said anew by what is sent. */
const saidAnew = new Set(['host', 'content-length', 'expect', 'forwarded', 'x-real-ip', 'via']);

/** A caller who names its own address would escape the rate limit: the gateway alone says it. */
const isForgeable = (name: string): boolean =>
  name.startsWith('x-') && (name.startsWith('x-forwarded') || name.startsWith('x-tact-'));

const requestHeaders = (
  request: FastifyRequest,
  given: Readonly<Record<string, string | string[] | undefined>>,
): IncomingHttpHeaders => {
  const headers: IncomingHttpHeaders = {};
  for (const name of Object.keys(given)) {
    if (ofTheConnection.has(name) || saidAnew.has(name) || isForgeable(name)) continue;
    headers[name] = given[name];
  }
  // A buffer knows its own length; a stream has the length the caller gave, held by undici, or is chunked.
  const length = request.raw.headers['content-length'];
  if (request.target.bytesMax === undefined && length !== undefined) {
    headers['content-length'] = length;
  }
  if (request.raw.headers['content-type'] === undefined) delete headers['content-type'];
  headers['x-forwarded-for'] = request.ip;
  headers['x-forwarded-proto'] = request.protocol;
  headers['x-forwarded-host'] = request.host;
  return headers;
};

const answerHeaders = (given: IncomingHttpHeaders): IncomingHttpHeaders => {
  const headers: IncomingHttpHeaders = {};
  for (const name of Object.keys(given)) {
    if (!ofTheConnection.has(name)) headers[name] = given[name];
  }
  return headers;
};

const hooks: FastifyReplyFromHooks = {
  rewriteRequestHeaders: (request, headers) => requestHeaders(request as FastifyRequest, headers),
  rewriteHeaders: answerHeaders,
  // Nothing is sent twice: what a service has read, it may have done.
  retryDelay: () => null,
  onError: (reply) => {
    void (reply as FastifyReply).send(
      unavailable('service-away', 'A service does not answer now.'),
    );
  },
};

/** Passes one request on, framed by what is sent, and its answer back as it comes. */
export const forward = (
  request: FastifyRequest,
  reply: FastifyReply,
  service: string,
): FastifyReply => {
  const { path } = request.target;
  const getUpstream = (): string => `http://${service}`;
  if (!Buffer.isBuffer(request.body)) return reply.from(path, { ...hooks, getUpstream });
  // Whatever the type, the bytes stay as they are: a signature was made over them.
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  return reply.from(path, { ...hooks, getUpstream, contentType, body: request.body });
};
