import type { CanActivate, ExecutionContext, Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Scope } from '@tact/contracts';
import type { FastifyRequest } from 'fastify';
import { amendContext } from '../../observability/context.ts';
import { ProblemError } from '../problem-error.ts';
import { stateOf } from '../request-state.ts';
import { publicKey, requiredScopeKey } from './access-decorators.ts';
import type { ScopeChoice } from './access-decorators.ts';
import type { ApiKeyIdentity } from './api-keys.ts';
import type { KnownCallers } from './known-callers.ts';

export type KeyVerifier = {
  verify(key: string): Promise<ApiKeyIdentity | undefined>;
  /** Why a key that once worked does not any more. */
  refusalOf?(key: string): Promise<'expired' | 'revoked' | undefined>;
};

const refusals = {
  expired: 'This API key has expired: rotate or create one before the next ends.',
  revoked: 'This API key was revoked.',
} as const;

const challenge = { 'www-authenticate': 'Bearer realm="tact"' } as const;

const bearerOf = (request: FastifyRequest): string | undefined =>
  /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];

/** The scope that opens this call: of a choice, the one the call names, or one the caller has. */
const scopeOf = (
  rule: Scope | ScopeChoice | undefined,
  { query, scopes: held }: { query: unknown; scopes: readonly Scope[] },
): Scope | undefined => {
  if (typeof rule !== 'object') return rule;
  const { query: name, scopes } = rule;
  const named: unknown = name === undefined ? '' : (query as Record<string, unknown>)[name];
  if (typeof named === 'string' && Object.hasOwn(scopes, named)) return scopes[named];
  // A value that stands for nothing is for the route to refuse, once the caller may be there at all.
  const all = Object.values(scopes);
  return all.find((scope) => held.includes(scope)) ?? all[0];
};

/** Refuses every route that does not say who may call it. */
export class AccessGuard implements CanActivate {
  readonly #reflector = new Reflector();
  readonly #keys: KeyVerifier;
  readonly #callers: KnownCallers;

  constructor(keys: KeyVerifier, callers: KnownCallers) {
    this.#keys = keys;
    this.#callers = callers;
  }

  async canActivate(host: ExecutionContext): Promise<boolean> {
    const rule = this.#ruleOf(host.getHandler()) ?? this.#ruleOf(host.getClass());
    if (rule === 'public') return true;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const identity = await this.#identityOf(request);
    const scope = scopeOf(rule, { query: request.query, scopes: identity.scopes });
    this.#remember(request, identity);
    if (!scope) {
      throw new ProblemError('scope-missing', { detail: 'No scope opens this route.' });
    }
    if (!identity.scopes.includes(scope) && !identity.scopes.includes('admin')) {
      throw new ProblemError('scope-missing', {
        detail: `This call needs the scope ${scope}.`,
        headers: { 'www-authenticate': `${challenge['www-authenticate']}, scope="${scope}"` },
      });
    }
    return true;
  }

  /** What one place says: the handler's word goes before the controller's. */
  #ruleOf(
    place: Type | ReturnType<ExecutionContext['getHandler']>,
  ): Scope | ScopeChoice | 'public' | undefined {
    const scope = this.#reflector.get<Scope | ScopeChoice | undefined>(requiredScopeKey, place);
    if (scope) return scope;
    return this.#reflector.get<boolean | undefined>(publicKey, place) ? 'public' : undefined;
  }

  async #identityOf(request: FastifyRequest): Promise<ApiKeyIdentity> {
    const key = bearerOf(request);
    const identity = key === undefined ? undefined : await this.#keys.verify(key);
    const { authorization } = request.headers;
    if (identity) {
      this.#callers.admit(authorization);
      return identity;
    }
    this.#callers.refuse(authorization);
    const why = key === undefined ? undefined : await this.#keys.refusalOf?.(key);
    throw new ProblemError('unauthenticated', {
      detail: why ? refusals[why] : 'Send a valid key: Authorization: Bearer tact_<env>_<random>.',
      headers: challenge,
    });
  }

  #remember(request: FastifyRequest, { tenantId, keyId, scopes }: ApiKeyIdentity): void {
    const state = stateOf(request);
    Object.assign(state.context, { tenantId, keyId });
    state.scopes = scopes;
    amendContext({ tenantId, keyId });
  }
}
