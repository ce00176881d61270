import { PassThrough, type Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { hasBody } from './has-body.ts';
import { sendContinue } from '../connections/server.ts';
import { CallerWentAway, readBody } from './read-body.ts';
import type { Upload, Uploads } from './uploads.ts';

const held = Symbol('the body held for this request');
type Holding = FastifyRequest['raw'] & { [held]?: Upload };

/** A copy, because whoever sends it on destroys it when a service answers early: the caller's connection must stay. */
const passedOn = ({ raw }: FastifyRequest): Readable => {
  const body = new PassThrough();
  raw.once('close', () => {
    if (!raw.complete) body.destroy(new CallerWentAway('the caller went away'));
  });
  body.on('error', () => {});
  return raw.pipe(body);
};

const streamOf = (request: FastifyRequest, uploads: Uploads): Readable => {
  const { raw, ip } = request;
  const upload = uploads.begin(raw, ip, { isStreamed: true });
  upload.cut = () => raw.socket.destroy();
  // Its silences are judged by whose they are: the caller's by `uploads`, the service's by its lane. Node's own limit,
  // which the next request has again, knows no difference.
  raw.socket.setTimeout(0);
  for (const over of ['end', 'close'] as const) raw.once(over, () => uploads.end(upload));
  return passedOn(request);
};

type Parsed = (error: Error | null, body?: Buffer | Readable) => void;

/**
 * Reads the whole body before a service hears of the request, so that a slow one costs a socket here and nothing
 * there. What may be of any length is passed on as it comes.
 */
export const parseBody =
  (uploads: Uploads) =>
  (request: FastifyRequest, _payload: unknown, done: Parsed): void => {
    const { raw, target, ip } = request;
    if (!hasBody(raw)) return done(null);
    // Gone while the key was asked about: of this body no end and no close will be heard any more.
    if (raw.destroyed) return done(new CallerWentAway('the caller went away'));
    try {
      if (target.bytesMax === undefined) {
        const body = streamOf(request, uploads);
        sendContinue(raw);
        return done(null, body);
      }
      const upload = uploads.begin(raw, ip, { isStreamed: false });
      (raw as Holding)[held] = upload;
      sendContinue(raw);
      return readBody(raw, upload, { uploads, bytesMax: target.bytesMax, done });
    } catch (error) {
      return done(error as Error);
    }
  };

/** The answer is out, or nobody waits for it: what was held of the body is free. */
export const releaseBody = (request: FastifyRequest, uploads: Uploads): void => {
  const upload = (request.raw as Holding)[held];
  if (upload !== undefined) uploads.release(upload);
};
