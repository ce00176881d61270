import { describe, expect, test } from '@jest/globals';
import {
  getCountryCallingCode,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/max';
import * as fc from 'fast-check';
import { InvalidIdentity } from '../refusals.ts';
import { canonicalPhone } from './phone.ts';

/** How numbers begin there, mobiles and fixed lines, and how many digits they have. */
const plans: Record<string, readonly [beginnings: readonly string[], digits: number]> = {
  FR: [['1', '2', '3', '4', '5', '6', '7'], 9],
  US: [['201', '305', '415', '491', '650', '917'], 10],
  GB: [['20', '74', '75', '77', '79', '161'], 10],
  DE: [['151', '157', '171', '176', '491', '30'], 10],
  ES: [['6', '71', '91', '93'], 9],
  IT: [['32', '33', '34', '39'], 10],
  BR: [['119', '219', '559', '489'], 11],
  MX: [['55', '33', '81', '52'], 10],
  IN: [['91', '98', '99', '80', '70'], 10],
  MA: [['6', '7', '52', '212'], 9],
  CI: [['01', '05', '07', '272'], 10],
  SN: [['70', '76', '77', '78', '33'], 9],
};
const NUMBERS = 2_000;

/** Numbers that exist in a country, as people there write them. */
const nationals = (country: CountryCode): string[] => {
  const [beginnings, digits] = plans[country] ?? [[], 0];
  const number = fc.constantFrom(...beginnings).chain((beginning) => {
    const rest = digits - beginning.length;
    const last = fc.integer({ min: 0, max: 10 ** rest - 1 });
    return last.map((value) => beginning + String(value).padStart(rest, '0'));
  });
  return fc.sample(number, { numRuns: NUMBERS * 3, seed: 13 }).flatMap((one) => {
    const parsed = parsePhoneNumberFromString(`+${getCountryCallingCode(country)}${one}`);
    return parsed?.isValid() === true ? [parsed.formatNational()] : [];
  });
};

const outcome = (raw: string, country?: CountryCode): string => {
  try {
    return canonicalPhone(raw, country);
  } catch (error) {
    if (!(error instanceof InvalidIdentity)) throw error;
    return error.reason;
  }
};

describe.each(Object.keys(plans) as CountryCode[])('%s, 2,000 national numbers', (country) => {
  const numbers = nationals(country).slice(0, NUMBERS);
  /** As spreadsheets leave them. */
  const bare = numbers.map((one) => one.replaceAll(/\D/g, '').replace(/^0/, ''));

  test('none is taken for anybody without the country', () => {
    expect(numbers).toHaveLength(NUMBERS);
    const outcomes = new Set([...numbers, ...bare].map((one) => outcome(one)));
    expect([...outcomes]).toEqual(['country-missing']);
  });

  test('none is taken for another country with it', () => {
    const code = `+${getCountryCallingCode(country)}`;
    const taken = [...numbers, ...bare].map((one) => outcome(one, country));
    expect(taken.filter((one) => one.startsWith('+') && !one.startsWith(code))).toEqual([]);
    const written = taken.slice(0, NUMBERS).filter((one) => one.startsWith(code));
    expect(written.length).toBeGreaterThan(NUMBERS * 0.95);
  });
});
