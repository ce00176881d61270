import type { Constellation } from '../constellation.ts';

type Schema = {
  readonly $ref?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  /** What the lines of a file are. */
  readonly contentSchema?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
};
type Described = {
  readonly operationId: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
};
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/** A route as its description tells it, and where ids stand in what it takes. */
export type Operation = {
  readonly operationId: string;
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
  /** Acts on all tenants: a tenant's own keys never open it. */
  readonly isOperators: boolean;
  /** `{contactId}` of the path, `?contactId` of the query, `/into` of the body, where there is one. */
  readonly places: readonly string[];
  readonly hasBody: boolean;
};

/** Ids of ours: two letters and what was drawn. */
const idPattern = /^\^[a-z]{2}_/;

const resolved = (schema: Schema, { components }: Document): Schema => {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (components.schemas[name] ?? {});
};

const placesIn = (
  given: Schema,
  document: Document,
  { at = '', above = new Set<Schema>() }: { at?: string; above?: ReadonlySet<Schema> } = {},
): string[] => {
  const schema = resolved(given, document);
  if (above.has(schema)) return [];
  const below = { above: new Set([...above, schema]) };
  const { pattern = '', properties = {}, oneOf = [], anyOf = [], allOf = [] } = schema;
  const { items, contentSchema } = schema;
  return [
    ...(idPattern.test(pattern) ? [at] : []),
    ...Object.entries(properties).flatMap(([name, one]) =>
      placesIn(one, document, { ...below, at: `${at}/${name}` }),
    ),
    ...[...oneOf, ...anyOf, ...allOf].flatMap((one) => placesIn(one, document, { ...below, at })),
    ...(items ? placesIn(items, document, { ...below, at: `${at}/*` }) : []),
    ...(contentSchema ? placesIn(contentSchema, document, { ...below, at }) : []),
  ];
};

const operationOf = (
  { origin, path, method }: { origin: string; path: string; method: string },
  described: Described,
  document: Document,
): Operation => {
  const { operationId, description = '', security = [], parameters = [], requestBody } = described;
  const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
  const inQuery = parameters
    .filter((one) => one.in === 'query' && idPattern.test(one.schema?.pattern ?? ''))
    .map(({ name }) => `?${name}`);
  const bodies = Object.values(requestBody?.content ?? {});
  const inBody = bodies.flatMap(({ schema }) => placesIn(schema, document));
  return {
    operationId,
    origin,
    method: method.toUpperCase(),
    path,
    isPublic: security.length === 0,
    isOperators: /Needs the scope `operator`\./.test(description),
    places: [...new Set([...inPath, ...inQuery, ...inBody])],
    hasBody: bodies.length > 0,
  };
};

/** Every route of every service, those for operators on a service's own port too; what all services have is asked once. */
export const operationsOf = async ({ services }: Constellation): Promise<Operation[]> => {
  const known = new Map<string, Operation>();
  for (const { origin } of services) {
    const document = (await (await fetch(`${origin}/openapi.json`)).json()) as Document;
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, described] of Object.entries(methods)) {
        const operation = operationOf({ origin, path, method }, described, document);
        if (!known.has(operation.operationId)) known.set(operation.operationId, operation);
      }
    }
  }
  return [...known.values()];
};
