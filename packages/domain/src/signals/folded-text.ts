/** Arabic letters that keyboards and people take for one another, by the one they are compared as. */
const arabicTwins: Readonly<Record<string, string>> = {
  '\u0671': '\u0627',
  '\u0649': '\u064a',
  '\u0629': '\u0647',
  '\u06cc': '\u064a',
  '\u06a9': '\u0643',
};

/** Letters that are drawn as pictures and that Unicode does not decompose: white on black, and as flags are spelt. */
const drawnFrom = [0x1f150, 0x1f170, 0x1f1e6] as const;

const letterDrawn = (picture: string): string => {
  const code = picture.codePointAt(0) ?? 0;
  const from = drawnFrom.findLast((first) => code >= first) ?? code;
  return String.fromCharCode(0x61 + code - from);
};

/** Line ends of every kind; a carriage return and a line feed are one. */
const lineEnds = /\r\n|[\n\f\r\u0085\u2028\u2029]/;

/** Letters and marks that are drawn as nothing: the grapheme joiner, fillers of Hangul, vowels inherent to Khmer. */
const blankLetters = new RegExp(
  `[${[0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x3164, 0xffa0]
    .map((code) => String.fromCharCode(code))
    .join('')}]`,
  'gu',
);

/**
 * What is seen of a text: without invisible characters (joiners, direction marks, soft hyphens, U+0000) and halves of
 * surrogate pairs. They stand within words, so nothing takes their place.
 */
const visible = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\uFFFD', '')
    .replaceAll('\v', '\n')
    .replaceAll(/(?![\t\n\f\r\u0085])[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, '')
    .replaceAll(blankLetters, '');

/** The lines of a text that show anything, as they were written. */
export const linesOf = (text: string): readonly string[] =>
  visible(text)
    .split(lineEnds)
    .filter((line) => line.trim() !== '');

/**
 * Words alone, to be compared: lower case, full-width and other styles of a letter as the plain one, without accents,
 * vowel marks and tatweel; whatever is neither letter nor number parts words. The Turkish dotless i is an i.
 */
export const folded = (text: string): string =>
  visible(text)
    .normalize('NFKD')
    .replaceAll(/[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/gu, letterDrawn)
    .replaceAll(/[\p{M}\u0640]/gu, '')
    .toLowerCase()
    .replaceAll('\u0131', 'i')
    .replaceAll(/[\u0671\u0649\u0629\u06cc\u06a9]/g, (letter) => arabicTwins[letter] ?? letter)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** The words of a text, folded. */
export const wordsOf = (text: string): readonly string[] => {
  const words = folded(text);
  return words === '' ? [] : words.split(' ');
};
