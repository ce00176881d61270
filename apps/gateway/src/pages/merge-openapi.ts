import { apiTags, serviceOfPath, type ServiceName } from '@tact/contracts';

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

const isOperators = (operation: Json): boolean => objectOf(operation)['x-internal'] === true;

/** What the gateway passes on: what is served to the world by this service, operators' routes left out. */
const publicPaths = (service: ServiceName, paths: JsonObject): [string, JsonObject][] =>
  Object.entries(paths).flatMap(([path, item]): [string, JsonObject][] => {
    // Ids are told by their form, and a pattern's braces are no id.
    const example = path.replace('{contactId}', 'ct_0');
    const operations = Object.entries(objectOf(item)).filter(
      ([, operation]) => !isOperators(operation),
    );
    if (serviceOfPath(example) !== service || operations.length === 0) return [];
    return [[path, Object.fromEntries(operations)]];
  });

const refsIn = (value: Json): string[] => {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, held]) =>
    key === '$ref' && typeof held === 'string' ? [held] : refsIn(held),
  );
};

/** Only what is referred to from the paths, or from what they refer to. */
const usedComponents = (paths: JsonObject, components: JsonObject): JsonObject => {
  const used = new Set<string>();
  const waiting = refsIn(paths);
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (used.has(ref)) continue;
    used.add(ref);
    const [group = '', name = ''] = ref.split('/').slice(2);
    waiting.push(...refsIn(objectOf(components[group])[name] ?? null));
  }
  return Object.fromEntries(
    Object.entries(components).map(([group, entries]) => [
      group,
      group === 'securitySchemes'
        ? entries
        : Object.fromEntries(
            Object.entries(objectOf(entries))
              .filter(([name]) => used.has(`#/components/${group}/${name}`))
              .toSorted(([one], [other]) => (one < other ? -1 : 1)),
          ),
    ]),
  );
};

const tagsOf = (paths: JsonObject): Json[] => {
  const used = new Set(
    Object.values(paths)
      .flatMap((item) => Object.values(objectOf(item)))
      .flatMap((operation) => objectOf(operation)['tags'] ?? []),
  );
  return Object.entries(apiTags)
    .filter(([name]) => used.has(name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, description]) => ({ name, description }));
};

const info = {
  title: 'Tact',
  version: '1',
  summary: 'Honest block likelihoods of WhatsApp contacts, and a business that behaves with tact.',
  description: [
    'One origin, four services. Bodies are JSON in UTF-8, never compressed; a text holds neither U+0000 nor half a surrogate pair, and no field is named __proto__; times are in UTC.',
    'Inputs are strict: a field or a query parameter that is not documented here is refused with 400.',
    'A refusal is a problem document (RFC 9457) that never repeats what was sent. A path asked with a method it does not serve answers 405 and names the others in `Allow`; GET answers HEAD too.',
  ].join('\n\n'),
  contact: { name: 'The operators of this platform' },
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
};

/** One document for the one origin, out of the documents of the services. */
export const mergeOpenApi = (
  documents: readonly { readonly service: ServiceName; readonly document: unknown }[],
  origin: string,
): JsonObject => {
  const paths: JsonObject = {};
  const components: JsonObject = {};
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
    for (const [path, item] of publicPaths(service, objectOf(own['paths']))) {
      paths[path] = { ...objectOf(paths[path]), ...objectOf(withRefs(item, renamed)) };
    }
  }
  return {
    openapi,
    info,
    servers: [{ url: origin, description: 'This platform.' }],
    tags: tagsOf(paths),
    paths,
    components: usedComponents(paths, components),
  };
};
