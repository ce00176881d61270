import { includesScope } from '@tact/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { amendContext } from '../../observability/context.ts';
import { ProblemError } from '../problem-error.ts';
import { stateOf } from '../request-state.ts';
import { scopeOf } from './access-rules.ts';
import type { AccessRules } from './access-rules.ts';
import { bearerOf } from './bearer.ts';
import type { CallerEnd } from './callers.ts';
import type { CallerIdentity } from './caller.ts';
import type { CallerLimits } from './caller-limits.ts';

export type KeyVerifier = {
  verify(key: string): Promise<CallerIdentity | undefined>;
  /** Why a key or a signed token that once worked does not any more. */
  refusalOf?(key: string): Promise<CallerEnd | undefined>;
};

const refusals = {
  expired: 'This API key has expired: rotate or create one before the next ends.',
  revoked: 'This API key was revoked.',
  dismissed: 'Whose key this was is no member of staff any more.',
  'token-expired': 'This signed token has expired: take another one from the session.',
  'signed-out': 'The session of this signed token has ended: sign in again.',
} as const satisfies Record<CallerEnd, string>;

const challenge = { 'www-authenticate': 'Bearer realm="tact"' } as const;

type DoorOptions = {
  readonly keys: KeyVerifier;
  readonly rules: AccessRules;
  readonly limits: CallerLimits;
};

/** The one place that decides who may call. It does so from the head of a request, before a byte of its body is read. */
export class Door {
  readonly #keys: KeyVerifier;
  readonly #rules: AccessRules;
  readonly #limits: CallerLimits;

  constructor({ keys, rules, limits }: DoorOptions) {
    this.#keys = keys;
    this.#rules = rules;
    this.#limits = limits;
  }

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply) => this.#admit(request, reply));
  }

  async #admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (request.is404) {
      await this.#limits.countRefused(request);
      throw new ProblemError('not-found');
    }
    const rule = this.#rules.of(request);
    // Of a session the route looks for the token itself: no key opens it.
    if (rule === 'public' || rule === 'session') return this.#limits.countOpen(request, reply);
    const { scopes, sessionId, ...caller } = await this.#identityOf(request);
    const state = stateOf(request);
    Object.assign(state.context, caller);
    state.scopes = scopes;
    if (sessionId !== undefined) state.sessionId = sessionId;
    amendContext(caller);
    if (rule === 'any-key') return this.#limits.countAsked(request, reply);
    await this.#limits.countKey(request, reply);
    if (rule === 'any-caller') return undefined;
    const scope = rule && scopeOf(rule, { query: request.query, scopes });
    if (!scope) {
      throw new ProblemError('scope-missing', { detail: 'No scope opens this route.' });
    }
    if (!includesScope(scopes, scope)) {
      throw new ProblemError('scope-missing', {
        detail: `This call needs the scope ${scope}.`,
        headers: { 'www-authenticate': `${challenge['www-authenticate']}, scope="${scope}"` },
      });
    }
  }

  /** A key is looked up whoever else calls from its address: what others there failed at is not its holder's doing. */
  async #identityOf(request: FastifyRequest): Promise<CallerIdentity> {
    const key = bearerOf(request);
    const identity = key === undefined ? undefined : await this.#keys.verify(key);
    if (identity) return identity;
    const why = key === undefined ? undefined : await this.#keys.refusalOf?.(key);
    await this.#limits.countRefused(request);
    throw new ProblemError('unauthenticated', {
      detail: why ? refusals[why] : 'Send a valid key: Authorization: Bearer tact_<env>_<random>.',
      headers: challenge,
    });
  }
}
