import { includesScope } from '@tact/contracts';
import type { Scope } from '@tact/contracts';
import type { FastifyRequest } from 'fastify';
import {
  anyCallerKey,
  anyKeyKey,
  publicKey,
  requiredScopeKey,
  sessionKey,
} from './access-decorators.ts';
import type { ScopeChoice } from './access-decorators.ts';

/** Who may call a route. A route without a rule opens to nobody. */
export type AccessRule = Scope | ScopeChoice | 'any-key' | 'any-caller' | 'session' | 'public';

const ruleAt = (place: object): AccessRule | undefined => {
  const scope = Reflect.getMetadata(requiredScopeKey, place) as Scope | ScopeChoice | undefined;
  if (scope) return scope;
  if (Reflect.getMetadata(anyKeyKey, place) === true) return 'any-key';
  const marks = [
    [anyCallerKey, 'any-caller'],
    [sessionKey, 'session'],
    [publicKey, 'public'],
  ] as const;
  return marks.find(([key]) => Reflect.getMetadata(key, place) === true)?.[1];
};

/** What the decorators of a route say: the handler's word goes before the controller's. */
export const accessRuleOf = (handler: object, controller: object): AccessRule | undefined =>
  ruleAt(handler) ?? ruleAt(controller);

type RuledRoute = {
  readonly method: string;
  readonly path: string;
  readonly rule: AccessRule | undefined;
};

/** The rule of each route, known before the first request: the door asks for it before anything is read. */
export class AccessRules {
  readonly #rules = new Map<string, AccessRule>();

  learn(routes: readonly RuledRoute[]): void {
    for (const { method, path, rule } of routes) {
      // A description has its parameters in braces, the router behind colons.
      const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
      if (rule !== undefined) this.#rules.set(`${method.toUpperCase()} ${pattern}`, rule);
    }
  }

  of({ method, routeOptions: { url } }: FastifyRequest): AccessRule | undefined {
    return this.#rules.get(`${method === 'HEAD' ? 'GET' : method} ${url}`);
  }
}

/** The scope that opens this call: of a choice, the one the call names, or one the caller has. */
export const scopeOf = (
  rule: Scope | ScopeChoice,
  { query, scopes: held }: { query: unknown; scopes: readonly Scope[] },
): Scope | undefined => {
  if (typeof rule !== 'object') return rule;
  const { query: name, scopes } = rule;
  const named: unknown = name === undefined ? '' : (query as Record<string, unknown>)[name];
  if (typeof named === 'string' && Object.hasOwn(scopes, named)) return scopes[named];
  // A value that stands for nothing is for the route to refuse, once the caller may be there at all.
  const all = Object.values(scopes);
  return all.find((scope) => includesScope(held, scope)) ?? all[0];
};
