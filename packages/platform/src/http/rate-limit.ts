import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { KnownCallers } from './access/known-callers.ts';
import { ProblemError } from './problem-error.ts';

/** Limits requests per API key that is known to work, per address otherwise. In memory: each process counts its own. */
export const registerRateLimit = async (
  fastify: FastifyInstance,
  { requestsPerMinute, callers }: { requestsPerMinute: number; callers: KnownCallers },
): Promise<void> => {
  await fastify.register(rateLimit, {
    global: true,
    max: requestsPerMinute,
    timeWindow: 60_000,
    cache: 20_000,
    keyGenerator: ({ headers: { authorization }, ip }) => callers.bucketOf({ authorization, ip }),
    allowList: (request) => /^\/(?:health|metrics)(?:\/|$)/.test(request.url),
    errorResponseBuilder: (_request, { ttl }) =>
      new ProblemError('rate-limited', { retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1000)) }),
  });
};
