import type { FastifyInstance } from 'fastify';
import type { Clock } from '../config/clock.ts';

const reads: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Changes are dated, counted in caps and given due dates; what an operator does to mend things is not. */
const needsTheTime = (method: string, route: string | undefined): boolean =>
  !reads.has(method) &&
  route !== undefined &&
  route.startsWith('/v1/') &&
  !route.startsWith('/v1/operations/');

/** Refuses what would be decided by a clock that may be wrong, with 503: whoever asks sends it again. */
export const refuseUndated = (
  fastify: FastifyInstance,
  clock: Pick<Clock, 'assertTrusted'>,
): void => {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (needsTheTime(request.method, request.routeOptions.url)) clock.assertTrusted();
    done();
  });
};
