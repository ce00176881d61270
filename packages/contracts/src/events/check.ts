import { personalPaths } from '../personal.ts';
import { eventDefinition } from './registry.ts';

/** Why event data is not readable by this version; field paths only, never a value. */
export type EventDefect =
  | { readonly kind: 'unknown-type' }
  | { readonly kind: 'invalid-data'; readonly paths: readonly string[] };

/**
 * Checks stored or received data against its type. Tolerant on purpose: unknown fields pass, and a
 * personal field may be absent or erased, because what travels is sealed.
 */
export const checkEventData = (type: string, data: unknown): EventDefect | undefined => {
  const definition = eventDefinition(type);
  if (!definition) return { kind: 'unknown-type' };
  const result = definition.data.safeParse(data);
  if (result.success) return undefined;
  const sealed = personalPaths(definition.data).map(({ path }) => path.join('.'));
  const paths = result.error.issues
    .map((issue) => issue.path.join('.'))
    .filter((path) => !sealed.some((field) => path === field || field.startsWith(`${path}.`)));
  return paths.length === 0 ? undefined : { kind: 'invalid-data', paths };
};
