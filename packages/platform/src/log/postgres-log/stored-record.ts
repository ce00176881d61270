import { fromCbor, toCbor } from '../../compact/cbor.ts';
import { compactData, type StoredData, wholeData } from '../../compact/compact-data.ts';
import { numberOfWord } from '../../compact/words.ts';
import type { LogRecord } from '../port.ts';
import {
  type Head,
  headersOf,
  headOf,
  type Packed,
  type Place,
  storedWord,
  unpack,
} from './stored-headers.ts';

type Headers = LogRecord['headers'];
/** What SQL must know: the event's type, and how many bytes of `value` are headers. */
type Short = readonly [type: string | number, headBytes: number];

/**
 * As the log keeps a record. Of an event, `value` is its headers and its data, two items of CBOR; other records, and
 * those of earlier versions, have their headers in a column and their value as it was given.
 */
export type StoredRecord = { readonly headers: Short | Packed | Headers; readonly value: Buffer };

/** SQL: the type of a row of `record`, a word of the contracts by its number. */
export const typeOfRecord = `coalesce(headers ->> 'ce_type', headers ->> 2, headers ->> 0)`;

/** SQL: the value of a row without its data. */
export const headOfRecord = `substring(value FOR CASE WHEN headers ->> 2 IS NULL
  THEN coalesce((headers ->> 1)::integer, 0) ELSE 0 END)`;

/** All that `typeOfRecord` may say of types. */
export const namesOfTypes = (types: readonly string[]): string[] =>
  types.flatMap((type) => {
    const number = numberOfWord(type);
    return number === undefined ? [type] : [type, String(number)];
  });

const objectStart = '{'.charCodeAt(0);

const parsed = (text: string): object | undefined => {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
};

/** The data by its list; undefined where it would not come back letter by letter. */
const itemOf = ({ headers, key, value }: LogRecord): Buffer | undefined => {
  if (value[0] !== objectStart) return undefined;
  const text = value.toString();
  const data = parsed(text);
  if (data === undefined) return undefined;
  const stored = compactData(headers['ce_type'] ?? '', key, data);
  if (stored === data || JSON.stringify(wholeData(stored, key)) !== text) return undefined;
  return toCbor(stored);
};

/** A record as the log keeps it: whatever is no event of ours as it was given. */
export const toStoredRecord = (record: LogRecord): StoredRecord => {
  const head = headOf(record);
  const headItem = head === undefined ? undefined : toCbor(head);
  const data = headItem && (itemOf(record) ?? toCbor(record.value));
  if (headItem === undefined || data === undefined) return record;
  const type = storedWord(record.headers['ce_type'] ?? '');
  return { headers: [type, headItem.length], value: Buffer.concat([headItem, data]) };
};

const SHORT_FIELDS = 2;
const isShort = (list: Short | Packed): list is Short => list.length === SHORT_FIELDS;
const isList = (headers: StoredRecord['headers']): headers is Short | Packed =>
  Array.isArray(headers);

/** Of a value that was left in the database the headers alone come, and nothing is read of the data. */
const dataOf = (item: unknown, { key }: Place): Buffer => {
  if (item === undefined) return Buffer.alloc(0);
  if (item instanceof Uint8Array) return Buffer.from(item);
  return Buffer.from(JSON.stringify(wholeData(item as StoredData, key)));
};

export const fromStoredRecord = (
  { headers, value }: StoredRecord,
  place: Place,
): Pick<LogRecord, 'headers' | 'value'> => {
  if (!isList(headers)) return { headers, value };
  if (!isShort(headers)) return { headers: unpack(headers, place), value };
  const [head, data] = fromCbor(value);
  return { headers: headersOf(headers[0], head as Head, place), value: dataOf(data, place) };
};
