import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dropRest } from '../bodies/drop-rest.ts';
import { ofTheConnection } from './connection-headers.ts';
import { isCondemned } from '../connections/server.ts';
import type { ServiceAnswer } from '../upstreams/answer.ts';

const headersOf = (given: IncomingHttpHeaders, closes: boolean): IncomingHttpHeaders => {
  const headers: IncomingHttpHeaders = {};
  for (const name of Object.keys(given)) {
    if (!ofTheConnection.has(name)) headers[name] = given[name];
  }
  if (closes) headers.connection = 'close';
  return headers;
};

/** Passes a service's answer on, straight to the connection: none of it is the gateway's to change. */
export const giveAnswer = (
  { raw }: FastifyRequest,
  reply: FastifyReply,
  { answer: { statusCode, headers, body }, isLast }: { answer: ServiceAnswer; isLast: boolean },
): void => {
  void reply.hijack();
  const response = reply.raw;
  // The caller went away, or was refused for what came behind: no event will say it again, so nothing waits for one.
  if (response.destroyed || response.headersSent) {
    if (!Buffer.isBuffer(body)) body.destroy();
    return;
  }
  const closes = isLast || isCondemned(raw.socket);
  // Whoever answers before the end of the body wants to be heard: what still comes is dropped.
  if (!closes && !raw.complete) dropRest(raw);
  response.writeHead(statusCode, headersOf(headers, closes));
  // As one text with the head it is one write; latin1 gives each byte back as it was.
  if (Buffer.isBuffer(body)) response.end(body.toString('latin1'), 'latin1');
  else {
    // One that breaks off is broken off, never ended as if it were whole.
    body.once('error', () => response.destroy());
    response.once('close', () => body.destroy());
    body.pipe(response);
  }
};
