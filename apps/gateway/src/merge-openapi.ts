import type { ServiceName } from '@tact/contracts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const withRefs = (value: Json, renamed: ReadonlyMap<string, string>): Json => {
  if (Array.isArray(value)) return value.map((item) => withRefs(item, renamed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && typeof item === 'string'
        ? (renamed.get(item) ?? item)
        : withRefs(item, renamed),
    ]),
  );
};

/** Two services may give one name to different shapes: the later one then carries its service's name. */
const collisions = (
  service: ServiceName,
  components: JsonObject,
  merged: JsonObject,
): ReadonlyMap<string, string> => {
  const renamed = new Map<string, string>();
  for (const [group, entries] of Object.entries(components)) {
    for (const [name, shape] of Object.entries(objectOf(entries))) {
      const taken = objectOf(merged[group])[name];
      if (taken === undefined || JSON.stringify(taken) === JSON.stringify(shape)) continue;
      renamed.set(
        `#/components/${group}/${name}`,
        `#/components/${group}/${capitalised(service)}${name}`,
      );
    }
  }
  return renamed;
};

const isPublic = (path: string): boolean => !/^\/(health|metrics|openapi\.json)(\/|$)/.test(path);

/** One document for the one origin, out of the documents of the services. */
export const mergeOpenApi = (
  documents: readonly { readonly service: ServiceName; readonly document: unknown }[],
  origin: string,
): JsonObject => {
  const paths: JsonObject = {};
  const components: JsonObject = {};
  const tags: Json[] = [];
  let openapi: Json = '3.1.0';
  for (const { service, document } of documents) {
    const own = objectOf(document as Json);
    openapi = own['openapi'] ?? openapi;
    const renamed = collisions(service, objectOf(own['components']), components);
    for (const [group, entries] of Object.entries(objectOf(own['components']))) {
      const target = objectOf(components[group]);
      for (const [name, shape] of Object.entries(objectOf(entries))) {
        const key = renamed.get(`#/components/${group}/${name}`)?.split('/').at(-1) ?? name;
        target[key] = withRefs(shape, renamed);
      }
      components[group] = target;
    }
    for (const [path, item] of Object.entries(objectOf(own['paths']))) {
      if (isPublic(path)) {
        paths[path] = { ...objectOf(paths[path]), ...objectOf(withRefs(item, renamed)) };
      }
    }
    if (Array.isArray(own['tags'])) tags.push(...own['tags']);
  }
  const info = { title: 'Tact', version: '1', description: 'One origin, four services.' };
  return { openapi, info, servers: [{ url: origin }], tags, paths, components };
};
