import type { FastifyRequest } from 'fastify';

/** Of two headers each reader could take another, so neither counts. */
const namesTwoKeys = ({ raw: { rawHeaders } }: FastifyRequest): boolean =>
  rawHeaders.filter((text, nth) => nth % 2 === 0 && /^authorization$/i.test(text)).length > 1;

/** What a call shows to be known by. */
export const bearerOf = (request: FastifyRequest): string | undefined => {
  const { authorization } = request.headers;
  if (authorization === undefined || namesTwoKeys(request)) return undefined;
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
};
