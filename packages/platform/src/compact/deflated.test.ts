import { expect, test } from '@jest/globals';
import { assessmentDictionary } from '@tact/contracts';
import * as fc from 'fast-check';
import { deflated, inflated } from './deflated.ts';
import { openedForms } from './opened-forms.ts';

const sentence = 'Rien n’indique un blocage : le téléphone donne signe de vie.';

test('every object comes back letter by letter, and what an earlier version kept in clear', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = JSON.stringify(value);
      expect(inflated(deflated(text))).toBe(text);
      expect(inflated(Buffer.from(text))).toBe(text);
    }),
  );
});

test('what the dictionary has takes a few bytes', () => {
  const text = JSON.stringify({ fr: sentence });
  expect(deflated(text).length).toBeLessThan(20);
});

// Rows of years are read by the dictionary: neither these bytes nor its length must ever change.
test('what was stored with the first dictionary is read', () => {
  expect(Buffer.byteLength(assessmentDictionary)).toBe(5_158);
  expect(inflated(Buffer.from('AasmqZBRIKqIqdVRSgSFkpFpLQA=', 'base64'))).toBe(
    `{"sentence":{"fr":"${sentence}"},"a":0.25}`,
  );
});

test('bytes of no form that is known are refused', () => {
  for (const bytes of [[], [9, 1, 2], [1, 255, 255], [1]]) {
    expect(() => inflated(Buffer.from(bytes))).toThrow(/./);
  }
});

test('a search sees ids and texts that are stored in another form', () => {
  const phone = '33639980177';
  const opened = (bytes: Buffer) => openedForms(bytes).map(String);
  expect(opened(deflated(`{"said":"${phone}"}`))).toEqual([`{"said":"${phone}"}`]);
  const hidden = Buffer.from(`0000000000000000000000${phone.slice(1)}`, 'hex').toString(
    'base64url',
  );
  expect(opened(Buffer.from(`[0,"ct:${hidden}",":${hidden}"]`)).join()).toContain(phone.slice(1));
  expect(opened(Buffer.from('[0,"plain"]'))).toEqual([]);
  expect(opened(Buffer.from([1, 255, 254, 253]))).toEqual([]);
});
