import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReplyFromHooks } from '@fastify/reply-from';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { serviceNames } from '@tact/contracts';
import { releaseBody } from '../bodies/parse-body.ts';
import { CallerWentAway } from '../bodies/read-body.ts';
import type { Uploads } from '../bodies/uploads.ts';
import { ofTheConnection } from '../answers/connection-headers.ts';
import { giveAnswer } from '../answers/give-answer.ts';
import { unavailable } from '../refusals/refused-request.ts';
import type { ServiceAnswer } from '../upstreams/answer.ts';

/** An answer in the words of `@fastify/reply-from`. */
type GivenAnswer = Omit<ServiceAnswer, 'body'> & { readonly stream: ServiceAnswer['body'] };

/** What frames or routes the request is said anew by what is sent. */
const restated = new Set(['host', 'content-length', 'expect', 'forwarded', 'x-real-ip', 'via']);

/** A caller who names its own address would escape the rate limit: the gateway alone says it. */
const isForgeable = (name: string): boolean =>
  name.startsWith('x-') && (name.startsWith('x-forwarded') || name.startsWith('x-tact-'));

const requestHeaders = (
  request: FastifyRequest,
  given: Readonly<Record<string, string | string[] | undefined>>,
): IncomingHttpHeaders => {
  const headers: IncomingHttpHeaders = {};
  for (const name of Object.keys(given)) {
    if (ofTheConnection.has(name) || restated.has(name) || isForgeable(name)) continue;
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

const noHeaders = {};

const hooksOf = (service: string, isDraining: () => boolean): FastifyReplyFromHooks => ({
  getUpstream: () => `http://${service}`,
  rewriteRequestHeaders: (request, headers) => requestHeaders(request as FastifyRequest, headers),
  // `giveAnswer` writes them.
  rewriteHeaders: () => noHeaders,
  onResponse: (request, reply, given) => {
    // Ours is no stream of Node's: see `AnswerReader`.
    const { statusCode, headers, stream } = given as unknown as GivenAnswer;
    const answer = { statusCode, headers, body: stream };
    giveAnswer(request as FastifyRequest, reply as FastifyReply, { answer, isLast: isDraining() });
  },
  // Nothing is sent twice: what a service has read, it may have done.
  retryDelay: () => null,
  onError: (given) => {
    const reply = given as FastifyReply;
    // A question that was broken off because nobody waits for the answer says nothing of the service.
    const error = reply.raw.destroyed
      ? new CallerWentAway('the caller went away')
      : unavailable('service-away', 'A service does not answer now.');
    void reply.send(error);
  },
});

/** Passes requests on, framed by what is sent, and the answers back as they come. */
export const forwarding = (uploads: Uploads, isDraining: () => boolean) => {
  const hooks = new Map(serviceNames.map((service) => [service, hooksOf(service, isDraining)]));
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { path, route } = request.target;
    const ours = route && hooks.get(route.service);
    if (ours === undefined) throw new Error('a path that no service serves was not refused');
    if (!Buffer.isBuffer(request.body)) return reply.from(path, ours);
    reply.raw.once('close', () => releaseBody(request, uploads));
    // Whatever the type, the bytes stay as they are: a signature was made over them.
    const contentType = request.headers['content-type'] ?? 'application/octet-stream';
    return reply.from(path, { ...ours, contentType, body: request.body });
  };
};
