import type { IncomingMessage } from 'node:http';

/** So much of a refused body is read and dropped, for so long: most callers send all before they read. */
const DROPPED_BYTES_MAX = 32 * 1024 * 1024;
const DROPPING_MS_MAX = 10_000;

/**
 * A caller that is answered early would never read why, were the connection closed on what it still sends. What
 * comes is dropped, within bounds, and then the connection is as good as new.
 */
export const dropRest = (request: IncomingMessage): void => {
  if (request.complete) return;
  const { socket } = request;
  const cut = setTimeout(() => socket.destroy(), DROPPING_MS_MAX);
  let dropped = 0;
  request.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > DROPPED_BYTES_MAX) socket.destroy();
  });
  const end = (): void => {
    clearTimeout(cut);
    socket.off('close', end);
  };
  for (const over of ['end', 'error', 'close'] as const) request.once(over, end);
  socket.once('close', end);
  // Whoever it was passed on to would else pause it when he lets go of it.
  request.unpipe();
  request.resume();
};
