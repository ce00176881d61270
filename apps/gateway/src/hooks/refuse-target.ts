import type { FastifyRequest } from 'fastify';
import { RefusedRequest } from '../refusals/refused-request.ts';
import { clockPath } from '../pages/dev-clock.ts';
import { isDevPath, type MailOrigin } from '../pages/dev-pages.ts';
import { ownPaths } from '../pages/own-pages.ts';

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

type Own = { readonly mailOrigin: MailOrigin; readonly hasClock: boolean };

const isClock = (path: string, { hasClock }: Own): boolean => hasClock && path === clockPath;

/** Served by the gateway itself. */
const isOwn = (path: string, own: Own): boolean =>
  ownPaths.has(path) || isClock(path, own) || isDevPath(path, own.mailOrigin);

const isTooLong = ({ target: { bytesMax }, raw }: FastifyRequest): boolean =>
  Number(raw.headers['content-length'] ?? 0) > (bytesMax ?? Infinity);

/** Refuses what nobody serves, and a body longer than its path takes, before a byte of it is read. */
export const refuseTarget = (request: FastifyRequest, own: Own): void => {
  const { method } = request;
  const { path, route } = request.target;
  if (isClock(path, own) && method === 'POST') return;
  if (route === undefined && !isOwn(path, own)) {
    throw new RefusedRequest('not-found', 'not-found');
  }
  if (route === undefined && !isRead(method)) {
    throw new RefusedRequest('method-not-allowed', 'method-not-allowed', {
      headers: { allow: 'GET, HEAD' },
    });
  }
  if (isTooLong(request)) {
    throw new RefusedRequest('body-too-large', 'body-too-large');
  }
};
