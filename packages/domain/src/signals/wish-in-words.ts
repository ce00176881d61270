import { folded, linesOf, wordsOf } from './folded-text.ts';
import { isGreeting, isSignature } from './signatures.ts';
import { isMadeOf, isOneSlipApart, listed, wordSet } from './word-lists.ts';
import {
  courtesies,
  doubtfulParts,
  doubtfulWords,
  misspelt,
  ownWords,
  resumeWords,
  stopWords,
  stopWordsTyped,
} from './wish-words.ts';

/** Something a person said: in words of their own, by choosing what we offered, or by a picture on a message. */
export type Said = { readonly how: 'typed' | 'chosen' | 'reacted'; readonly text: string };

/** What words wish. `doubtful-stop-word`: they may ask us to stop; marketing does, and a human looks. */
export type WordedWish = 'stop-word' | 'doubtful-stop-word' | 'start-word';

const polite = new Set(listed(courtesies));
/** Of groups of words, courtesies around and between them. */
const politely = (...groups: readonly (typeof stopWords)[]): ReadonlySet<string> =>
  new Set([...wordSet(groups.flat()), ...polite]);

const clear = politely(stopWords);
const stops = politely(stopWords, stopWordsTyped);
const resumes = politely(resumeWords);
const doubtful = politely(stopWords, stopWordsTyped, doubtfulWords);
const mixed = politely(stopWords, stopWordsTyped, resumeWords);

const stopping = new Set(listed(ownWords.stops));
const objects = new Set(listed(ownWords.what));
const sayable = new Set([...stopping, ...objects, ...listed(ownWords.between), ...polite]);

/** Finds any of these phrases in folded words: letters, numbers and spaces alone. */
const anyOf = (phrases: Iterable<string>): RegExp =>
  new RegExp(` (?:${[...phrases].join('|')}) `, 'u');
const holdsOneOf = (words: readonly string[], phrases: RegExp): boolean =>
  phrases.test(` ${words.join(' ')} `);

const anyStopping = anyOf(stopping);
const anyObject = anyOf(objects);
const anyPart = anyOf(wordSet(doubtfulParts));

/** In one's own words, and nothing else said: something that stops, and that it is messages. */
const asksInOwnWords = (words: readonly string[]): boolean =>
  isMadeOf(words, sayable) && holdsOneOf(words, anyStopping) && holdsOneOf(words, anyObject);

/** The stop sign; no entry and the prohibition sign may be about something else. A raised hand is a greeting too. */
const stopSigns = /\u{1f6d1}/u;
const doubtfulSigns = /[\u{26d4}\u{1f6ab}]/u;

/** Letters held down: "stooop" is a stop that is meant. */
const heldDown = /(.)\1{2,}/gu;
const heldOnce = (word: string): string => word.replaceAll(/(.)\1+/gu, '$1');
const singleWords = [...wordSet([...stopWords, ...stopWordsTyped])].filter(
  (word) => !word.includes(' '),
);
const byOneLetter = new Map(singleWords.map((word) => [heldOnce(word), word]));

/** The word itself, where its letters were held down or it was written several times without a space. */
const asMeant = (word: string): string => {
  const once = word.replaceAll(heldDown, '$1') === word ? word : byOneLetter.get(heldOnce(word));
  const whole = once ?? word;
  const repeated = singleWords.find(
    (stop) => stop.length > 2 && whole === stop.repeat(whole.length / stop.length),
  );
  return repeated ?? whole;
};

/** Words as they are meant; letters that stand apart ("S T O P") are one word. */
const meantWords = (text: string): readonly string[] => {
  const words = wordsOf(text).map(asMeant);
  const isSpelt = words.length > 2 && words.every((word) => word.length === 1);
  return isSpelt ? [asMeant(words.join(''))] : words;
};

/** Courtesies alone ask for nothing. */
const asksByOnly = (words: readonly string[], phrases: ReadonlySet<string>): boolean =>
  isMadeOf(words, phrases) && !isMadeOf(words, polite);

const anyCourtesy = anyOf(polite);
const withoutCourtesies = (words: readonly string[]): readonly string[] => {
  let [rest, before] = [` ${words.join(' ')} `, ''];
  while (rest !== before) [before, rest] = [rest, rest.replace(anyCourtesy, ' ')];
  return rest.trim().split(' ');
};

const misspeltOf = listed(misspelt.of);
const otherWords = new Set(listed(misspelt.butNot));

const isMisspelt = (words: readonly string[]): boolean => {
  const [word = '', ...others] = withoutCourtesies(words);
  return (
    others.length === 0 &&
    !otherWords.has(word) &&
    misspeltOf.some((stop) => isOneSlipApart(word, stop))
  );
};

