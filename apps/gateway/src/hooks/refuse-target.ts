import type { FastifyRequest } from 'fastify';
import { RefusedRequest } from '../refusals/refused-request.ts';
import { clockPath } from '../pages/dev-clock.ts';
import { isDevPath, type MailOrigin } from '../pages/dev-pages.ts';
import { ownPaths } from '../pages/own-pages.ts';

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** Refuses what nobody serves, and a body longer than its path takes, before a byte of it is read. */
export const refuseTarget = (
  { method, target, raw }: FastifyRequest,
  { mailOrigin, hasClock }: { readonly mailOrigin: MailOrigin; readonly hasClock: boolean },
): void => {
  const { path, route, bytesMax } = target;
  if (hasClock && path === clockPath && method === 'POST') return;
  const isOwn = ownPaths.has(path) || (hasClock && path === clockPath);
  if (route === undefined && !isOwn && !isDevPath(path, mailOrigin)) {
    throw new RefusedRequest('not-found', 'not-found');
  }
  if (route === undefined && !isRead(method)) {
    throw new RefusedRequest('method-not-allowed', 'method-not-allowed', {
      headers: { allow: 'GET, HEAD' },
    });
  }
  if (Number(raw.headers['content-length'] ?? 0) > (bytesMax ?? Infinity)) {
    throw new RefusedRequest('body-too-large', 'body-too-large');
  }
};
