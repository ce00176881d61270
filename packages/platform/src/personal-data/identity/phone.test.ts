import { describe, expect, test } from '@jest/globals';
import { canonicalPhone, phoneVariants, type PhoneCountry } from './phone.ts';
import { InvalidIdentity } from '../refusals.ts';

describe('one number, many spellings', () => {
  test.each<[string, PhoneCountry | undefined, string]>([
    ['+33 6 12 34 56 78', undefined, '+33612345678'],
    ['+33 (0)6 12 34 56 78', undefined, '+33612345678'],
    ['0033612345678', undefined, '+33612345678'],
    ['00 33 6.12.34.56.78', 'DE', '+33612345678'],
    ['33612345678', undefined, '+33612345678'],
    ['33612345678', 'US', '+33612345678'],
    ['06 12 34 56 78', 'FR', '+33612345678'],
    ['612345678', 'FR', '+33612345678'],
    ['٠٦١٢٣٤٥٦٧٨', 'FR', '+33612345678'],
    ['+٣٣٦١٢٣٤٥٦٧٨', undefined, '+33612345678'],
    ['۰۰۳۳۶۱۲۳۴۵۶۷۸', undefined, '+33612345678'],
    ['＋３３６１２３４５６７８', undefined, '+33612345678'],
    ['\u202a+33\u00a06\u00a012\u00a034\u00a056\u00a078\u202c', undefined, '+33612345678'],
    ['tel:+33612345678', undefined, '+33612345678'],
    ['(+33) 6 39 98 01 01', undefined, '+33639980101'],
    ['(0033) 639980101', undefined, '+33639980101'],
    ['0 0 33 6 39 98 01 01', undefined, '+33639980101'],
    ['whatsapp:+33639980101', undefined, '+33639980101'],
    ['06_39_98_01_01', 'FR', '+33639980101'],
    ['+३३६३९९८०१०१', undefined, '+33639980101'],
    ['16505551234', 'FR', '+16505551234'],
    ['33639980107', undefined, '+33639980107'],
    ['011 15 2345 6789', 'AR', '+5491123456789'],
    ['+5215512345678', undefined, '+5215512345678'],
  ])('%s (%s)', (raw, country, e164) => {
    expect(canonicalPhone(raw, country)).toBe(e164);
  });

  test.each(['0612345678', '612345678x', '', '+', '+33', 'call me', '+33612345678 ext. 3', '12'])(
    'refuses %j, and never repeats it',
    (raw) => {
      expect(() => canonicalPhone(raw)).toThrow(InvalidIdentity);
      try {
        canonicalPhone('+33999999999999');
      } catch (refusal) {
        expect(JSON.stringify(refusal) + String((refusal as Error).stack)).not.toContain('99999');
      }
    },
  );
});

describe('numbering reforms', () => {
  test.each([
    ['BR, the ninth digit', '+5511987654321', '+551187654321'],
    ['AR, the mobile 9', '+5491123456789', '+541123456789'],
    ['MX, the mobile 1', '+5215512345678', '+525512345678'],
  ])('%s: both spellings have the same variants', (_, one, other) => {
    expect(phoneVariants(one)).toHaveLength(2);
    expect(new Set(phoneVariants(one))).toEqual(new Set([one, other]));
    expect(new Set(phoneVariants(other))).toEqual(new Set([one, other]));
  });

  test.each(['+33612345678', '+551133334444', '+16505551234'])('%s has one spelling', (e164) => {
    expect(phoneVariants(e164)).toEqual([e164]);
  });
});
