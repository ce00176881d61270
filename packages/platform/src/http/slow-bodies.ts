import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isStreamed } from './body-parsers.ts';

const bodyMsMax = 30_000;
const silenceMsMax = 120_000;

/**
 * A body that trickles in holds a connection, so it has half a minute; a streamed one may take hours, as
 * long as something comes. Node's own limit is one for all requests and would cut every long import.
 */
export const limitBodyTime = (
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: string,
): void => {
  const { raw } = request;
  const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers;
  if (length === undefined && encoding === undefined) return;
  const { socket } = raw;
  const limit = isStreamed(request) ? silenceLimit(socket) : wholeLimit(socket, refusal);
  const end = () => clearInterval(limit);
  for (const over of ['end', 'close'] as const) raw.once(over, end);
  // Whatever became of the body, an answered request is over.
  for (const over of ['finish', 'close'] as const) reply.raw.once(over, end);
};

const wholeLimit = (socket: Socket, refusal: string): NodeJS.Timeout =>
  setTimeout(() => socket.end(refusal), bodyMsMax).unref();

const silenceLimit = (socket: Socket): NodeJS.Timeout => {
  let heard = -1;
  return setInterval(() => {
    if (socket.bytesRead === heard) socket.destroy();
    heard = socket.bytesRead;
  }, silenceMsMax).unref();
};
