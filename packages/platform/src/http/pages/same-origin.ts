import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem-error.ts';
import { isPage } from './page-route.ts';

const changes = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

const headerOf = ({ headers }: FastifyRequest, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
};

/**
 * A browser says where a form comes from; a form of another site is refused. Who says nothing is no browser of today: a
 * mail program that unsubscribes with one click (RFC 8058), which has neither cookie nor origin. `null` is what a browser
 * says of pages without a referrer, as ours are.
 */
const isForeign = (request: FastifyRequest, publicOrigin: string | undefined): boolean => {
  const site = headerOf(request, 'sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin';
  const origin = headerOf(request, 'origin');
  if (origin === undefined || origin === 'null') return false;
  const { protocol, host } = request;
  return origin !== publicOrigin && origin !== `${protocol}://${host}`;
};

/** Refuses forms of other sites before a byte of them is read. */
export const refuseForeignForms = (
  fastify: FastifyInstance,
  publicOrigin: string | undefined,
): void => {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const isRefused =
      changes(request.method) && isPage(request) && isForeign(request, publicOrigin);
    if (isRefused) done(new ProblemError('form-refused'));
    else done();
  });
};
