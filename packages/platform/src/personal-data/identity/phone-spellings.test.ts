import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidIdentity } from '../refusals.ts';
import { canonicalPhone } from './phone.ts';
import type { PhoneCountry } from './phone-country.ts';
import { phoneVariants } from './renumberings.ts';

type Spelling = { readonly raw: string; readonly country?: PhoneCountry };

const digits = (count: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^\\d{${count}}$`));
const at = (country: PhoneCountry, raw: string): Spelling => ({ raw, country });
const abroad = (e164: string): Spelling[] => [
  { raw: e164 },
  { raw: `00${e164.slice(1)}` },
  at('US', `00 ${e164.slice(1)}`),
  { raw: `(+${e164.slice(1, 3)}) ${e164.slice(3)}` },
  { raw: `tel:${e164}` },
];

/** A country's numbers, each as the list of what its reforms and habits made of it. */
const numbers: Record<string, fc.Arbitrary<Spelling[]>> = {
  France: fc
    .tuple(fc.constantFrom('6', '7'), digits(8))
    // 069 and 0639 are overseas, under country codes of their own; 070 to 072 are no mobiles.
    .filter(([first, rest]) => (first === '6' ? /^(?:[0-24-8]|3[0-8])/ : /^[3-9]/).test(rest))
    .map(([first, rest]) => [
      ...abroad(`+33${first}${rest}`),
      { raw: `+33 (0)${first} ${rest}` },
      at('FR', `0${first}${rest}`),
      at('FR', `${first}${rest}`),
    ]),
  Brazil: fc
    .tuple(fc.constantFrom('11', '21', '31', '48', '85'), fc.constantFrom('8', '9'), digits(7))
    .map(([area, first, rest]) => [first + rest, area] as const)
    .map(([old, area]) => [
      ...abroad(`+55${area}9${old}`),
      ...abroad(`+55${area}${old}`),
      at('BR', `(${area}) 9${old}`),
      at('BR', `${area} ${old}`),
      at('BR', `0${area}9${old}`),
      at('BR', `0 15 ${area} 9${old}`),
    ]),
  Argentina: fc
    .tuple(fc.integer({ min: 3, max: 6 }), digits(7))
    .map(([first, rest]) => [
      ...abroad(`+54911${first}${rest}`),
      ...abroad(`+5411${first}${rest}`),
      { raw: `+54 9 11 15 ${first}${rest}` },
      { raw: `+54 11 15 ${first}${rest}` },
      at('AR', `011 15 ${first}${rest}`),
      at('AR', `11 ${first}${rest}`),
    ]),
  Mexico: fc
    .tuple(fc.constantFrom('55', '33', '81'), fc.integer({ min: 1, max: 8 }), digits(7))
    .map(([area, first, rest]) => `${area}${first}${rest}`)
    .map((number) => [
      ...abroad(`+52${number}`),
      ...abroad(`+521${number}`),
      { raw: `+52 01 ${number}` },
      ...['', '01 ', '044 ', '045 '].map((prefix) => at('MX', prefix + number)),
    ]),
};

const zeros = ['0', '\u0660', '\u06f0', '\uff10', '\u0966', '\u09e6', '\u0e50'];
/** What people and programs do to a number on its way: other digits, separators, invisible marks. */
const dressed = ({ raw, country }: Spelling): fc.Arbitrary<Spelling> =>
  fc
    .record({
      zero: fc.constantFrom(...zeros),
      separator: fc.constantFrom('', '', ' ', '.', '-', '\u00a0', '\u2009', '\u2011', '\u00b7'),
      mark: fc.constantFrom('', '\u200e', '\u202a'),
      plus: fc.constantFrom('+', '\uff0b'),
    })
    .map(({ zero, separator, mark, plus }) => {
      const first = zero.charCodeAt(0);
      // Between digits only: a separator before the plus, or within 00, is tried by name elsewhere.
      const spread = raw.replaceAll(/(?<=\d\d\d)(?=\d\d)/g, separator);
      const text = spread
        .replaceAll(/\d/g, (digit) => String.fromCharCode(first + Number(digit)))
        .replace('+', plus);
      return { raw: `${mark}${text}${mark} `, ...(country && { country }) };
    });

const variantsOf = ({ raw, country }: Spelling): string =>
  phoneVariants(canonicalPhone(raw, country)).toSorted().join(' ');

describe.each(Object.entries(numbers))('%s', (_, number) => {
  test('all spellings of one number have the same fingerprints', () => {
    const pairs = number.chain((spellings) => {
      const one = fc.constantFrom(...spellings).chain(dressed);
      return fc.tuple(fc.constant(spellings[0] as Spelling), one, one);
    });
    fc.assert(
      fc.property(pairs, ([plain, one, other]) => {
        expect(variantsOf(one)).toBe(variantsOf(plain));
        expect(variantsOf(other)).toBe(variantsOf(plain));
      }),
      { numRuns: 400 },
    );
  });

  test('two numbers share none', () => {
    fc.assert(
      fc.property(number, number, ([one], [other]) => {
        fc.pre(one?.raw !== other?.raw);
        const mine = phoneVariants(canonicalPhone(one?.raw ?? ''));
        const theirs = new Set(phoneVariants(canonicalPhone(other?.raw ?? '')));
        expect(mine.filter((variant) => theirs.has(variant))).toEqual([]);
      }),
    );
  });
});

describe('what could be two people is not guessed', () => {
  test.each<[string, PhoneCountry | undefined]>([
    ['011 1 650 555 1234', 'FR'],
    ['06 39 98 01 01', undefined],
    ['+52 046 55 1234 5678', undefined],
    ['15 2345 6789', 'AR'],
  ])('%s (%s) is refused', (raw, country) => {
    expect(() => canonicalPhone(raw, country)).toThrow(InvalidIdentity);
  });
});
