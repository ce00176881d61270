import { createHash } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from './problem-error.ts';

const callerOf = (request: FastifyRequest): string => {
  const { authorization } = request.headers;
  if (!authorization) return `ip:${request.ip}`;
  return `key:${createHash('sha256').update(authorization).digest('base64url')}`;
};

/** Limits requests per API key, or per address without one. In memory: each process counts its own. */
export const registerRateLimit = async (
  fastify: FastifyInstance,
  requestsPerMinute: number,
): Promise<void> => {
  await fastify.register(rateLimit, {
    global: true,
    max: requestsPerMinute,
    timeWindow: 60_000,
    cache: 20_000,
    keyGenerator: callerOf,
    allowList: (request) => /^\/(?:health|metrics)(?:\/|$)/.test(request.url),
    errorResponseBuilder: (_request, { ttl }) =>
      new ProblemError('rate-limited', { retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1000)) }),
  });
};
