import { randomBytes } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { problems, securityHeaders, type Problem, type ProblemSlug } from '@tact/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RefusedRequest } from './refused-request.ts';

/** Not of digits alone, which could be a phone number padded with zeros. */
const traceparent = /^00-(?!\d{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const problem = 'application/problem+json; charset=utf-8';
const newTraceId = (): string => randomBytes(16).toString('hex');

const traceIdOf = (request: FastifyRequest): string => {
  const header = request.headers['traceparent'];
  const given = typeof header === 'string' ? traceparent.exec(header)?.[1] : undefined;
  return given ?? newTraceId();
};

type ProblemOptions = {
  readonly traceId: string;
  readonly detail?: string;
  readonly status?: number;
};

const problemOf = (slug: ProblemSlug, { traceId, detail, status }: ProblemOptions): Problem => ({
  type: `/problems/${slug}`,
  title: problems[slug].title,
  status: status ?? problems[slug].status,
  ...(detail === undefined ? {} : { detail }),
  instance: `urn:tact:trace:${traceId}`,
  traceId,
});

/** The status and headers of a refusal; neither the path nor anything else of the request is repeated. */
export const beginProblem = (
  request: FastifyRequest,
  reply: FastifyReply,
  { slug, options }: RefusedRequest,
): Problem => {
  const { detail, status, headers } = options;
  const body = problemOf(slug, {
    traceId: traceIdOf(request),
    ...(detail === undefined ? {} : { detail }),
    ...(status === undefined ? {} : { status }),
  });
  // What a service's answer had already set belongs to an answer that is not given.
  for (const name of Object.keys(reply.getHeaders())) void reply.removeHeader(name);
  void reply.code(body.status).headers({ ...securityHeaders, ...headers });
  return body;
};

/** Answers with RFC 9457. */
export const sendProblem = (reply: FastifyReply, body: Problem): void => {
  void reply.type(problem).send(JSON.stringify(body));
};

const unreadable: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const slugs: Readonly<Record<number, ProblemSlug>> = {
  405: 'method-not-allowed',
  413: 'body-too-large',
};

const bareProblemOf = (status: number): { headers: Record<string, string>; body: string } => {
  const slug = slugs[status] ?? 'malformed-request';
  const body = JSON.stringify(problemOf(slug, { traceId: newTraceId(), status }));
  const length = String(Buffer.byteLength(body));
  return {
    headers: {
      'content-type': problem,
      'content-length': length,
      ...securityHeaders,
      connection: 'close',
    },
    body,
  };
};

/** The bytes of an answer to what made no request; the connection ends with it. */
export const bareProblem = (status: number): string => {
  const { headers, body } = bareProblemOf(status);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n');
};

/** What is not HTTP, or has too many headers, makes no request: the problem goes straight to the socket. */
export const refuseUnreadable = (
  error: NodeJS.ErrnoException,
  socket: Duplex,
  underWay: ServerResponse | undefined,
): void => {
  const status = unreadable[error.code ?? ''] ?? 400;
  const answer = (): void => {
    if (socket.writable) socket.end(bareProblem(status));
  };
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else if (underWay === undefined || underWay.writableFinished) answer();
  // An answer that has begun can only be broken off.
  else if (underWay.headersSent) socket.destroy();
  // What comes behind a good request must not be taken for the answer to it.
  else if (underWay.req.complete) underWay.once('finish', answer);
  else {
    const { headers, body } = bareProblemOf(status);
    underWay.writeHead(status, headers).end(body);
  }
};
