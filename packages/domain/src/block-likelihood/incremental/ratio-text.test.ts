import { describe, expect, test } from '@jest/globals';
import { ratiosIn, ratioText, type Fineness } from './ratio-text.ts';

const fineness: Fineness = [2, 3, 4];
const readOne = (text: string) => ratiosIn(text, fineness)();

describe('a ratio', () => {
  test.each([
    [1, '‘one’ is the power of nought, with nothing left', 'WAAAA'],
    [4, 'four is the next', 'XAAAA'],
    [-1, 'minus one has its sign in the head', '2AAAA'],
    [0.25, 'a quarter has a letter less', 'VAAA'],
    [1 / 256, 'a very small one has two less', 'SAA'],
    [1 / 64, 'one of 4^-3 is of the middle', 'TAAA'],
  ])('%f: %s', (value, _why, text) => {
    expect(ratioText(value, fineness)).toBe(text);
    expect(readOne(text)).toBe(value);
  });

  test('of nothing on one side, and of the same on both, is one sign', () => {
    expect(ratioText(-Infinity, fineness)).toBe('!');
    expect(ratioText(0, fineness)).toBe('~');
    expect(ratioText(4 ** -23, fineness)).toBe('~');
    expect(ratioText(-(4 ** -22), fineness)).not.toBe('~');
    expect([readOne('!'), readOne('~'), readOne('')]).toEqual([-Infinity, 0, 0]);
  });

  test('within a power is told in even steps', () => {
    const half = ratioText(2.5, fineness);
    expect(half[0]).toBe('W');
    expect(readOne(half)).toBeCloseTo(2.5, 6);
    expect(readOne(ratioText(-0.6, fineness))).toBeCloseTo(-0.6, 5);
    expect(readOne(ratioText(3.999_999_99, fineness))).toBeCloseTo(4, 6);
  });

  test('beyond the largest power is cut off there', () => {
    const most = readOne(ratioText(1e9, fineness));
    expect(most).toBe(4 ** 10);
    expect(readOne(ratioText(-1e9, fineness))).toBe(-most);
  });
});

test('several are read one after another', () => {
  const text = [1, 0, -0.25, -Infinity, 2 ** -10].map((one) => ratioText(one, fineness)).join('');
  const next = ratiosIn(text, fineness);
  expect([next(), next(), next(), next(), next(), next()]).toEqual([
    1,
    0,
    -0.25,
    -Infinity,
    2 ** -10,
    0,
  ]);
});
