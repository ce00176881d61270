import { randomBytes } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { problems, type Problem, type ProblemSlug } from '@tact/contracts';

/** Not of digits alone, which could be a phone number padded with zeros. */
const traceparent = /^00-(?!\d{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const PROBLEM = 'application/problem+json; charset=utf-8';
const newTraceId = (): string => randomBytes(16).toString('hex');

const traceIdOf = (request: IncomingMessage): string => {
  const header = request.headers['traceparent'];
  const given = typeof header === 'string' ? traceparent.exec(header)?.[1] : undefined;
  return given ?? newTraceId();
};

const send = (
  response: ServerResponse,
  status: number,
  { type, body }: { type: string; body: unknown },
): void => {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': type,
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
};

export const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, { type: 'application/json; charset=utf-8', body });

const problemOf = (slug: ProblemSlug, traceId: string, detail: string | undefined): Problem => ({
  type: `/problems/${slug}`,
  title: problems[slug].title,
  status: problems[slug].status,
  ...(detail === undefined ? {} : { detail }),
  instance: `urn:tact:trace:${traceId}`,
  traceId,
});

/** Answers with RFC 9457; neither the path nor anything else of the request is repeated. */
export const sendProblem = (response: ServerResponse, slug: ProblemSlug, detail?: string): void => {
  const body = problemOf(slug, traceIdOf(response.req), detail);
  const { status } = body;
  if (status === 503) response.setHeader('retry-after', '1');
  if (status === 405) response.setHeader('allow', 'GET, HEAD');
  send(response, status, { type: PROBLEM, body });
};

const unreadable: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What is not HTTP, or has too many headers, makes no request: the problem goes straight to the socket. */
export const refuseUnreadable = (
  error: NodeJS.ErrnoException,
  socket: Duplex,
  underWay: ServerResponse | undefined,
): void => {
  // An answer that has begun can only be broken off.
  const begun = underWay?.headersSent === true && !underWay.writableFinished;
  if (error.code === 'ECONNRESET' || !socket.writable || begun) {
    socket.destroy();
    return;
  }
  const status = unreadable[error.code ?? ''] ?? 400;
  const problem = problemOf('malformed-request', newTraceId(), undefined);
  const body = JSON.stringify({ ...problem, status });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `content-type: ${PROBLEM}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
};
