import type { IncomingMessage } from 'node:http';
import { RefusedRequest } from '../refusals/refused-request.ts';
import type { Upload, Uploads } from './uploads.ts';

const tooSlow = (): RefusedRequest =>
  new RefusedRequest('malformed-request', 'body-too-slow', {
    status: 408,
    detail: 'The body did not come in time.',
    doubtful: true,
  });

/** The caller went away before its body was in: there is nobody to answer. */
export class CallerWentAway extends Error {
  override readonly name = 'CallerWentAway';
}

type Read = (error: Error | null, body?: Buffer) => void;

/** The whole body, in memory. Calls back with `RefusedRequest` when it is too long, too slow or one too many. */
export const readBody = (
  request: IncomingMessage,
  upload: Upload,
  { uploads, bytesMax, done }: { uploads: Uploads; bytesMax: number; done: Read },
): void => {
  const chunks: Buffer[] = [];
  const settle = (error: Error | undefined): void => {
    request.off('data', take).off('end', end).off('close', gone);
    if (error === undefined) uploads.end(upload);
    else uploads.release(upload);
    const [first, second] = chunks;
    if (error !== undefined) done(error);
    else done(null, first && second === undefined ? first : Buffer.concat(chunks));
  };
  const take = (chunk: Buffer): void => {
    try {
      uploads.hold(upload, chunk.length);
    } catch (error) {
      return settle(error as Error);
    }
    if (upload.bytes > bytesMax) {
      return settle(new RefusedRequest('body-too-large', 'body-too-large'));
    }
    chunks.push(chunk);
    return undefined;
  };
  const end = (): void => settle(undefined);
  const gone = (): void => settle(new CallerWentAway('the caller went away'));
  upload.cut = (why = tooSlow()) => settle(why);
  request.on('data', take).on('end', end).on('close', gone);
  // Without a listener the error of an aborted message would end the process; `close` follows it.
  request.on('error', ignored);
};

const ignored = (): void => {};
