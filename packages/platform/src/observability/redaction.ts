import { Identities, eventDefinitions, personalPaths } from '@tact/contracts';

const withheld = '[withheld]';

/** What an id is of names it: under `id` alone stands what is nobody's, of a job or of an event. */
const nameOf = (path: readonly string[]): readonly string[] =>
  path.at(-1) === 'id' ? path.slice(-2, -1) : path.slice(-1);

/** Names of the fields that contracts mark personal; nothing under such a name is ever printed. */
export const personalFieldNames: ReadonlySet<string> = new Set(
  [Identities, ...Object.values(eventDefinitions).map(({ data }) => data)]
    .flatMap((schema) => personalPaths(schema))
    .flatMap(({ path }) => nameOf(path.filter((step) => step !== '*'))),
);

/** Fields that are never a person but always a secret or a payload. */
const secretFieldNames: ReadonlySet<string> = new Set([
  'authorization',
  'apiKey',
  'appSecret',
  'verifyToken',
  'password',
  'parameters',
  'body',
  'query',
  'headers',
  'wamid',
]);

const DEPTH_MAX = 6;

/** A copy of a log line without what personal or secret field names hold: the second line of defence. */
export const withholdPersonal = (value: unknown, depth = 0): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return withheld;
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => withholdPersonal(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      personalFieldNames.has(name) || secretFieldNames.has(name)
        ? withheld
        : withholdPersonal(held, depth + 1),
    ]),
  );
};

/** Longer error texts are lists or dumps, and matching them would cost time. */
const TEXT_LENGTH_MAX = 500;

/** Runs of seven digits and more, e-mail addresses, message ids and keys: what an error text may have swallowed. */
const suspicious =
  /\+?\d(?:[ .()/-]{0,2}\d){6,}|[^\s"'<>@]+@[^\s"'<>@]+\.[a-z]{2,}|wamid\.[\w+/=-]+|tact_[a-z0-9]+_[\w-]+/gi;

export const scrub = (text: string): string =>
  text.slice(0, TEXT_LENGTH_MAX).replace(suspicious, withheld);

/** Errors whose message repeats the input: the parser's, the driver's and the validator's. */
const quotesItsInput = (error: Error): boolean =>
  error instanceof SyntaxError ||
  error.name === 'ZodError' ||
  error.name === '$ZodError' ||
  'severity' in error ||
  'driverError' in error;

const framesOf = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());

const driverFields = ['code', 'constraint', 'table', 'schema', 'routine', 'syscall'] as const;

/**
 * An error as the log may hold it: its class, its code, where it was thrown, its causes. Never the
 * driver's `detail` or parameters, which hold the very row (PostgreSQL: `Key (phone)=(...)`).
 */
export const describeError = (error: unknown, depth = 0): Record<string, unknown> => {
  if (!(error instanceof Error)) return { name: typeof error };
  const known = driverFields.flatMap((field) => {
    const value = (error as unknown as Record<string, unknown>)[field];
    return typeof value === 'string' ? [[field, value] as const] : [];
  });
  return {
    name: error.name,
    ...Object.fromEntries(known),
    ...(quotesItsInput(error) ? {} : { message: scrub(error.message) }),
    stack: framesOf(error),
    ...(error.cause !== undefined && depth < 4
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
};
