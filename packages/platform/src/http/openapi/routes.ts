import { RequestMethod } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { z } from 'zod';
import { accessRuleOf } from '../access/access-rules.ts';
import type { AccessRule } from '../access/access-rules.ts';
import { streamedLineKey } from '../body-parsers.ts';
import { idempotentKey } from '../idempotency/idempotency-interceptor.ts';
import { answersKey } from './answers.ts';

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
  readonly name: string;
  readonly group: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Who may call; nobody when absent. */
  readonly rule: AccessRule | undefined;
  readonly scope: string | undefined;
  readonly isPublic: boolean;
  readonly isIdempotent: boolean;
  readonly answer: z.ZodType | undefined;
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

const read = (key: string, ...holders: object[]): unknown =>
  holders
    .map((holder): unknown => Reflect.getMetadata(key, holder))
    .find((one) => one !== undefined);

const inputsOf = (controller: object, name: string): DescribedRoute['inputs'] => {
  const parameters =
    (Reflect.getMetadata(nestKeys.parameters, controller, name) as
      | Readonly<Record<string, Parameter>>
      | undefined) ?? {};
  return Object.entries(parameters).flatMap(([key, { data, schema }]) => {
    const place = places[key.split(':')[0] ?? ''];
    return place ? [{ place, name: typeof data === 'string' ? data : undefined, schema }] : [];
  });
};

/** Of a choice all of them, as a sentence says it. */
const scopesOf = (rule: AccessRule | undefined): string | undefined => {
  if (typeof rule === 'object') return [...new Set(Object.values(rule.scopes))].join('` or `');
  return rule === 'public' || rule === 'any-key' ? undefined : rule;
};

const describe = (
  controller: { name: string },
  name: string,
  handler: Handler,
): DescribedRoute[] => {
  const method = read(nestKeys.method, handler) as RequestMethod | undefined;
  if (method === undefined) return [];
  const steps = [read(nestKeys.path, controller), read(nestKeys.path, handler)]
    .flatMap((path) => (typeof path === 'string' ? path.split('/') : []))
    .filter((step) => step !== '');
  const verb = RequestMethod[method].toLowerCase();
  const rule = accessRuleOf(handler, controller);
  return [
    {
      name,
      group: controller.name.replace(/Controller$/, ''),
      method: verb,
      path: `/${steps.join('/')}`,
      status:
        (read(nestKeys.status, handler) as number | undefined) ?? (verb === 'post' ? 201 : 200),
      rule,
      scope: scopesOf(rule),
      isPublic: rule === 'public',
      isIdempotent: read(idempotentKey, handler) === true,
      answer: read(answersKey, handler) as z.ZodType | undefined,
      streamedLine: read(streamedLineKey, handler) as z.ZodType | undefined,
      inputs: inputsOf(controller, name),
    },
  ];
};

/** Every route of the application, as its decorators tell it. */
export const describeRoutes = (modules: ModulesContainer): readonly DescribedRoute[] =>
  [...modules.values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, Handler>;
      return Object.getOwnPropertyNames(prototype)
        .filter((name) => name !== 'constructor')
        .flatMap((name) => describe(metatype, name, prototype[name] as Handler));
    });
