import { z } from 'zod';
import { isErased } from '../erased.ts';
import type { EventDefinition } from './define.ts';
import { eventDefinition } from './registry.ts';

/** Why event data is not readable by this version; field paths only, never a value. */
export type EventDefect =
  | { readonly kind: 'unknown-type' }
  | { readonly kind: 'invalid-data'; readonly paths: readonly string[] };

type Path = readonly PropertyKey[];

/** JSON Pointers of the fields that travel sealed. */
const sealedOf = (data: unknown): ReadonlySet<string> => {
  const sealed = (data as { $sealed?: { p?: unknown } } | null | undefined)?.$sealed?.p;
  return new Set(Array.isArray(sealed) ? sealed.filter((one) => typeof one === 'string') : []);
};

const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown>)?.[step], data);

/** A field is excused when it, or what holds it, is sealed or erased. */
const isHidden = (data: unknown, path: Path, sealed: ReadonlySet<string>): boolean =>
  path.some((_, last) => {
    const outer = path.slice(0, last + 1);
    const pointer = outer
      .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('');
    return sealed.has(pointer) || isErased(valueAt(data, outer));
  });

const withoutSealed = new Map<string, z.ZodType | undefined>();
/** A handful of types and of field lists each; what is beyond comes from no writer of ours. */
const REMEMBERED = 1_000;

/**
 * The schema of what travels in clear, where whole fields are sealed. Almost every event about a person is such a
 * one: its missing fields would be made up as errors first, and excused after.
 */
const schemaWithout = (
  { type, version, data }: EventDefinition,
  sealed: ReadonlySet<string>,
): z.ZodType | undefined => {
  const key = [type, version, ...sealed].join(' ');
  if (withoutSealed.has(key) || withoutSealed.size >= REMEMBERED) return withoutSealed.get(key);
  const fields = [...sealed].map((pointer) => pointer.slice(1));
  const isWhole =
    data instanceof z.ZodObject &&
    !data.def.checks?.length &&
    fields.every((name) => name in data.shape);
  const schema = isWhole
    ? data.omit(Object.fromEntries(fields.map((name) => [name, true])) as Record<string, never>)
    : undefined;
  withoutSealed.set(key, schema);
  return schema;
};

/**
 * Checks stored or received data against its type. Tolerant on purpose: unknown fields pass, and a
 * personal field may be sealed or erased.
 */
export const checkEventData = (
  type: string,
  data: unknown,
  definition = eventDefinition(type),
): EventDefect | undefined => {
  if (!definition) return { kind: 'unknown-type' };
  const sealed = sealedOf(data);
  if (sealed.size > 0 && schemaWithout(definition, sealed)?.safeParse(data).success === true) {
    return undefined;
  }
  const result = definition.data.safeParse(data);
  if (result.success) return undefined;
  const paths = result.error.issues
    .filter(({ path }) => !isHidden(data, path, sealed))
    .map(({ path }) => path.join('.'));
  return paths.length === 0 ? undefined : { kind: 'invalid-data', paths };
};
