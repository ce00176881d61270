import { z } from 'zod';

/**
 * What a field can tell about a person. One annotation drives encryption, log redaction, access
 * export, erasure and the Art. 30 record.
 */
export type PersonalCategory =
  | 'phone'
  | 'email'
  | 'business-scoped-id'
  | 'crm-id'
  | 'name'
  | 'attribute'
  | 'free-text'
  | 'observer'
  | 'exact-time';

declare module 'zod' {
  interface GlobalMeta {
    /** `false` says, on purpose, that the field holds no person. A string without either fails the build. */
    personal?: PersonalCategory | false;
  }
}

/** Marks a field that can hold a person: it is sealed inside the append and never stored in clear. */
export const personal = <Schema extends z.ZodType>(
  category: PersonalCategory,
  schema: Schema,
): Schema => schema.meta({ personal: category });

/** A short text of the business or of the platform: never a person. */
export const plainText = (max = 200) => z.string().min(1).max(max).meta({ personal: false });

/** RFC 3339 in UTC, e.g. `2026-11-02T08:00:00.000Z`. */
export const utcTime = () => z.iso.datetime().meta({ personal: false });

/**
 * The exact instant of something a person did: WhatsApp's and the CRM's logs hold the same millisecond beside
 * the phone, so in clear it would lead back to the person. What stays in clear is the hour.
 */
export const exactTime = () => personal('exact-time', z.iso.datetime());

/** For the API's description: an instant in UTC whose date matches, with at most nine digits of a second. */
export const instantIn = (dates: string): string =>
  String.raw`^${dates}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?Z$`;

/**
 * When something happened, as a caller says it: nothing this platform knows is older than 1900, and a
 * fraction of more digits than nanoseconds have is one that PostgreSQL may not read.
 */
export const statedTime = () =>
  z.iso
    .datetime()
    .max(30)
    .refine((at) => at >= '1900', { message: 'Give an instant from 1900 on.' })
    .meta({
      personal: false,
      pattern: instantIn(String.raw`(?:19[0-9]{2}|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}`),
    });

type Def = {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  options?: readonly z.ZodType[];
  valueType?: z.ZodType;
  in?: z.ZodType;
};

const wrappers = new Set(['optional', 'nullable', 'default', 'readonly', 'prefault', 'catch']);

/** The annotation of a schema, looked up through optional, nullable and default wrappers. */
export const personalOf = (schema: z.ZodType): PersonalCategory | false | undefined => {
  const own = schema.meta()?.personal;
  const def = schema.def as unknown as Def;
  if (own !== undefined || !wrappers.has(def.type) || !def.innerType) return own;
  return personalOf(def.innerType);
};

const children = (def: Def): readonly [string, z.ZodType][] => {
  if (def.shape) return Object.entries(def.shape);
  if (def.options) return def.options.map((option) => ['', option] as [string, z.ZodType]);
  const inner = def.element ?? def.innerType ?? def.valueType ?? def.in;
  const step = def.element || def.valueType ? '*' : '';
  return inner ? [[step, inner]] : [];
};

/** Visits every field of a schema; `path` uses `*` for items of arrays and records. */
export const walkSchema = (
  schema: z.ZodType,
  visit: (path: readonly string[], schema: z.ZodType) => 'descend' | 'stop',
  path: readonly string[] = [],
): void => {
  if (visit(path, schema) === 'stop') return;
  for (const [step, child] of children(schema.def)) {
    walkSchema(child, visit, step === '' ? path : [...path, step]);
  }
};

/** Paths of the personal fields of a schema, outermost first: a personal object is sealed whole. */
export const personalPaths = (
  schema: z.ZodType,
): readonly { path: readonly string[]; category: PersonalCategory }[] => {
  const found = new Map<string, { path: readonly string[]; category: PersonalCategory }>();
  walkSchema(schema, (path, field) => {
    const category = personalOf(field);
    if (category) found.set(path.join('.'), { path, category });
    return category ? 'stop' : 'descend';
  });
  return [...found.values()];
};

/** Paths of string fields nobody has classified; the build fails while there is one. */
export const unclassifiedPaths = (schema: z.ZodType): readonly string[] => {
  const missing: string[] = [];
  walkSchema(schema, (path, field) => {
    if (personalOf(field) !== undefined) return 'stop';
    const { type } = field.def;
    if (type === 'string' || type === 'any' || type === 'unknown') missing.push(path.join('.'));
    return 'descend';
  });
  return missing;
};
