import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem-error.ts';
import { isPage, takesOneClick } from './page-route.ts';

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

/** The whole body is the one field of RFC 8058, so that no form of another site says anything by it. */
const isOneClick = ({ body }: FastifyRequest): boolean =>
  typeof body === 'object' &&
  body !== null &&
  Object.keys(body).length === 1 &&
  'List-Unsubscribe' in body &&
  body['List-Unsubscribe'] === 'One-Click';

/** Refuses forms of other sites, but where a mail program may post, before a byte of them is read. */
export const refuseForeignForms = (
  fastify: FastifyInstance,
  publicOrigin: string | undefined,
): void => {
  const isRefused = (request: FastifyRequest): boolean =>
    changes(request.method) && isPage(request) && isForeign(request, publicOrigin);
  fastify.addHook('preHandler', (request, _reply, done) => {
    const isFine = !isRefused(request) || isOneClick(request);
    if (isFine) done();
    else done(new ProblemError('form-refused'));
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (isRefused(request) && !takesOneClick(request)) done(new ProblemError('form-refused'));
    else done();
  });
};
