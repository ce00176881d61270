import { inLetters, numberAt } from './letters.ts';

/**
 * A logarithm of a ratio in a few letters: a sign and a power of four, then the rest of it, finer for larger ones.
 * However small it is, its sign and first digits are kept: by these a verdict tells for from against.
 */
export type RatioText = string;

/** By how many letters the rest of a ratio is told, for the smallest powers, up to one, and beyond. */
export type Fineness = readonly [small: number, middle: number, large: number];

const POWER_MIN = -22;
const POWERS = 32;
const SMALL = -4;
/** Stands for a ratio of one, and for what is nothing on both sides. */
const alike = '~';
/** Stands for nothing where there is something on the other side. */
const nothing = '!';

/** Powers of four from 4^-22: what is smaller is rounding, and has no sign. */
const powers = Float64Array.from({ length: POWERS }, (_, place) => 4 ** (place + POWER_MIN));

const lengthOf = (place: number, [small, middle, large]: Fineness): number => {
  if (place + POWER_MIN <= SMALL) return small;
  return place + POWER_MIN < 0 ? middle : large;
};

const placeOf = (size: number): number => {
  const place = Math.floor(Math.log2(size) / 2) - POWER_MIN;
  return Math.min(POWERS - 1, place);
};

export const ratioText = (logarithm: number, fineness: Fineness): RatioText => {
  if (logarithm === -Infinity) return nothing;
  const size = Math.abs(logarithm);
  const place = size > 0 ? placeOf(size) : -1;
  if (place < 0) return alike;
  const letters = lengthOf(place, fineness);
  const largest = 64 ** letters - 1;
  const rest = Math.round(((size / (powers[place] ?? 1) - 1) / 3) * largest);
  const head = inLetters(logarithm < 0 ? place + POWERS : place, 1);
  return head + inLetters(Math.min(largest, Math.max(0, rest)), letters);
};

/** Reads ratios one after another from a text. */
export const ratiosIn = (text: string, fineness: Fineness): (() => number) => {
  let at = 0;
  return () => {
    const head = text[at];
    if (head === alike || head === nothing || head === undefined) {
      at += 1;
      return head === nothing ? -Infinity : 0;
    }
    const signed = numberAt(text, at, 1);
    const place = signed % POWERS;
    const letters = lengthOf(place, fineness);
    const rest = numberAt(text, at + 1, letters) / (64 ** letters - 1);
    at += 1 + letters;
    const size = (1 + rest * 3) * (powers[place] ?? 1);
    return signed >= POWERS ? -size : size;
  };
};
