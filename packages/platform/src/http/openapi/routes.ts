import { RequestMethod } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { Scope } from '@tact/contracts';
import type { z } from 'zod';
import { accessRuleOf } from '../access/access-rules.ts';
import type { AccessRule } from '../access/access-rules.ts';
import { streamedLineKey } from '../body-parsers.ts';
import { auditedKey } from '../audited.ts';
import type { Audit } from '../audited.ts';
import { disclosedKey } from '../discloses.ts';
import type { Disclosure } from '../discloses.ts';
import { idempotentKey } from '../idempotency/idempotency-interceptor.ts';
import { pageKey } from '../pages/page-route.ts';
import { answersKey, describedKey, operatorKey } from './describe.ts';
import type { Answer, Description } from './describe.ts';

/** Where NestJS keeps what its decorators were told; the keys are part of no public door. */
const nestKeys = {
  path: 'path',
  method: 'method',
  status: '__httpCode__',
  parameters: '__routeArguments__',
} as const;

/** NestJS's numbers for the places a parameter comes from. */
const places: Readonly<Record<string, 'body' | 'query' | 'path'>> = {
  '3': 'body',
  '4': 'query',
  '5': 'path',
};

export type DescribedRoute = {
  /** As its controller and its method are called, for the sentences of a failure. */
  readonly name: string;
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  readonly status: number;
  /** Who may call; nobody when absent. */
  readonly rule: AccessRule | undefined;
  /** Of a choice all of them. */
  readonly scopes: readonly string[];
  readonly isPublic: boolean;
  readonly isOperator: boolean;
  readonly isIdempotent: boolean;
  /** Shown to people: its bodies are forms. */
  readonly isPage: boolean;
  readonly description: Description | undefined;
  readonly answer: Answer | undefined;
  /** What of its work stands in the audit. */
  readonly audit: Audit | undefined;
  /** What of people its answer tells. */
  readonly disclosure: Disclosure | undefined;
  /** What a line of a streamed body looks like. */
  readonly streamedLine: z.ZodType | undefined;
  readonly inputs: readonly {
    readonly place: 'body' | 'query' | 'path';
    readonly name: string | undefined;
    readonly schema: z.ZodType | undefined;
  }[];
};

type Parameter = { readonly data?: unknown; readonly schema?: z.ZodType };
type Handler = (...given: never[]) => unknown;
type Holder = Type | Handler;

const read = (key: string, ...holders: Holder[]): unknown =>
  holders
    .map((holder): unknown => Reflect.getMetadata(key, holder))
    .find((one) => one !== undefined);

const inputsOf = (controller: Type, name: string): DescribedRoute['inputs'] => {
  const parameters =
    (Reflect.getMetadata(nestKeys.parameters, controller, name) as
      | Readonly<Record<string, Parameter>>
      | undefined) ?? {};
  return Object.entries(parameters).flatMap(([key, { data, schema }]) => {
    const place = places[key.split(':')[0] ?? ''];
    return place ? [{ place, name: typeof data === 'string' ? data : undefined, schema }] : [];
  });
};

/** Of a choice all of them; none where no scope decides. */
const scopesOf = (rule: AccessRule | undefined): readonly string[] => {
  if (typeof rule === 'object') return [...new Set(Object.values(rule.scopes))];
  const scope = Scope.safeParse(rule);
  return scope.success ? [scope.data] : [];
};

/** True for a handler that says what a query may hold. */
export const takesQuery = (controller: Type, name: string): boolean =>
  inputsOf(controller, name).some(({ place }) => place === 'query');

/** A decorator takes one path or some. */
const pathsOf = (holder: Holder): readonly string[] => {
  const paths = read(nestKeys.path, holder);
  return Array.isArray(paths) ? (paths as string[]) : [typeof paths === 'string' ? paths : ''];
};

const joined = (...parts: readonly string[]): string => {
  const steps = parts
    .flatMap((part) => part.split('/'))
    .filter((step) => step !== '')
    .map((step) => step.replace(/^:(\w+)$/, '{$1}'));
  return `/${steps.join('/')}`;
};

const describe = (controller: Type, name: string, handler: Handler): DescribedRoute[] => {
  const method = read(nestKeys.method, handler) as RequestMethod | undefined;
  if (method === undefined) return [];
  const verb = RequestMethod[method].toLowerCase();
  const rule = accessRuleOf(handler, controller);
  const paths = pathsOf(controller).flatMap((base) =>
    pathsOf(handler).map((path) => joined(base, path)),
  );
  const route = {
    name: `${controller.name}.${name}`,
    method: verb,
    status: (read(nestKeys.status, handler) as number | undefined) ?? (verb === 'post' ? 201 : 200),
    rule,
    scopes: scopesOf(rule),
    isPublic: rule === 'public',
    isOperator: read(operatorKey, handler, controller) === true,
    isIdempotent: read(idempotentKey, handler) === true,
    isPage: read(pageKey, handler) === true,
    description: read(describedKey, handler) as Description | undefined,
    answer: read(answersKey, handler) as Answer | undefined,
    audit: read(auditedKey, handler) as Audit | undefined,
    disclosure: read(disclosedKey, handler) as Disclosure | undefined,
    streamedLine: read(streamedLineKey, handler) as z.ZodType | undefined,
    inputs: inputsOf(controller, name),
  };
  return paths.map((path) => ({ ...route, path }));
};

/** The controllers of a running application. */
export const controllersIn = (modules: ModulesContainer): readonly Type[] =>
  [...modules.values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => (typeof metatype === 'function' ? [metatype as Type] : []));

/** Every route of some controllers, as their decorators tell it. */
export const describeRoutes = (controllers: readonly Type[]): readonly DescribedRoute[] =>
  controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, Handler>;
    return Object.getOwnPropertyNames(prototype)
      .filter((name) => name !== 'constructor')
      .flatMap((name) => describe(controller, name, prototype[name] as Handler));
  });
