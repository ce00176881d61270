import { describe, expect, test } from '@jest/globals';
import { acts, PerformedAct } from '@tact/contracts';
import {
  controllersOfService,
  type DescribedRoute,
  describeRoutes,
  openApiOf,
} from '@tact/platform';
import { definitions } from '../constellation.ts';

// What a route does and shows is declared beside it, or why it is neither: a route that is new says so or fails here.
type Json = Readonly<Record<string, unknown>>;
type Printed = {
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, Json> }>>;
  readonly components: { readonly schemas: Record<string, Json> };
};
const services = definitions.map(({ name, module }) => {
  const controllers = controllersOfService(module);
  const printed = openApiOf(controllers, name) as unknown as Printed;
  return { printed, routes: describeRoutes(controllers) };
});
const routes = services.flatMap((service) => service.routes);
const named = ({ method, path }: Pick<DescribedRoute, 'method' | 'path'>) =>
  `${method.toUpperCase()} ${path}`;
const namesOf = (some: readonly DescribedRoute[]) => [...new Set(some.map(named))].toSorted();

const idOfPeople = /^\^(?:ct|st)_/;

/** Whether JSON of this shape can hold the id of a person, or what is said of one. */
const tellsOfPeople = (
  value: unknown,
  schemas: Printed['components']['schemas'],
  seen: ReadonlySet<string> = new Set(),
): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { $ref, pattern, 'x-personal': personal } = value as Json;
  if (typeof personal === 'string') return true;
  if (typeof pattern === 'string' && idOfPeople.test(pattern)) return true;
  const name = typeof $ref === 'string' ? $ref.replace('#/components/schemas/', '') : undefined;
  if (name !== undefined) {
    return !seen.has(name) && tellsOfPeople(schemas[name], schemas, new Set([...seen, name]));
  }
  return Object.values(value).some((inner) => tellsOfPeople(inner, schemas, seen));
};

/** What is no JSON is not looked into. */
const showing = services.flatMap(({ printed, routes: own }) =>
  own.filter(({ answer, method, path, status }) => {
    if (answer === undefined) return false;
    if (answer.type !== 'application/json') return true;
    const { content } = printed.paths[path]?.[method]?.responses[`${status}`] ?? {};
    return tellsOfPeople(content, printed.components.schemas);
  }),
);

const isSentence = (why: string) => /^[A-Z].{20,}\.$/.test(why);
const isAct = (name: string) =>
  PerformedAct.safeParse(name).success || 'words' in (acts[name as keyof typeof acts] ?? {});

describe('a route that changes something', () => {
  test('names the acts it is in the audit, or says why it is none', () => {
    const silent = routes.filter(({ method, audit }) => method !== 'get' && audit === undefined);
    expect(namesOf(silent)).toEqual([]);
  });

  test('names acts that the audit has, and sentences', () => {
    const wrong = routes.filter(({ audit }) => {
      if (audit === undefined) return false;
      return 'why' in audit
        ? !isSentence(audit.why)
        : audit.acts.length === 0 || !audit.acts.every(isAct);
    });
    expect(namesOf(wrong)).toEqual([]);
  });

  test('covers every act that is performed by a caller', () => {
    const declared = new Set(
      routes.flatMap(({ audit }) => (audit && 'acts' in audit ? audit.acts : [])),
    );
    const atTheMachine = /^(?:clock-moved|backup-|first-key-|key-loss-)/;
    const missing = PerformedAct.options.filter(
      (act) => !declared.has(act) && !atTheMachine.test(act),
    );
    expect(missing).toEqual([]);
  });
});

describe('a route that answers with something of people, or with what is no JSON', () => {
  test('says what the audit is told of whoever looks, or why nothing', () => {
    expect(namesOf(showing.filter(({ disclosure }) => disclosure === undefined))).toEqual([]);
  });

  test('gives a sentence where it says why', () => {
    const wrong = routes.filter(
      ({ disclosure }) => disclosure && 'why' in disclosure && !isSentence(disclosure.why),
    );
    expect(namesOf(wrong)).toEqual([]);
  });

  test('is told from one that does not: what is nested in a shape is found, and nothing else', () => {
    const schemas = { Who: { properties: { of: { pattern: '^ct_[0-9a-z]{10,40}$' } } } };
    const tells = (shape: Json) => tellsOfPeople({ properties: { items: shape } }, schemas);
    expect(tells({ items: { $ref: '#/components/schemas/Who' } })).toBe(true);
    expect(tells({ 'x-personal': 'name' })).toBe(true);
    expect(tells({ pattern: '^ak_[0-9a-z]{10,40}$', 'x-personal': false })).toBe(false);
    expect(showing.length).toBeGreaterThan(20);
    expect(namesOf(showing)).not.toContain('GET /health/live');
  });
});
