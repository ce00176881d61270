import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fromCbor, toCbor } from './cbor.ts';

const hexOf = (item: unknown): string | undefined => toCbor(item)?.toString('hex');

// Appendix A of RFC 8949.
test.each([
  [0, '00'],
  [23, '17'],
  [24, '1818'],
  [1000, '1903e8'],
  [1_000_000, '1a000f4240'],
  [1_000_000_000_000, '1b000000e8d4a51000'],
  [-1, '20'],
  [-1000, '3903e7'],
  [1.1, 'fb3ff199999999999a'],
  [-4.1, 'fbc010666666666666'],
  [false, 'f4'],
  [true, 'f5'],
  [null, 'f6'],
  [Buffer.from('01020304', 'hex'), '4401020304'],
  ['', '60'],
  ['IETF', '6449455446'],
  ['\u00fc', '62c3bc'],
  [[1, [2, 3], [4, 5]], '8301820203820405'],
  [{ a: 1, b: [2, 3] }, 'a26161016162820203'],
])('%j is %s', (item, hex) => {
  expect(hexOf(item)).toBe(hex);
  expect(fromCbor(Buffer.from(hex, 'hex'))).toEqual([item]);
});

const wellFormed = fc.string({ unit: 'grapheme' });
const items = fc.letrec((tie) => ({
  item: fc.oneof(
    { depthSize: 'small' },
    wellFormed,
    fc.double({ noNaN: true }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.array(tie('item')),
    fc.dictionary(fc.oneof(wellFormed, fc.constant('__proto__')), tie('item')),
  ),
})).item;

test('whatever is written is read, also several in a row', () => {
  fc.assert(
    fc.property(fc.array(items), (list) => {
      expect(fromCbor(toCbor(...list) ?? Buffer.of())).toEqual(
        list.map((item) => structuredClone(item)),
      );
    }),
    { numRuns: 300 },
  );
});

test('a text longer than the buffer is written, and half a character is not', () => {
  const long = 'é'.repeat(10_000);
  expect(fromCbor(toCbor([long, 1]) ?? Buffer.of())).toEqual([[long, 1]]);
  expect(toCbor(['\ud800'])).toBeUndefined();
  expect(hexOf(1)).toBe('01');
});

test('bytes that were not written so are refused or read, and never more than they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      try {
        fromCbor(Buffer.from(bytes));
      } catch (error) {
        // Node's own errors are of another realm than the test.
        expect((error as Error).name).toBe('RangeError');
      }
    }),
  );
  for (const hex of ['a1', '9affffffff', '5bffffffffffffffff', 'f7', 'c0', '1f']) {
    expect(() => fromCbor(Buffer.from(hex, 'hex'))).toThrow(/./);
  }
});
