/** Numbers in 64 letters that JSON and URLs leave as they are: shorter than digits, and quicker to read. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** By the code of a letter, its place; no letter at all is a zero. */
const places = new Uint8Array(128);
for (let place = 0; place < alphabet.length; place++) places[alphabet.charCodeAt(place)] = place;

const isOfAlphabet = new Uint8Array(128);
for (const letter of alphabet) isOfAlphabet[letter.charCodeAt(0)] = 1;

/** Two letters at a time, from a table: every fact and every belief is written by this. */
const pairs = Array.from(
  { length: 4096 },
  (_, value) => `${alphabet[value >> 6]}${alphabet[value & 63]}`,
);

/** A whole number below 64 ** count, in so many letters. */
export const inLetters = (value: number, count: number): string => {
  let [text, left, rest] = ['', count, value];
  for (; left > 1; left -= 2) {
    const above = Math.floor(rest / 4096);
    text = (pairs[rest - above * 4096] ?? '') + text;
    rest = above;
  }
  return left === 1 ? (alphabet[rest & 63] ?? '') + text : text;
};

/** The number that so many letters of a text stand for. */
export const numberAt = (text: string, from: number, count: number): number => {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    value = value * 64 + (places[text.charCodeAt(at)] ?? 0);
  }
  return value;
};

export const isLetterAt = (text: string, at: number): boolean =>
  isOfAlphabet[text.charCodeAt(at)] === 1;