/** A sentence or line of its own at the beginning or the end: "Where is it? STOP". */
const standsAlone = (text: string): boolean => {
  const sentences = linesOf(text)
    .flatMap((line) => line.split(/[.!?;:,…،؛؟–—|]|\s-\s/u))
    .map(meantWords)
    .filter((words) => words.length > 0);
  if (sentences.length < 2) return false;
  return [sentences.at(0), sentences.at(-1)].some((words) => asksByOnly(words ?? [], clear));
};

const clearWords = wordSet(stopWords);
const isClearWord = (word: string): boolean => clearWords.has(folded(word));

const CAPITALS_WORDS_MAX = 8;

/** In capitals at the beginning or the end of a short message that is not: "please just STOP". */
const isInCapitals = (text: string): boolean => {
  const words = text.trim().split(/\s+/);
  if (words.length > CAPITALS_WORDS_MAX || !/\p{Ll}/u.test(text)) return false;
  return [words.at(0), words.at(-1)].some(
    (word = '') => /^\P{Ll}*$/u.test(word) && /\p{Lu}{3}/u.test(word) && isClearWord(word),
  );
};

/** To stop and to go on, in one breath. */
const isMixed = (words: readonly string[]): boolean =>
  asksByOnly(words, mixed) && !asksByOnly(words, resumes);

const isDoubtful = (text: string): boolean => {
  const words = meantWords(text);
  return (
    asksByOnly(words, doubtful) ||
    isMixed(words) ||
    holdsOneOf(words, anyPart) ||
    isMisspelt(words) ||
    standsAlone(text) ||
    isInCapitals(text)
  );
};

/** What a text asks for as a whole: below a greeting, above a signature. */
const askedBy = (text: string, asks: (words: readonly string[]) => boolean): boolean => {
  if (asks(meantWords(text))) return true;
  const lines = linesOf(text);
  const first = lines.findIndex((line) => {
    const words = meantWords(line);
    return words.length > 0 && (asks(words) || !isGreeting(line));
  });
  const [request = '', ...below] = lines.slice(Math.max(first, 0));
  return asks(meantWords(request)) && isSignature(below);
};

const asksToStop = (words: readonly string[]): boolean =>
  asksByOnly(words, stops) || asksInOwnWords(words);
/** What is chosen may stop an order or a dialogue: only words that mean messages are sure. */
const asksClearlyToStop = (words: readonly string[]): boolean =>
  asksByOnly(words, clear) || asksInOwnWords(words);
const asksToResume = (words: readonly string[]): boolean => asksByOnly(words, resumes);

/** What a program answers for a choice: `unsubscribe_all`, `MENU-STOP`. */
const isChosenDoubtfully = (text: string): boolean => {
  const words = meantWords(text);
  return [words.at(0), words.at(-1)].some((word = '') => clearWords.has(word));
};

/** By a picture where nothing else is said but courtesies. */
const bySign = (text: string): WordedWish | undefined => {
  const words = meantWords(text);
  if (words.length > 0 && !isMadeOf(words, polite)) return undefined;
  if (stopSigns.test(text)) return 'stop-word';
  return doubtfulSigns.test(text) ? 'doubtful-stop-word' : undefined;
};

/** WhatsApp takes no longer text; nobody asks to be left alone behind as much of it. */
const TEXT_MAX = 4096;

const typedWish = (text: string): WordedWish | undefined => {
  if (askedBy(text, asksToStop)) return 'stop-word';
  if (askedBy(text, asksToResume)) return 'start-word';
  return isDoubtful(text) ? 'doubtful-stop-word' : undefined;
};

const chosenWish = (text: string): WordedWish | undefined => {
  if (askedBy(text, asksClearlyToStop)) return 'stop-word';
  const isInDoubt = askedBy(text, asksToStop) || isDoubtful(text) || isChosenDoubtfully(text);
  return isInDoubt ? 'doubtful-stop-word' : undefined;
};

const wishOfOne = ({ how, text: given }: Said): WordedWish | undefined => {
  const text = given.slice(0, TEXT_MAX);
  const sign = bySign(text);
  if (how === 'reacted' || sign !== undefined) return sign;
  return how === 'typed' ? typedWish(text) : chosenWish(text);
};

const strongestFirst = ['stop-word', 'doubtful-stop-word', 'start-word'] as const;

/**
 * What a message wishes by its words, whatever it is: a text, a caption, the new text of an edit, a button with its
 * payload, a reaction. A word inside a sentence is no request: taking it for one would silence somebody who wants to be
 * written to. Of several things said in one message the one that stops more is heard.
 */
export const wishInWords = (said: readonly Said[]): WordedWish | undefined => {
  const wishes = new Set(said.map(wishOfOne));
  return strongestFirst.find((wish) => wishes.has(wish));
};
