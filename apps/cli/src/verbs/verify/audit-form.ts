// The form of an export's lines, as docs/how-to/audit.md publishes it. Nothing of a line is used that is not of it.

type Opening = { readonly subject: string; readonly salt: string };

export type Entry = {
  readonly tenant: string;
  readonly seq: number;
  readonly subject: string;
  readonly prev: string;
};

export type Head = {
  readonly tenant: string;
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
  readonly blanked: number;
};

export type Line =
  | { readonly kind: 'chain'; readonly tenant: string }
  | {
      readonly kind: 'entry';
      readonly entry: Entry;
      readonly hash: string;
      /** Undefined: the line says that it is blanked. */
      readonly opening: Opening | undefined;
    }
  | { readonly kind: 'head' | 'end'; readonly jws: string };

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const matching =
  (form: RegExp): Check =>
  (value) =>
    typeof value === 'string' && form.test(value);
const wholeFrom =
  (least: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= least;
const text = matching(/^[^\p{Cc}]+$/u);
const sha256 = matching(/^[0-9a-f]{64}$/);
const time = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
const texts: Check = (value) => Array.isArray(value) && value.length > 0 && value.every(text);
const exactly =
  (one: unknown): Check =>
  (value) =>
    value === one;

/** Every field is named: one that is missing, or that the form does not know, is none of it. */
const isOf =
  <Form extends object = Fields>(
    required: Readonly<Record<keyof Form & string, Check>>,
    optional: Readonly<Record<string, Check>> = {},
  ) =>
  (value: unknown): value is Form => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const known = new Map<string, Check>([
      ...Object.entries<Check>(required),
      ...Object.entries(optional),
    ]);
    const given = new Map(Object.entries(value));
    return (
      Object.keys(required).every((name) => given.has(name)) &&
      [...given].every(([name, one]) => known.get(name)?.(one) === true)
    );
  };

/** The newest form of an entry that this program knows; one without a form is of the first. */
const FORM_NEWEST = 2;

/** What only entries of form 2 hold, and what says that they are of it: one without the other is of no form. */
const isOfItsForm = (value: object): boolean => {
  const isOfSecond = 'changed' in value || 'shown' in value;
  return isOfSecond === 'form' in value;
};

const event = isOf({ id: text, source: text, sha256 });
const entryFields = isOf(
  {
    tenant: text,
    seq: wholeFrom(1),
    at: time,
    act: matching(/^[a-z][a-z-]{1,60}$/),
    actor: text,
    event,
    subject: sha256,
    prev: sha256,
  },
  { about: text, reason: sha256, form: exactly(2), changed: texts, shown: wholeFrom(0) },
);
const entry: Check = (value) => entryFields(value) && isOfItsForm(value);
const opening = isOf({ subject: text, salt: sha256 });

const lines: Readonly<Record<Line['kind'], (value: unknown) => boolean>> = {
  chain: isOf({ kind: exactly('chain'), format: exactly('tact-audit-1'), tenant: text }),
  entry: (value) =>
    isOf({ kind: exactly('entry'), entry, hash: sha256, opening })(value) ||
    isOf({ kind: exactly('entry'), entry, hash: sha256, blanked: exactly(true) })(value),
  head: isOf({ kind: exactly('head'), jws: text }),
  end: isOf({ kind: exactly('end'), jws: text }),
};
const head = isOf<Head>({
  tenant: text,
  seq: wholeFrom(0),
  hash: sha256,
  at: time,
  blanked: wholeFrom(0),
});

const jsonOf = (said: string): unknown => {
  try {
    return JSON.parse(said);
  } catch {
    return undefined;
  }
};

/** The form of an entry that a later release wrote, and this program does not know; undefined: it is not newer. */
export const newerFormIn = (said: string): number | undefined => {
  const { kind, entry: stated } = (jsonOf(said) ?? {}) as { kind?: unknown; entry?: Fields | null };
  const form = kind === 'entry' ? stated?.['form'] : undefined;
  return wholeFrom(FORM_NEWEST + 1)(form) ? Number(form) : undefined;
};

/** Undefined: it is no line of an export. */
export const lineOf = (said: string): Line | undefined => {
  const value = jsonOf(said);
  const isOne = Object.values(lines).some((isLine) => isLine(value));
  return isOne ? (value as Line) : undefined;
};

/** What a signature says of the end of a chain; undefined: it is not of the form. */
export const headOf = (payload: string): Head | undefined => {
  const value = jsonOf(payload);
  return head(value) ? value : undefined;
};
