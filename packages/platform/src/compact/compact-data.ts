import { storedInside, storedShapeOf, storedShapes } from '@tact/contracts';
import { numberBelowWords, textBelowWords } from './below-words.ts';
import { hashOrIdBytes, hashOrIdText, idBytes, idText } from './compact-text.ts';
import { numberOfWord, StoredByLaterRelease, wordAt } from './words.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * As data is stored: the number of a list of fields and their values in its order, `null` where there is none; or the
 * object itself, which no list has a place for. A number stands for a word of the contracts, one below zero for an instant or
 * a number's digits, bytes for an id, and whatever else is no text is in brackets; what is sealed has a list of its own.
 */
export type StoredData = Fields | readonly [shape: number, ...values: unknown[]];

const sealedField = '$sealed';
const SUBJECT = 0;
const shapeOf: ReadonlyMap<string, number> = new Map(Object.entries(storedShapeOf));
const placesOf: readonly ReadonlyMap<string, number>[] = storedShapes.map(
  (fields) => new Map(fields.map((field, nth) => [field, nth + 1])),
);

const compactValue = (value: unknown, subject: string): unknown => {
  if (typeof value !== 'string') return typeof value === 'boolean' ? value : [value];
  if (value === subject) return SUBJECT;
  return numberOfWord(value) ?? numberBelowWords(value) ?? idBytes(value);
};

const wholeNumber = (stored: number, subject: string): string => {
  if (stored === SUBJECT) return subject;
  if (stored >= 0) return wordAt(stored);
  const text = textBelowWords(-stored);
  if (text === undefined) throw new StoredByLaterRelease(`number ${stored}`);
  return text;
};

const wholeValue = (stored: unknown, subject: string): unknown => {
  if (typeof stored === 'string' || stored instanceof Uint8Array) return idText(stored);
  if (typeof stored === 'number') return wholeNumber(stored, subject);
  return Array.isArray(stored) ? (stored[0] as unknown) : stored;
};

const insides: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(storedInside));

/** A list of one is an object kept whole, as it was before there were places inside. */
const INSIDE_MIN = 2;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values of an object inside the data in the order of its places; undefined where it has a value without one. */
const compactInside = (field: string, value: unknown): unknown[] | undefined => {
  const places = insides.get(field);
  if (places === undefined || !isFields(value)) return undefined;
  const stored: unknown[] = Array(INSIDE_MIN).fill(null);
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const place = places.indexOf(name);
    if (place === -1 || typeof inner !== 'string') return undefined;
    while (stored.length <= place) stored.push(null);
    stored[place] = numberOfWord(inner) ?? hashOrIdBytes(inner);
  }
  return stored;
};

const wholeInside = (field: string, stored: readonly unknown[]): object => {
  const places = insides.get(field) ?? [];
  if (stored.length > Math.max(places.length, INSIDE_MIN)) {
    throw new StoredByLaterRelease(`places in ${field}`);
  }
  const pairs = stored.flatMap((value, nth): [string, unknown][] => {
    const name = places[nth];
    if (value === null || name === undefined) return [];
    if (typeof value === 'number') return [[name, wordAt(value)]];
    return [[name, hashOrIdText(value as Uint8Array | string)]];
  });
  return Object.fromEntries(pairs);
};

type Frame = {
  readonly v: 3;
  readonly k: number;
  readonly s: number;
  readonly p: string[];
  readonly b: string;
};

/** Base64 as it is written, all of it: only then its padding says nothing, and its bytes say all. */
const base64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;
const FRAME_FIELDS = 5;

const isFrame = (value: unknown): value is Frame => {
  const { v, k, s, p, b } = value as Partial<Frame>;
  return (
    Object.keys(value as object).length === FRAME_FIELDS &&
    v === 3 &&
    typeof k === 'number' &&
    typeof s === 'number' &&
    Array.isArray(p) &&
    p.every((pointer) => typeof pointer === 'string') &&
    typeof b === 'string' &&
    base64.test(b)
  );
};

/** `[k, s, b, ...p]`, the box in bytes; a frame of another form is kept whole. */
const compactFrame = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !isFrame(value)) return [value];
  const { k, s, p, b } = value;
  const words = p.map((pointer) => numberOfWord(pointer) ?? pointer);
  return [k, s, Buffer.from(b, 'base64'), ...words];
};

const wholeFrame = (stored: readonly unknown[]): unknown => {
  if (stored.length === 1) return stored[0];
  const [k, s, box, ...words] = stored as [number, number, Buffer, ...(number | string)[]];
  const p = words.map((word) => (typeof word === 'number' ? wordAt(word) : word));
  return { v: 3, k, s, p, b: box.toString('base64') };
};

/** Data of an event in a third of its bytes, where its type has a list that holds all its fields; an item of CBOR. */
export const compactData = (type: string, subject: string, data: object): StoredData => {
  const shape = shapeOf.get(type);
  const places = shape === undefined ? undefined : placesOf[shape];
  if (shape === undefined || places === undefined) return data as Fields;
  const stored: [number, ...unknown[]] = [shape];
  for (const [field, value] of Object.entries(data)) {
    if (value === undefined) continue;
    const place = places.get(field);
    if (place === undefined) return data as Fields;
    while (stored.length <= place) stored.push(null);
    stored[place] =
      field === sealedField
        ? compactFrame(value)
        : (compactInside(field, value) ?? compactValue(value, subject));
  }
  return stored;
};

const isCompact = (stored: StoredData): stored is Extract<StoredData, readonly unknown[]> =>
  Array.isArray(stored);

const wholeField = (field: string, value: unknown, subject: string): unknown => {
  if (field === sealedField) return wholeFrame(value as unknown[]);
  const isInside = Array.isArray(value) && value.length >= INSIDE_MIN;
  return isInside ? wholeInside(field, value) : wholeValue(value, subject);
};

/** The data again, its fields in the order of the list. Throws on a list that a later release stored. */
export const wholeData = (stored: StoredData, subject: string): object => {
  if (!isCompact(stored)) return stored;
  const [shape] = stored;
  const fields: readonly string[] | undefined = storedShapes[shape];
  if (fields === undefined || stored.length > fields.length + 1) {
    throw new StoredByLaterRelease(`list ${shape}`);
  }
  const data: Record<string, unknown> = {};
  // An index and no iterator: a likelihood reads every fact of its person.
  for (let place = 1; place < stored.length; place += 1) {
    const value = stored[place];
    const field = fields[place - 1];
    if (value === null || field === undefined) continue;
    data[field] = wholeField(field, value, subject);
  }
  return data;
};
