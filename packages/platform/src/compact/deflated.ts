import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { assessmentDictionary } from '@tact/contracts';

/** By the first byte of what is stored: what is read by a number is read by it for ever. */
const dictionaries: ReadonlyMap<number, Buffer> = new Map([[1, Buffer.from(assessmentDictionary)]]);
const PRESENT = 1;
/** What is compressed is short: a window of 8 KiB holds it and the dictionary, and is made in half the time. */
const frugal = { windowBits: 13, memLevel: 6 } as const;
/** How a JSON object begins: rows of earlier versions hold the text itself. */
const objectStart = '{'.charCodeAt(0);
/** No text that is stored is nearly as long: what claims to be is damaged. */
const TEXT_BYTES_MAX = 1024 * 1024;

/** A JSON object as raw DEFLATE (RFC 1951) with a preset dictionary, behind the dictionary's number. */
export const deflated = (json: string): Buffer => {
  const dictionary = dictionaries.get(PRESENT);
  const body = deflateRawSync(json, { ...frugal, dictionary });
  return Buffer.concat([Buffer.of(PRESENT), body]);
};

export const isDeflated = (stored: Uint8Array): boolean => dictionaries.has(stored[0] ?? 0);

/** The text again. Throws on bytes of another form. */
export const inflated = (stored: Uint8Array): string => {
  if (stored[0] === objectStart) return Buffer.from(stored).toString();
  const dictionary = dictionaries.get(stored[0] ?? 0);
  if (dictionary === undefined) throw new Error('Stored text has a form that is not known');
  const options = { dictionary, maxOutputLength: TEXT_BYTES_MAX };
  return inflateRawSync(stored.subarray(1), options).toString();
};
