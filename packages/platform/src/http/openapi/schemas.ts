import * as contracts from '@tact/contracts';
import { z } from 'zod';

export type Json = Record<string, unknown>;

const isZod = (value: unknown): value is z.ZodType =>
  typeof value === 'object' && value !== null && '_zod' in value;

/** What contracts exports under a name of its own is a component of that name. */
const names = new Map<unknown, string>(
  Object.entries(contracts)
    .filter(([name, value]) => /^[A-Z]/.test(name) && isZod(value))
    .map(([name, value]) => [value, name]),
);

class NamedSchemas extends z.core.$ZodRegistry<z.core.GlobalMeta> {
  override get(schema: z.core.$ZodType): never {
    const id = names.get(schema);
    return { ...z.globalRegistry.get(schema), ...(id === undefined ? {} : { id }) } as never;
  }
}
const namedSchemas = new NamedSchemas();

/** What is in UTC says so with a pattern of a hundred characters, most of which the format says too. */
const utcInstant = contracts.instantIn('[0-9]{4}-[0-9]{2}-[0-9]{2}');

const componentRef = (name: string) => `#/components/schemas/${name}`;

const withComponentRefs = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withComponentRefs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      key,
      key === '$ref' && typeof held === 'string'
        ? held.replace('#/$defs/', componentRef(''))
        : withComponentRefs(held),
    ]),
  );
};

/** JSON Schema 2020-12, which OpenAPI 3.1 takes as it is; named schemas become components. */
export class ComponentSchemas {
  readonly #components = new Map<string, Json>();

  /** A reference where contracts names the schema, the schema itself where it does not. */
  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _dialect,
      $defs,
      ...rest
    } = z.toJSONSchema(schema, {
      io,
      metadata: namedSchemas,
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => this.#describe(zodSchema, jsonSchema as Json, io),
    }) as Json & { $defs?: Record<string, Json> };
    for (const [name, { id: _id, ...shape }] of Object.entries($defs ?? {})) {
      this.#add(name, withComponentRefs(shape) as Json);
    }
    return withComponentRefs(rest) as Json;
  }

  /** What a reference stands for. */
  resolved(schema: Json): Json {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(String(schema['$ref']))?.[1];
    return (name === undefined ? undefined : this.#components.get(name)) ?? schema;
  }

  get all(): Readonly<Record<string, Json>> {
    const entries = [...this.#components].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(entries);
  }

  #add(name: string, shape: Json): void {
    const known = this.#components.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(shape)) {
      throw new Error(
        `${name} has one shape in requests and another in answers: give each a name in contracts.`,
      );
    }
    this.#components.set(name, shape);
  }

  #describe(schema: z.core.$ZodType, json: Json, io: 'input' | 'output'): void {
    const instead = contracts.descriptionOf(schema);
    if (instead) {
      const { description, examples, default: byDefault } = json;
      for (const key of Object.keys(json)) delete json[key];
      const annotations = { description, examples, default: byDefault };
      Object.assign(json, this.of(instead, io));
      for (const [key, value] of Object.entries(annotations))
        if (value !== undefined) json[key] = value;
    }
    if (json['personal']) json['x-personal'] = json['personal'];
    delete json['personal'];
    const pattern = json['pattern'];
    if (json['format'] === 'date-time' && typeof pattern === 'string' && pattern.includes('02-29'))
      json['pattern'] = utcInstant;
  }
}
