import type { IncomingMessage } from 'node:http';
import { RefusedRequest } from '../refused-request.ts';
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

/** The whole body, in memory. Throws `RefusedRequest` when it is too long, too slow or one too many. */
export const readBody = (
  request: IncomingMessage,
  upload: Upload,
  { uploads, bytesMax }: { uploads: Uploads; bytesMax: number },
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const settle = (error: Error | undefined): void => {
      request.off('data', take).off('end', end).off('close', gone);
      uploads.end(upload);
      if (error === undefined)
        resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
      else reject(error);
    };
    const take = (chunk: Buffer): void => {
      try {
        uploads.hold(upload, chunk.length);
      } catch (error) {
        return settle(error as Error);
      }
      if (upload.bytes > bytesMax)
        return settle(new RefusedRequest('body-too-large', 'body-too-large'));
      chunks.push(chunk);
    };
    const end = (): void => settle(undefined);
    const gone = (): void => settle(new CallerWentAway('the caller went away'));
    upload.cut = () => settle(tooSlow());
    request.on('data', take).on('end', end).on('close', gone);
    // Without a listener the error of an aborted message would end the process; `close` follows it.
    request.on('error', () => {});
  });
