import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { openedValues, sealedValues } from './sealed-values.ts';

const dates = fc.date({ noInvalidDate: true });
const wholeSecond = (date: Date): Date => new Date(Math.floor(date.getTime() / 1_000) * 1_000);
const instants = fc.oneof(dates, dates.map(wholeSecond)).map((date) => date.toISOString());
const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  instants,
  fc.constantFrom('2026-11-24', '2026-11-24T10:00:00Z', '2026-11-24T24:00:00.000Z', 'Z', '1Z'),
);

test('every list of values comes back', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(texts, fc.jsonValue())), (values) => {
      const plain = JSON.parse(JSON.stringify(values)) as unknown[];
      const sealed = sealedValues(plain);
      // Half a character cannot be said in UTF-8, and is sealed as JSON.
      if (sealed !== undefined) expect(openedValues(sealed)).toEqual(plain);
      else expect(JSON.stringify(values)).toMatch(/\\ud[89a-f]/);
    }),
    { numRuns: 500 },
  );
});

test('an instant takes six bytes', () => {
  expect(sealedValues(['2026-11-24T23:03:20.000Z'])).toHaveLength(6);
});
