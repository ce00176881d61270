import { erased, isErased } from '@tact/contracts';

type Json = Record<string, unknown> | unknown[];
/** Where a personal value was found in one event's data, e.g. `['identities', 'phone']`. */
export type FieldPath = readonly string[];

const isContainer = (value: unknown): value is Json => typeof value === 'object' && value !== null;

const pointers = new WeakMap<FieldPath, string>();

/** JSON Pointer (RFC 6901): field names may hold dots and slashes. */
export const pointerOf = (path: FieldPath): string => {
  const known = pointers.get(path);
  if (known !== undefined) return known;
  const steps = path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  const pointer = steps.join('');
  pointers.set(path, pointer);
  return pointer;
};

export const pathOf = (pointer: string): FieldPath =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => (step.includes('~') ? step.replaceAll('~1', '/').replaceAll('~0', '~') : step));

const childOf = (parent: Json, step: string): unknown =>
  Object.hasOwn(parent, step) ? (parent as Record<string, unknown>)[step] : undefined;

// Assigning to __proto__ would change the object's prototype, and a field of that name must be a field.
const setOwn = (parent: Json, step: string, value: unknown): void => {
  if (step !== '__proto__') {
    (parent as Record<string, unknown>)[step] = value;
    return;
  }
  Object.defineProperty(parent, step, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
};

/** Present personal values of a schema path. A record of personal values is one value: its keys go along. */
const locate = (value: unknown, schemaPath: FieldPath, at: FieldPath): FieldPath[] => {
  if (value === undefined || isErased(value)) return [];
  const [step, ...rest] = schemaPath;
  if (step === undefined) return [at];
  if (!isContainer(value)) return [];
  if (step !== '*') return locate(childOf(value, step), rest, [...at, step]);
  if (!Array.isArray(value)) return Object.keys(value).length === 0 ? [] : [at];
  return value.flatMap((item, index) => locate(item, rest, [...at, String(index)]));
};

/** Schema paths without those inside another one: a personal object is sealed whole, once. */
export const outermost = (schemaPaths: readonly FieldPath[]): readonly FieldPath[] => {
  const all = new Set(schemaPaths.map(pointerOf));
  return schemaPaths.filter(
    (path) => !path.some((_, length) => length > 0 && all.has(pointerOf(path.slice(0, length)))),
  );
};

/** Paths of the personal values that are present, for the `outermost` paths of a schema. */
export const locateAll = (data: object, schemaPaths: readonly FieldPath[]): FieldPath[] => {
  const found: FieldPath[] = [];
  const records = new Set<string>();
  for (const schemaPath of schemaPaths) {
    if (!schemaPath.includes('*')) {
      // The path itself, not a copy: its pointer is then known already.
      if (locate(data, schemaPath, []).length > 0) found.push(schemaPath);
      continue;
    }
    for (const path of locate(data, schemaPath, [])) {
      const pointer = pointerOf(path);
      if (!records.has(pointer)) found.push(path);
      records.add(pointer);
    }
  }
  return found;
};

/** Copies `data` along the paths, so that a change there does not reach the caller's object. */
const copyAlong = (data: object, paths: readonly FieldPath[]): Record<string, unknown> => {
  const root = { ...data } as Record<string, unknown>;
  const copied = new Set<unknown>([root]);
  for (const path of paths) {
    let parent: Json = root;
    for (const step of path.slice(0, -1)) {
      let child = childOf(parent, step);
      if (!isContainer(child)) child = {};
      if (!copied.has(child)) child = Array.isArray(child) ? [...child] : { ...(child as object) };
      copied.add(child);
      setOwn(parent, step, child);
      parent = child as Json;
    }
  }
  return root;
};

const parentOf = (root: object, path: FieldPath): Json => {
  let parent = root as Json;
  for (const step of path.slice(0, -1)) parent = childOf(parent, step) as Json;
  return parent;
};

/**
 * A copy without what the paths lead to. Built up key by key: an object that a key was deleted from is slow to
 * copy and to serialise ever after.
 */
const without = (value: Json, paths: readonly FieldPath[], depth: number): Json => {
  const isArray = Array.isArray(value);
  const copy: Json = isArray ? [] : {};
  for (const step of Object.keys(value)) {
    const inside = paths.filter((path) => path[depth] === step);
    const child = childOf(value, step);
    if (inside.length === 0) setOwn(copy, step, child);
    else if (inside.some(({ length }) => length > depth + 1)) {
      setOwn(copy, step, without(child as Json, inside, depth + 1));
    } else if (isArray) setOwn(copy, step, null);
  }
  return copy;
};

/** Takes the values out: what remains may be stored in clear. Items of arrays leave `null` behind. */
export const cutOut = (
  data: object,
  paths: readonly FieldPath[],
): { clear: Record<string, unknown>; values: unknown[] } => ({
  clear: without(data as Json, paths, 0) as Record<string, unknown>,
  values: paths.map((path) => childOf(parentOf(data, path), path.at(-1) ?? '')),
});

/** Puts values back where they were cut out. */
export const putBack = (
  clear: object,
  paths: readonly FieldPath[],
  values: readonly unknown[],
): Record<string, unknown> => {
  const data = copyAlong(clear, paths);
  for (const [index, path] of paths.entries()) {
    setOwn(parentOf(data, path), path.at(-1) ?? '', values[index]);
  }
  return data;
};

/** What a reader sees once the key is destroyed: the same fields, each the typed value `Erased`. */
export const putErased = (clear: object, paths: readonly FieldPath[]): Record<string, unknown> =>
  putBack(
    clear,
    paths,
    paths.map(() => erased),
  );
