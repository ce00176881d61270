import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { ArgumentMetadata } from '@nestjs/common';
import { walkSchema } from '@tact/contracts';
import type { z } from 'zod';
import { ProblemError } from './problem-error.ts';
import type { ProblemErrors } from './problem-error.ts';

type Issue = {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
  readonly code?: string;
  readonly expected?: string;
  readonly format?: string;
  readonly values?: readonly unknown[];
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly divisor?: number | bigint;
  /** What a refinement says of itself beside its sentence. */
  readonly params?: { readonly isUnprocessable?: unknown } | undefined;
};

const declaredNames = new WeakMap<object, ReadonlySet<string>>();

/** Names a schema declares. A name that is not among them came from the caller and may hold a person. */
const namesOf = (schema: z.ZodType): ReadonlySet<string> => {
  const known = declaredNames.get(schema);
  if (known) return known;
  const names = new Set<string>();
  walkSchema(schema, (path) => {
    for (const step of path) names.add(step);
    return 'descend';
  });
  declaredNames.set(schema, names);
  return names;
};

const isZod = (schema: unknown): schema is z.ZodType =>
  typeof schema === 'object' && schema !== null && '_zod' in schema;

const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

const pointerOf = (issue: Issue, names: ReadonlySet<string>, prefix: string): string =>
  prefix +
  (issue.path ?? [])
    .map((segment) => (typeof segment === 'object' ? segment.key : segment))
    .map((key) => {
      if (typeof key === 'number') return `/${key}`;
      return `/${names.has(String(key)) ? escaped(String(key)) : '*'}`;
    })
    .join('');

/** One sentence per kind of issue, made of what the schema says and never of what was sent. */
const messageOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `Expected ${issue.expected ?? 'another type'}.`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? 'Does not match the documented pattern.'
        : `Expected the format ${issue.format ?? 'documented'}.`;
    case 'invalid_value':
      return `Expected one of: ${(issue.values ?? []).map(String).join(', ')}.`;
    case 'too_small':
      return `Too small: at least ${issue.minimum ?? 'documented'}.`;
    case 'too_big':
      return `Too big: at most ${issue.maximum ?? 'documented'}.`;
    case 'not_multiple_of':
      return `Expected a multiple of ${issue.divisor ?? 'the documented step'}.`;
    case 'unrecognized_keys':
      return 'There are unknown fields here.';
    case 'invalid_key':
      return 'A key does not have the expected shape.';
    case 'invalid_union':
      return 'Matches none of the documented shapes.';
    // A refinement's own sentence, written in contracts: it is static by rule.
    case 'custom':
      return issue.message;
    case undefined:
    default:
      return 'Does not have the expected shape.';
  }
};

const ISSUES_MAX = 50;

/** Issues of a schema as RFC 6901 pointers and sentences, the first fifty. */
export const errorsOfIssues = (
  issues: readonly Issue[],
  schema: unknown,
  prefix = '',
): ProblemErrors => {
  const names = isZod(schema) ? namesOf(schema) : new Set<string>();
  return issues.slice(0, ISSUES_MAX).map((issue) => ({
    pointer: pointerOf(issue, names, prefix),
    message: messageOf(issue),
  }));
};

const prefixOf = ({ type, data }: ArgumentMetadata): string => {
  const place = type === 'query' ? '/query' : type === 'param' ? '/path' : '';
  return data === undefined ? place : `${place}/${escaped(data)}`;
};

/** Validates `@Body({ schema })`, `@Query({ schema })` and `@Param(name, { schema })` with zod. */
export class ContractPipe extends StandardSchemaValidationPipe {
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    const { schema } = metadata;
    if (!schema || !this.toValidate(metadata)) return value;
    // The parser of bodies refuses such keys, and walking a large body a second time is not free.
    if (metadata.type !== 'body') this.stripProtoKeys(value);
    const result = await this.validate<T>(value, schema);
    if (!result.issues) return result.value;
    // An id of the wrong shape names nothing: it answers exactly like an unknown one.
    if (metadata.type === 'param') throw new ProblemError('not-found');
    const issues = result.issues as readonly Issue[];
    // The shape is right, and it is a rule of the business that is not met.
    const isUnprocessable = issues.every(({ params }) => params?.isUnprocessable === true);
    throw new ProblemError(isUnprocessable ? 'unprocessable' : 'validation-failed', {
      errors: errorsOfIssues(issues, schema, prefixOf(metadata)),
    });
  }
}
