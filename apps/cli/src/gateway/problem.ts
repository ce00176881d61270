import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { problems, type Problem, type ProblemSlug } from '@tact/contracts';

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-/;

const traceIdOf = (request: IncomingMessage): string => {
  const header = request.headers['traceparent'];
  const given = typeof header === 'string' ? traceparent.exec(header)?.[1] : undefined;
  return given ?? randomBytes(16).toString('hex');
};

const send = (
  response: ServerResponse,
  status: number,
  { type, body }: { type: string; body: unknown },
): void => {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
};

export const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, { type: 'application/json; charset=utf-8', body });

/** Answers with RFC 9457; neither the path nor anything else of the request is repeated. */
export const sendProblem = (response: ServerResponse, slug: ProblemSlug, detail?: string): void => {
  const { status, title } = problems[slug];
  const traceId = traceIdOf(response.req);
  const body: Problem = {
    type: `/problems/${slug}`,
    title,
    status,
    traceId,
    ...(detail === undefined ? {} : { detail }),
  };
  if (status === 503) response.setHeader('retry-after', '1');
  if (status === 405) response.setHeader('allow', 'GET, HEAD');
  send(response, status, { type: 'application/problem+json; charset=utf-8', body });
};
