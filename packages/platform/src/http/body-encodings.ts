import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refusalOfStream } from './body-parsers.ts';
import { ProblemError } from './problem-error.ts';

const isUtf8 = (charset: string): boolean => /^"?utf-?8"?$/i.test(charset);

const refusalOf = ({ headers }: FastifyRequest): string | undefined => {
  const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = headers;
  if (encoding.trim().toLowerCase() !== 'identity') {
    return 'Send the body not compressed: without Content-Encoding.';
  }
  const charset = /;\s*charset\s*=\s*([^;]*)/i.exec(type)?.[1]?.trim();
  if (charset !== undefined && !isUtf8(charset)) return 'Send the body in UTF-8.';
  return undefined;
};

/** Bodies are read as they are: bytes that were packed, or written in another charset, would be read as something else. */
export const refuseEncodings = (fastify: FastifyInstance): void => {
  fastify.addHook('preParsing', (request, _reply, _payload, done) => {
    // Where nothing is, no body is read: neither its type nor its size is worth a word.
    if (request.is404) return done(new ProblemError('not-found'));
    const detail = refusalOf(request);
    if (detail === undefined) return done(refusalOfStream(request));
    return done(
      new ProblemError('unsupported-media-type', {
        detail,
        headers: { 'accept-encoding': 'identity' },
      }),
    );
  });
};
