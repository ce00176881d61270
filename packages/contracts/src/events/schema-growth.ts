type Json = { readonly [key: string]: unknown };

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {};
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** A smaller number lets less pass, or a larger one does: JSON Schema's limits by which way they tighten. */
const upperLimits = ['maxLength', 'maxItems', 'maximum', 'exclusiveMaximum', 'maxProperties'];
const lowerLimits = ['minLength', 'minItems', 'minimum', 'exclusiveMinimum', 'minProperties'];

const limitsBroken = (before: Json, after: Json): string[] => {
  const tightened = (name: string, isTighter: (old: number, now: number) => boolean): boolean => {
    const [old, now] = [before[name], after[name]];
    if (typeof now !== 'number') return false;
    return typeof old !== 'number' || isTighter(old, now);
  };
  // The pattern of a known format is the printer's spelling of it, and may change with the printer.
  const isSpelling = (name: string): boolean =>
    name === 'pattern' && after['format'] !== undefined && after['format'] === before['format'];
  const broken = [
    ...upperLimits.filter((name) => tightened(name, (old, now) => now < old)),
    ...lowerLimits.filter((name) => tightened(name, (old, now) => now > old)),
    ...['pattern', 'format', 'multipleOf', 'uniqueItems'].filter(
      (name) => after[name] !== undefined && after[name] !== before[name] && !isSpelling(name),
    ),
  ];
  return broken.map((name) => `${name} became stricter`);
};

const valuesOf = ({ const: only, enum: values }: Json): readonly unknown[] | undefined =>
  only === undefined ? (values as readonly unknown[] | undefined) : [only];

const valuesBroken = (before: Json, after: Json): string[] => {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (now === undefined) return [];
  if (old === undefined) return ['became a list of values'];
  const lost = old.filter((value) => !now.includes(value));
  return lost.map((value) => `lost the value ${JSON.stringify(value)}`);
};

const typesBroken = (before: Json, after: Json): string[] => {
  const now = listOf(after['type']);
  if (now.length === 0) return [];
  const old = listOf(before['type']);
  if (old.length === 0) return [`became ${now.join(' or ')}`];
  const isTaken = (type: unknown): boolean =>
    now.includes(type) || (type === 'integer' && now.includes('number'));
  return old.filter((type) => !isTaken(type)).map((type) => `is no ${String(type)} any more`);
};

/** A field that was sealed must never be written in clear again; one in clear may become sealed. */
const personalBroken = (before: Json, after: Json): string[] => {
  const wasPersonal = typeof before['personal'] === 'string';
  return wasPersonal && typeof after['personal'] !== 'string' ? ['is no longer personal'] : [];
};

const fieldsBroken = (before: Json, after: Json, at: string): string[] => {
  const [old, now] = [objectOf(before['properties']), objectOf(after['properties'])];
  const wereRequired = listOf(before['required']);
  const demanded = listOf(after['required']).filter((name) => !wereRequired.includes(name));
  return [
    ...demanded.map((name) => `${at}/${String(name)} became required`),
    ...Object.entries(old).flatMap(([name, field]) =>
      name in now
        ? schemaShrinkage(objectOf(field), objectOf(now[name]), `${at}/${name}`)
        : [`${at}/${name} is gone`],
    ),
  ];
};

const insideBroken = (before: Json, after: Json, at: string): string[] => {
  const steps = [
    ['items', '*'],
    ['additionalProperties', '*'],
    ['propertyNames', '(name)'],
  ] as const;
  return steps.flatMap(([keyword, step]) => {
    const [old, now] = [before[keyword], after[keyword]];
    if (now === undefined || now === true) return [];
    if (now === false) return old === false ? [] : [`${at} takes no other fields any more`];
    return schemaShrinkage(objectOf(old), objectOf(now), `${at}/${step}`);
  });
};

const optionsBroken = (before: Json, after: Json, at: string): string[] => {
  const optionsIn = (schema: Json): readonly unknown[] =>
    listOf(schema['anyOf'] ?? schema['oneOf']);
  const now = optionsIn(after);
  if (now.length === 0) return [];
  const old = optionsIn(before);
  const lost = (old.length === 0 ? [before] : old).filter(
    (option) =>
      !now.some((one) => schemaShrinkage(objectOf(option), objectOf(one), at).length === 0),
  );
  return lost.map(() => `${at} lost one of its alternatives`);
};

/**
 * Why data that the earlier JSON Schema let pass might not pass the later one, or lost a field or a value that
 * readers know: one sentence each, none when the schema only grew.
 */
export const schemaShrinkage = (before: Json, after: Json, at = ''): readonly string[] => {
  const here = [
    ...typesBroken(before, after),
    ...valuesBroken(before, after),
    ...limitsBroken(before, after),
    ...personalBroken(before, after),
  ].map((what) => `${at} ${what}`);
  return [
    ...here,
    ...fieldsBroken(before, after, at),
    ...insideBroken(before, after, at),
    ...optionsBroken(before, after, at),
  ];
};
