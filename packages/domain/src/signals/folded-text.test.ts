import { describe, expect, test } from '@jest/globals';
import { folded, linesOf, wordsOf } from './folded-text.ts';

/** Of code points: what cannot be seen in a source is named by its number. */
const at = (...codes: readonly number[]): string => String.fromCodePoint(...codes);
const range = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, nth) => first + nth);
const alphabet = 'abcdefghijklmnopqrstuvwxyz';

describe('folded', () => {
  test.each([
    ['capitals', 'STOP', 'stop'],
    ['accents', 'Désinscription, ça, À, Ü, ñ, ã', 'desinscription ca a u n a'],
    ['accents of their own', 'arre\u0302t', 'arret'],
    ['full width', 'ＳＴＯＰ１', 'stop1'],
    ['bold letters', '𝐒𝐓𝐎𝐏', 'stop'],
    ['letters in circles', 'ⓢⓣⓞⓟ', 'stop'],
    ['ligatures', 'ﬁn', 'fin'],
    ['a dotless i', 'unsubscrıbe', 'unsubscribe'],
    ['a dotted capital i', 'İPTAL', 'iptal'],
    ['tatweel', 'إيقـــاف', 'ايقاف'],
    ['Arabic vowel marks', 'إِيقَافٌ', 'ايقاف'],
    ['hamza above, below and a madda', 'أإآؤئ', 'اااوي'],
    ['alef wasla', '\u0671', '\u0627'],
    ['alef maksura', '\u0649', '\u064a'],
    ['ta marbuta', '\u0629', '\u0647'],
    ['Persian ye', '\u06cc', '\u064a'],
    ['Persian kaf', '\u06a9', '\u0643'],
    ['several twins', '\u06a9\u06cc\u06a9\u0629', '\u0643\u064a\u0643\u0647'],
    ['punctuation', '«Opt-out!» l’envoi', 'opt out l envoi'],
    ['punctuation around', '  *STOP*!!!  ', 'stop'],
    ['several signs between', 'a ---- b', 'a b'],
    ['pictures', 'stop 🙏🏽 merci', 'stop merci'],
    ['digits', 'n° 12/3', 'n 12 3'],
    ['white space of every kind', 'a\tb\nc\u00a0d\u3000e', 'a b c d e'],
    ['a vertical tab', 'a\vb', 'a b'],
    ['another alphabet', 'СТОП', 'стоп'],
    ['nothing', '', ''],
    ['signs alone', ' !? ', ''],
  ])('%s: %p is %p', (_, text, expected) => {
    expect(folded(text)).toBe(expected);
  });

  test.each([
    ['white on black squares', 0x1f170],
    ['white on black circles', 0x1f150],
    ['flags', 0x1f1e6],
  ])('the drawn alphabet, %s', (_, first) => {
    expect(folded(at(...range(first, 26)))).toBe(alphabet);
  });

  test('what stands before and behind a drawn alphabet is none of its letters', () => {
    for (const picture of [0x1f18a, 0x1f1e5, 0x1f200, 0x1f16a, 0x1f16f]) {
      expect(folded(`a${at(picture)}`)).not.toMatch(/^a[a-z]$/);
    }
  });

  test.each([
    ['U+0000', 0x0],
    ['a bell', 0x7],
    ['a unit separator', 0x1f],
    ['delete', 0x7f],
    ['a control of the second set', 0x9f],
    ['a soft hyphen', 0xad],
    ['an Arabic letter mark', 0x61c],
    ['a zero-width space', 0x200b],
    ['a joiner', 0x200d],
    ['a direction mark', 0x200f],
    ['a word joiner', 0x2060],
    ['a byte order mark', 0xfeff],
    ['private use', 0xe000],
    ['a code point of no character', 0xffff],
    ['a tag', 0xe0041],
    ['the grapheme joiner', 0x34f],
    ['a filler', 0x115f],
    ['a filler', 0x1160],
    ['an inherent vowel', 0x17b4],
    ['an inherent vowel', 0x17b5],
    ['a filler', 0x3164],
    ['a filler of half width', 0xffa0],
    ['what stands for a lost character', 0xfffd],
  ])('%s within a word is as nothing', (_, code) => {
    expect(folded(`st${at(code)}op`)).toBe('stop');
    expect(folded(`s${at(code, code)}t${at(code)}op`)).toBe('stop');
    expect(linesOf(`st${at(code)}op${at(code)}`)).toEqual(['stop']);
  });

  test.each(['\ud83d', '\udc00'])('half a surrogate pair within a word is as nothing', (half) => {
    expect(folded(`st${half}op`)).toBe('stop');
    expect(linesOf(`st${half}op${half}`)).toEqual(['stop']);
  });
});

describe('lines', () => {
  test.each([
    ['a line feed', '\n'],
    ['a carriage return', '\r'],
    ['both', '\r\n'],
    ['a vertical tab', '\v'],
    ['a form feed', '\f'],
    ['the next line', '\u0085'],
    ['a line separator', '\u2028'],
    ['a paragraph separator', '\u2029'],
  ])('end by %s', (_, end) => {
    expect(linesOf(`Hello,${end}STOP!`)).toEqual(['Hello,', 'STOP!']);
    expect(wordsOf(`Hello${end}STOP`)).toEqual(['hello', 'stop']);
  });

  test('stay as they were written, tabs and spaces and all', () => {
    expect(linesOf('  À\tbientôt \n—')).toEqual(['  À\tbientôt ', '—']);
  });

  test('that show nothing are none', () => {
    expect(linesOf('')).toEqual([]);
    expect(linesOf('a\n\n \t\n\u200b\u2028b\r\n\r\n')).toEqual(['a', 'b']);
  });
});

test('words are what is between the signs', () => {
  expect(wordsOf(' Arrêtez, s’il vous plaît ! ')).toEqual(['arretez', 's', 'il', 'vous', 'plait']);
  expect(wordsOf('')).toEqual([]);
  expect(wordsOf('?! 🙏')).toEqual([]);
});
