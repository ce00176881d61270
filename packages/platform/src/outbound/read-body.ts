import type { Readable } from 'node:stream';
import { OutboundFailed } from './outbound-failed.ts';

/** A whole answer, or `OutboundFailed` as soon as it is larger than it may be. */
export const readBody = async (
  body: Readable,
  { bytesMax, signal }: { readonly bytesMax: number; readonly signal: AbortSignal },
): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    signal.throwIfAborted();
    bytes += (piece as Buffer).length;
    if (bytes > bytesMax) {
      body.destroy();
      throw new OutboundFailed('answer-too-large');
    }
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
};
