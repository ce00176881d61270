import { SetMetadata, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Scope } from '@tact/contracts';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../problem-error.ts';
import { stateOf } from '../request-state.ts';
import { bearerOf } from './bearer.ts';
import type { CallerIdentity } from './caller.ts';

export const requiredScopeKey = 'tact:required-scope';
export const publicKey = 'tact:public';
export const anyKeyKey = 'tact:any-key';
export const anyCallerKey = 'tact:any-caller';
export const sessionKey = 'tact:session';

/** The API key must hold this scope (or `admin`, which `operator` is apart from). */
export const RequireScope = (scope: Scope) => SetMetadata(requiredScopeKey, scope);

/** Scopes of which one is enough; where `query` is given, the one that its value names. */
export type ScopeChoice = {
  readonly scopes: Readonly<Record<string, Scope>>;
  readonly query?: string;
};

/** The API key must hold the scope that a query parameter's value stands for (or `admin`). */
export const RequireScopeByQuery = (query: string, scopes: ScopeChoice['scopes']) =>
  SetMetadata(requiredScopeKey, { query, scopes } satisfies ScopeChoice);

/** The API key must hold one of these scopes (or `admin`). */
export const RequireOneScope = (...scopes: readonly Scope[]) =>
  SetMetadata(requiredScopeKey, {
    scopes: Object.fromEntries(scopes.map((scope) => [scope, scope])),
  } satisfies ScopeChoice);

/** Anyone may call: the route checks a signature or a token itself, or tells nothing. */
export const Public = () => SetMetadata(publicKey, true);

/** Any API key that works may call, whatever it may do elsewhere. */
export const AnyKey = () => SetMetadata(anyKeyKey, true);

/** Whoever is known may call, whatever they may do elsewhere: the route looks at who it is. */
export const AnyCaller = () => SetMetadata(anyCallerKey, true);

/** The token of a session opens it, and no key does: the route checks it itself. */
export const OfSession = () => SetMetadata(sessionKey, true);

/** The token that a call of a session brings; undefined where there is none, or it is in doubt. */
export const SessionToken = createParamDecorator(
  (_data: unknown, host: ExecutionContext): string | undefined =>
    bearerOf(host.switchToHttp().getRequest<FastifyRequest>()),
);

/** The tenant of the API key. */
export const Tenant = createParamDecorator((_data: unknown, host: ExecutionContext): string => {
  const { context } = stateOf(host.switchToHttp().getRequest<FastifyRequest>());
  if (context.tenantId === undefined) throw new ProblemError('unauthenticated');
  return context.tenantId;
});

/** Who calls: a member of staff or a key, the tenant, and what they may do. */
export const Caller = createParamDecorator(
  (_data: unknown, host: ExecutionContext): CallerIdentity => {
    const state = stateOf(host.switchToHttp().getRequest<FastifyRequest>());
    const { context, scopes, sessionId } = state;
    const { actorId, keyId, staffId, tenantId } = context;
    if (actorId === undefined || tenantId === undefined) throw new ProblemError('unauthenticated');
    return {
      actorId,
      ...(keyId === undefined ? {} : { keyId }),
      ...(staffId === undefined ? {} : { staffId }),
      ...(sessionId === undefined ? {} : { sessionId }),
      tenantId,
      scopes: (scopes ?? []) as readonly Scope[],
    };
  },
);
