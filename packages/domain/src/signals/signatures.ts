import { folded, wordsOf } from './folded-text.ts';
import { courtesies } from './wish-words.ts';
import { isMadeOf, listed } from './word-lists.ts';

/** Small words that stand within names and are not written large. */
const particles = new Set(
  listed(
    'de, du, des, la, le, van, von, der, den, bin, ben, al, el, da, do, dos, das, di, y, e, et',
  ),
);
/** Words that no name is made of: in capitals throughout, a line of them is still a sentence. */
const noNames = new Set(
  listed(`my, the, this, that, it, your, our, order, me, i, you, we, mon, ma, mes, ce, cette, votre, vos, notre, nos,
    je, vous, commande, colis, livraison, mi, mis, su, esta, este, pedido, meu, minha, o, a, entrega, please, not`),
);
const NAME_WORDS_MAX = 5;
const GREETING_WORDS_MAX = 5;

const isNameWord = (word: string): boolean => {
  if (particles.has(word)) return true;
  return /^\p{Lu}[\p{L}\p{M}’'.-]*,?$/u.test(word) && !noNames.has(folded(word));
};

const isName = (line: string): boolean => {
  const words = line.trim().split(/\s+/);
  return words.length <= NAME_WORDS_MAX && words.every(isNameWord) && /\p{Lu}/u.test(line);
};

const greetings = listed(courtesies);
const courtesyLines = new Set(greetings);

/** A number to call, an address, or what programs put below: "Sent from my phone". */
const isContactDetail = (line: string): boolean =>
  /@|https?:|www\./i.test(line) ||
  /\d{5}/.test(line.replaceAll(/[\s().+-]/g, '')) ||
  /^(?:sent from|get outlook|envoye de|enviado d|gesendet von|inviato da|verzonden|ارسلت? من|تم الارسال)/u.test(
    folded(line),
  );

const isSignatureLine = (line: string): boolean =>
  wordsOf(line).length === 0 ||
  isMadeOf(wordsOf(line), courtesyLines) ||
  isName(line) ||
  isContactDetail(line);

/** Whether lines below a request only say who sends it. After a rule of dashes anything is a signature. */
export const isSignature = (lines: readonly string[]): boolean => {
  const rule = lines.findIndex((line) => /^\s*(?:--|—|__)/.test(line));
  return lines.slice(0, rule === -1 ? lines.length : rule).every(isSignatureLine);
};

/** Whether a line only greets, by name or without. */
export const isGreeting = (line: string): boolean => {
  const words = wordsOf(line);
  if (isMadeOf(words, courtesyLines)) return true;
  const said = `${words.join(' ')} `;
  return (
    greetings.some((greeting) => said.startsWith(`${greeting} `)) &&
    words.length <= GREETING_WORDS_MAX &&
    !/[.?]\s*$/.test(line)
  );
};
