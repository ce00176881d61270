import { describe, expect, test } from '@jest/globals';
import { inLetters, isLetterAt, numberAt } from './letters.ts';

describe('numbers in letters', () => {
  test.each([
    [0, 1, 'A'],
    [25, 1, 'Z'],
    [26, 1, 'a'],
    [52, 1, '0'],
    [62, 1, '-'],
    [63, 1, '_'],
    [64, 2, 'BA'],
    [4095, 2, '__'],
    [1, 3, 'AAB'],
    [4096, 3, 'BAA'],
    [64 ** 3 - 1, 3, '___'],
    [64 ** 3 + 5, 4, 'BAAF'],
    [64 ** 6 + 64 ** 3 + 1, 7, 'BAABAAB'],
    [0, 0, ''],
  ])('%i in %i letters is %s, and is read again', (value, count, text) => {
    expect(inLetters(value, count)).toBe(text);
    expect(numberAt(text, 0, count)).toBe(value);
  });

  test('are read from the middle of a text', () => {
    expect(numberAt('xxBAyy', 2, 2)).toBe(64);
  });

  test('past the end of a text are zeros', () => {
    expect(numberAt('B', 0, 2)).toBe(64);
  });
});

test('letters are told from signs, and from the end of a text', () => {
  const letters = 'AZaz09-_';
  for (let at = 0; at < letters.length; at++) expect(isLetterAt(letters, at)).toBe(true);
  const signs = ' !~.[^@';
  for (let at = 0; at < signs.length; at++) expect(isLetterAt(signs, at)).toBe(false);
  expect(isLetterAt('A', 1)).toBe(false);
});
