import { describe, expect, test } from '@jest/globals';
import type { IdentityRefusal } from '@tact/contracts';
import { canonicalPhone } from './phone.ts';
import type { PhoneCountry } from './phone-country.ts';
import { InvalidIdentity } from '../refusals.ts';

describe('one number, many spellings', () => {
  test.each<[string, PhoneCountry | undefined, string]>([
    ['+33 6 12 34 56 78', undefined, '+33612345678'],
    ['+33 (0)6 12 34 56 78', undefined, '+33612345678'],
    ['0033612345678', undefined, '+33612345678'],
    ['00 33 6.12.34.56.78', 'DE', '+33612345678'],
    ['33612345678', 'FR', '+33612345678'],
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
    ['16505551234', 'US', '+16505551234'],
    ['33639980107', 'FR', '+33639980107'],
    ["'0639980611", 'FR', '+33639980611'],
    ['="0639980611"', 'FR', '+33639980611'],
    ['33639980613.0', 'FR', '+33639980613'],
    ['+33639980613,00', undefined, '+33639980613'],
    ['0475/12.34.56', 'BE', '+32475123456'],
    ['0171/1234567', 'DE', '+491711234567'],
    ['(063) 998-0623', 'FR', '+33639980623'],
    ['688655698', 'FR', '+33688655698'],
    ['624718429', 'ES', '+34624718429'],
    ['621815040', 'LU', '+352621815040'],
    ['011 15 2345 6789', 'AR', '+5491123456789'],
    ['+5215512345678', undefined, '+5215512345678'],
  ])('%s (%s)', (raw, country, e164) => {
    expect(canonicalPhone(raw, country)).toBe(e164);
  });

  test.each<[string, PhoneCountry | undefined, IdentityRefusal]>([
    ['0612345678', undefined, 'country-missing'],
    ['33612345678', undefined, 'country-missing'],
    ['33612345678', 'US', 'not-in-plan'],
    ['16505551234', 'FR', 'not-in-plan'],
    ['01133639980101', 'US', 'not-in-plan'],
    ['612345678x', undefined, 'malformed'],
    ['call me', 'FR', 'malformed'],
    ['', undefined, 'malformed'],
    ['+', undefined, 'malformed'],
    ['+33', undefined, 'malformed'],
    ['12', 'FR', 'malformed'],
    ['+33612345678 ext. 3', undefined, 'extension'],
    ['06 39 98 06 11 poste 3', 'FR', 'extension'],
    ['0639980611x3', 'FR', 'extension'],
    ['0639980611#3', 'FR', 'extension'],
    ['tel:+33639980611;ext=3', undefined, 'extension'],
    ['3.36E+10', 'FR', 'scientific-notation'],
    ['3,36e10', 'FR', 'scientific-notation'],
    ['4E+11', undefined, 'scientific-notation'],
    ['0639980611 / 0639981611', 'FR', 'several-values'],
    ['0639980611;0639981611', 'FR', 'several-values'],
    ['0639980611 ou 0639981611', 'FR', 'several-values'],
    ['+33639980611 +33639981611', undefined, 'several-values'],
    ['0639980611\n0639981611', 'FR', 'several-values'],
    ['4915123456789', 'DE', 'ambiguous'],
    ['4915123456789.0', 'IT', 'not-in-plan'],
  ])('%j (%s) is refused: %s', (raw, country, reason) => {
    const refusal = (): unknown => {
      try {
        return canonicalPhone(raw, country);
      } catch (error) {
        return error;
      }
    };
    expect(refusal()).toMatchObject({ name: 'InvalidIdentity', kind: 'phone', reason });
  });

  test('a refusal never repeats the number', () => {
    expect.assertions(2);
    try {
      canonicalPhone('+33999999999999');
    } catch (refusal) {
      expect(refusal).toBeInstanceOf(InvalidIdentity);
      expect(JSON.stringify(refusal) + String((refusal as Error).stack)).not.toContain('99999');
    }
  });
});
