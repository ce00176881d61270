import { expect, test } from '@jest/globals';
import { refBytes, refInJson, refOf } from './message-ref-bytes.ts';

test.each([
  ['mr_1c30755083f2c476407295bb450b8e7a0bdb90ca', 20],
  ['mr_1C30755083f2c476407295bb450b8e7a0bdb90ca', 43],
  ['mr_1c30755083f2c476407295bb45', 29],
  ['mr_zzzzzzzzzzzzzzzzzzzzzzzzzz', 29],
])('%s takes %i bytes and comes back', (ref, bytes) => {
  expect(refBytes(ref)).toHaveLength(bytes);
  expect(refOf(refBytes(ref))).toBe(ref);
  expect(refInJson(ref)).toBe(`\\x${refBytes(ref).toString('hex')}`);
});
