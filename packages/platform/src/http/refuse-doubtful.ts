import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem-error.ts';

const doubtful = Symbol('nothing more of this connection is read');

/**
 * A body whose encoding is not plainly `chunked` ends elsewhere for another reader, who then finds a request where
 * we find a body. It is refused, and what follows on the connection is neither done nor answered.
 */
export const refuseDoubtful = (fastify: FastifyInstance): void => {
  fastify.addHook('onRequest', (request, reply, done) => {
    const socket: typeof request.raw.socket & { [doubtful]?: true } = request.raw.socket;
    if (socket[doubtful]) {
      void reply.hijack();
      return;
    }
    const encoding = request.headers['transfer-encoding'];
    if (encoding === undefined || encoding.toLowerCase() === 'chunked') return done();
    socket[doubtful] = true;
    void reply.header('connection', 'close');
    const detail = 'transfer-encoding can only be chunked.';
    return done(new ProblemError('malformed-request', { detail }));
  });
};
