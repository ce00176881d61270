import { describe, expect, test } from '@jest/globals';
import { isMadeOf, isOneSlipApart, listed, wordSet } from './word-lists.ts';

describe('a list', () => {
  test('is parted by commas of either script, and folded', () => {
    expect(listed('Arrêt, stop  all،\n  إلغاء,opt-out')).toEqual([
      'arret',
      'stop all',
      'الغاء',
      'opt out',
    ]);
  });

  test('holds no empty word', () => {
    expect(listed('')).toEqual([]);
    expect(listed('stop,, !,')).toEqual(['stop']);
  });

  test('of several groups is one set', () => {
    const groups = [{ words: 'Stop, baja' }, { words: 'baja، قف' }];
    expect([...wordSet(groups)]).toEqual(['stop', 'baja', 'قف']);
    expect([...wordSet([])]).toEqual([]);
  });
});

describe('words made of phrases', () => {
  const phrases = new Set(['stop', 'stop all', 'all now', 'please']);
  test.each([
    ['stop', true],
    ['please stop', true],
    ['stop all', true],
    ['stop all now', true],
    ['stop all please stop', true],
    ['all', false],
    ['all stop', false],
    ['stop now', false],
    ['stop all all', false],
    ['stop please all', false],
    ['', false],
  ])('%p: %p', (said, isMade) => {
    expect(isMadeOf(said === '' ? [] : said.split(' '), phrases)).toBe(isMade);
  });

  test('are none where nothing is said, even of an empty phrase', () => {
    expect(isMadeOf([], new Set(['']))).toBe(false);
  });

  test('are phrases of ten words at most', () => {
    const phraseOf = (length: number) => Array.from({ length }, (_, nth) => `w${nth}`);
    const made = (length: number) =>
      isMadeOf(phraseOf(length), new Set([phraseOf(length).join(' ')]));
    expect([made(9), made(10), made(11)]).toEqual([true, true, false]);
    expect(isMadeOf([...phraseOf(10), 'stop'], new Set([phraseOf(10).join(' '), 'stop']))).toBe(
      true,
    );
  });
});

describe('one slip of a finger', () => {
  test.each([
    // A letter too many or too few: at the beginning, within, at the end.
    ['xstop', 'stop', true],
    ['stoop', 'stop', true],
    ['stops', 'stop', true],
    ['top', 'stop', true],
    ['sop', 'stop', true],
    ['sto', 'stop', true],
    ['stopss', 'stop', false],
    ['st', 'stop', false],
    ['xtops', 'stop', false],
    // Another letter.
    ['atop', 'stop', true],
    ['shop', 'stop', true],
    ['stip', 'stop', true],
    ['stow', 'stop', true],
    ['shoe', 'stop', false],
    ['ship', 'stop', false],
    ['xtox', 'stop', false],
    // Two in the wrong order, beside each other.
    ['tsop', 'stop', true],
    ['sotp', 'stop', true],
    ['stpo', 'stop', true],
    ['otsp', 'stop', false],
    ['potS', 'stop', false],
    ['sotx', 'stop', false],
    ['soxp', 'stop', false],
    ['sxtp', 'stop', false],
    ['sotpx', 'stop', false],
    // The same word is none.
    ['stop', 'stop', false],
    ['', '', false],
    ['a', '', true],
    ['ab', '', false],
    ['aa', 'aaa', true],
    ['abcdtsop', 'abcdstop', true],
    ['abcdtsox', 'abcdstop', false],
  ])('%p and %p: %p', (one, other, isApart) => {
    expect(isOneSlipApart(one, other)).toBe(isApart);
    expect(isOneSlipApart(other, one)).toBe(isApart);
  });
});
