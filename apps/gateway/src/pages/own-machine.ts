import type { FastifyRequest } from 'fastify';
import { RefusedRequest } from '../refusals/refused-request.ts';

const loopback = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;
/** A name elsewhere that was made to mean this machine is another one. */
const ownHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** This machine, asking by its own name and not through a proxy. */
export const isOwnMachine = ({ raw, headers }: FastifyRequest): boolean =>
  loopback.test(raw.socket.remoteAddress ?? '') &&
  ownHost.test(headers.host ?? '') &&
  headers['x-forwarded-for'] === undefined;

/**
 * Pages for whoever runs the embedded platform are answered to this machine alone. Everybody else is told what anybody is
 * told of a path that is not there.
 */
export const assertOwnMachine = (request: FastifyRequest): void => {
  if (!isOwnMachine(request)) throw new RefusedRequest('not-found', 'not-found');
};
