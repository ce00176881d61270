import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { openBox, sealBox } from './boxes.ts';

const key = createSecretKey(Buffer.alloc(32, 7));

describe('a box', () => {
  test('opens to what was sealed, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, context) => {
        expect(openBox(key, sealBox(key, plain, context), context).toString('utf8')).toBe(plain);
      }),
    );
  });

  test('never repeats an iv', () => {
    const ivs = Array.from({ length: 2000 }, () => sealBox(key, 'x', '').toString('hex', 0, 12));
    expect(new Set(ivs).size).toBe(2000);
  });

  test('any changed bit closes it', () => {
    const box = sealBox(key, 'Jean Dupont', 'context');
    for (let bit = 0; bit < box.length * 8; bit += 1) {
      const changed = Buffer.from(box);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => openBox(key, changed, 'context')).toThrow();
    }
  });

  test.each([4, 8, 12, 15])('a tag cut to %i bytes is refused', (tagBytes) => {
    const box = sealBox(key, 'Jean Dupont', 'context');
    expect(() => openBox(key, box.subarray(0, box.length - 16 + tagBytes), 'context')).toThrow();
  });

  test('a box shorter than its own frame is refused', () => {
    expect(() => openBox(key, Buffer.alloc(27), '')).toThrow(RangeError);
  });

  test('another context or another key does not open it', () => {
    const box = sealBox(key, 'Jean Dupont', 'event 1');
    expect(() => openBox(key, box, 'event 2')).toThrow();
    expect(() => openBox(createSecretKey(Buffer.alloc(32, 8)), box, 'event 1')).toThrow();
  });
});
