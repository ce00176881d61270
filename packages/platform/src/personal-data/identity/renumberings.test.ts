import { describe, expect, test } from '@jest/globals';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import * as fc from 'fast-check';
import { canonicalPhone } from './phone.ts';
import { phoneVariants, renumberings } from './renumberings.ts';

describe('numbering reforms', () => {
  test.each([
    ['BR, the ninth digit', '+5511987654321', '+551187654321'],
    ['AR, the mobile 9', '+5491123456789', '+541123456789'],
    ['MX, the mobile 1', '+5215512345678', '+525512345678'],
    ['CI, Orange', '+2250707000603', '+22507000603'],
    ['CI, MTN', '+2250504123456', '+22504123456'],
    ['CI, Moov', '+2250141123456', '+22541123456'],
    ['CI, a fixed line', '+2252720344373', '+22520344373'],
    ['CI, a fixed line of MTN', '+2252520044373', '+22520044373'],
    ['BJ', '+2290197123456', '+22997123456'],
    ['BJ, a fixed line', '+2290121312345', '+22921312345'],
    ['CM, MTN', '+237677123456', '+23777123456'],
    ['CM, Orange', '+237699123456', '+23799123456'],
    ['VN, Viettel', '+84391234567', '+841691234567'],
    ['VN, MobiFone', '+84791234567', '+841211234567'],
    ['VN, Vinaphone', '+84811234567', '+841271234567'],
    ['VN, Gmobile', '+84591234567', '+841991234567'],
  ])('%s: both spellings have the same variants', (_, one, other) => {
    expect(new Set(phoneVariants(one))).toEqual(new Set([one, other]));
    expect(new Set(phoneVariants(other))).toEqual(new Set([one, other]));
  });

  test('GA: the old number was dialled with and without its 0', () => {
    const spellings = ['+24177123456', '+24107123456', '+2417123456'];
    for (const one of spellings) {
      expect(new Set(phoneVariants(one))).toEqual(new Set(spellings));
    }
  });

  test.each(['+33612345678', '+551133334444', '+16505551234', '+2250701234567', '+84931234567'])(
    '%s has one spelling',
    (e164) => {
      expect(phoneVariants(e164)).toEqual([e164]);
    },
  );

  test.each<[string, CountryCode]>([
    ['07 00 06 03', 'CI'],
    ['97 12 34 56', 'BJ'],
    ['07 12 34 56', 'GA'],
    ['77 12 34 56', 'CM'],
    ['0169 123 4567', 'VN'],
  ])('an old national number is not refused: %s (%s)', (raw, country) => {
    const spellings = phoneVariants(canonicalPhone(raw, country));
    expect(spellings.length).toBeGreaterThan(1);
    expect(spellings.some((one) => parsePhoneNumberFromString(one)?.country === country)).toBe(
      true,
    );
  });

  const codes: Record<string, string> = {
    AR: '54',
    BR: '55',
    CM: '237',
    VN: '84',
    MX: '52',
    GA: '241',
    CI: '225',
    BJ: '229',
  };

  test.each(renumberings.map(({ country }) => country))(
    '%s: whichever spelling is told first, the others are the same person, and nobody else is',
    (country) => {
      const number = fc
        .stringMatching(/^\d{7,11}$/)
        .map((digits) => `+${codes[country]}${digits}`)
        .filter((e164) => phoneVariants(e164).length > 1);
      fc.assert(
        fc.property(number, (e164) => {
          const spellings = new Set(phoneVariants(e164));
          for (const one of spellings) expect(new Set(phoneVariants(one))).toEqual(spellings);
        }),
        { numRuns: 500 },
      );
    },
  );

  test('each names the day, the country and where it is written', () => {
    for (const { country, since, source } of renumberings) {
      expect(country).toMatch(/^[A-Z]{2}$/);
      expect(new Date(since).toISOString().slice(0, 10)).toBe(since);
      expect(source.length).toBeGreaterThan(20);
    }
  });
});
