import { SECOND_MS } from '@tact/contracts';

const INSTANT_LENGTH = '2026-11-29T09:00:00.000Z'.length;
/** Later than any instant of four digits a year: what is not below stands for its own digits. */
const DIGITS_MIN = 1_000_000_000_000;
/** A double counts to the longest of them. */
const digits = /^[1-9]\d{12,14}$/;

const instantOf = (seconds: number): string => new Date(seconds * SECOND_MS).toISOString();

/**
 * A number below zero, where a word of the contracts has one above: the seconds of an instant since 1970, or the digits of
 * an account. Undefined for a text that would not come back letter by letter.
 */
export const numberBelowWords = (text: string): number | undefined => {
  if (digits.test(text)) return -Number(text);
  if (text.length !== INSTANT_LENGTH || !text.endsWith('.000Z')) return undefined;
  const seconds = Date.parse(text) / SECOND_MS;
  return seconds > 0 && instantOf(seconds) === text ? -seconds : undefined;
};

/** The text of such a number, given without its sign; undefined for one that stands for none. */
export const textBelowWords = (number: number): string | undefined => {
  if (!Number.isSafeInteger(number)) return undefined;
  return number < DIGITS_MIN ? instantOf(number) : String(number);
};
