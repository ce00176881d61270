import { isIP } from 'node:net';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Places } from '../places.ts';
import { ProblemError } from '../problem-error.ts';
import { isProbe } from '../request-hooks.ts';
import { stateOf } from '../request-state.ts';
import { requestsPerMinuteOf } from '../webhook-rate-limit.ts';
import { whenAnswered } from '../when-answered.ts';

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;
type Count = Exclude<Awaited<ReturnType<Limiter>>, { isAllowed: true }>;

const BUCKETS_MAX = 20_000;
/** Of one key at the same time: as many as a busy program has, and fewer than keep everybody else waiting. */
const CALLS_IN_HAND_MAX = 128;

/** Who calls when no key says it: the address, of IPv6 the network of 64 bits that one customer is given. */
export const addressOf = ({ ip, socket }: FastifyRequest): string => {
  // A trusted proxy passes on what it was told, which need not be an address.
  const address = isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip;
  const [withoutZone = ''] = address.split('%');
  return isIP(withoutZone) === 0 ? 'unknown' : normalizeIP(withoutZone);
};

/** By the person where one is known: two keys of one are one caller. */
const nameOfCaller = (request: FastifyRequest): string => stateOf(request).context.actorId ?? '';

const refuseBeyond = ({ isExceeded, ttlInSeconds }: Count): void => {
  if (isExceeded) {
    throw new ProblemError('rate-limited', { retryAfterSeconds: Math.max(1, ttlInSeconds) });
  }
};

const tell = (reply: FastifyReply, { max, remaining, ttlInSeconds }: Count): void => {
  reply.headers({
    'x-ratelimit-limit': max,
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': ttlInSeconds,
  });
};

/**
 * Requests of a minute, each kind in a store of its own: what a key did is never mixed with what its address did,
 * and refused calls crowd out nobody. In memory: each process counts its own.
 */
export class CallerLimits {
  readonly #inHand = new Places(CALLS_IN_HAND_MAX);
  readonly #byKey: Limiter;
  readonly #asked: Limiter;
  readonly #open: Limiter;
  /** Of routes that have a limit of their own, by their pattern. */
  readonly #routes = new Map<string, Limiter>();
  readonly #ofRoute: (request: FastifyRequest, max: number) => Limiter;
  readonly #refused: Limiter;

  private constructor(fastify: FastifyInstance, requestsPerMinute: number) {
    const limiter = (keyGenerator: (request: FastifyRequest) => string): Limiter =>
      fastify.createRateLimit({ max: requestsPerMinute, keyGenerator });
    this.#byKey = limiter(nameOfCaller);
    this.#asked = limiter(nameOfCaller);
    this.#refused = limiter(addressOf);
    this.#open = limiter(addressOf);
    this.#ofRoute = (request, max) => {
      const { url = '' } = request.routeOptions;
      const known = this.#routes.get(url);
      if (known) return known;
      const made = fastify.createRateLimit({ max, keyGenerator: addressOf });
      this.#routes.set(url, made);
      return made;
    };
  }

  static async on(fastify: FastifyInstance, requestsPerMinute: number): Promise<CallerLimits> {
    await fastify.register(rateLimit, { global: false, timeWindow: 60_000, cache: BUCKETS_MAX });
    return new CallerLimits(fastify, requestsPerMinute);
  }

  /** A call with a key that works. */
  async countKey(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.#count(this.#byKey, request, reply);
    const done = this.#inHand.take(nameOfCaller(request));
    if (!done) {
      throw new ProblemError('rate-limited', {
        detail: `This key has ${CALLS_IN_HAND_MAX} calls without an answer yet: wait for some before the next.`,
        retryAfterSeconds: 1,
      });
    }
    whenAnswered(reply, done);
  }

  /** A look at the caller ahead of a call that will be counted itself: refused where that one would be. */
  async countAsked(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.#count(this.#asked, request, reply);
    const ahead = await this.#byKey(request, { increment: false });
    if (!ahead.isAllowed && ahead.remaining === 0) refuseBeyond({ ...ahead, isExceeded: true });
  }

  /** A call of a route that needs no key; probes are never refused. */
  async countOpen(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (isProbe(request.routeOptions.url ?? '')) return;
    const own = requestsPerMinuteOf(request);
    const limiter = own === undefined ? this.#open : this.#ofRoute(request, own);
    await this.#count(limiter, request, reply);
  }

  /** A call that comes to nothing: without a key that works, or of a route that is not. */
  async countRefused(request: FastifyRequest): Promise<void> {
    const count = await this.#refused(request);
    if (!count.isAllowed) refuseBeyond(count);
  }

  async #count(limiter: Limiter, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const count = await limiter(request);
    if (count.isAllowed) return;
    tell(reply, count);
    refuseBeyond(count);
  }
}
