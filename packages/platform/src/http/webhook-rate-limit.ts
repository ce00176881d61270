import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/**
 * Requests per minute and caller of a route that takes webhooks: more than one process can take. A webhook's sender
 * must not be told to slow down too early, and all of Meta may come from one address.
 */
const WEBHOOK_REQUESTS_PER_MINUTE = 600_000;

type RateLimited = { readonly requestsPerMinute?: number };

/** What a webhook's route says in its configuration. */
export const webhookRateLimit: RateLimited = { requestsPerMinute: WEBHOOK_REQUESTS_PER_MINUTE };

/** A limit of the route's own, for each address that calls it without a key. */
export const RequestsPerMinute = (requestsPerMinute: number) =>
  RouteConfig({ requestsPerMinute } satisfies RateLimited);

/** The limit that the route has of its own; undefined where callers' limit holds. */
export const requestsPerMinuteOf = (request: FastifyRequest): number | undefined =>
  (request.routeOptions.config as RateLimited | undefined)?.requestsPerMinute;
