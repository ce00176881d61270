import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { wishInWords, type Said } from './wish-in-words.ts';
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
import { signalOfWords, wishOf } from './wishes.ts';

type Group = { language: string; source: string; read: string; words: string[] };
type Lists = Record<'stop' | 'stopTyped' | 'doubtful' | 'doubtfulParts' | 'resume', Group[]> & {
  courtesies: string[];
  ownWords: Record<'stops' | 'what' | 'between', string[]>;
  misspelt: Record<'of' | 'butNot', string[]>;
};

/** The lists once more, word by word: a word that is lost here by a slip is found by this second copy. */
const file = new URL('../../../testing/fixtures/wishes/word-lists.json', import.meta.url);
const lists = JSON.parse(readFileSync(file, 'utf8')) as Lists;
const wordsOf = (groups: readonly Group[]): readonly string[] =>
  groups.flatMap(({ words }) => words);

const parted = (words: string): readonly string[] =>
  words.split(/[,،]/).map((word) => word.trim().replaceAll(/\s+/g, ' '));
const groupsOf = (groups: typeof stopWords) =>
  groups.map((group) => ({ ...group, words: parted(group.words) }));

/** Scope and ground of what is acted on, as the kind of signal it is recorded as tells them; undefined for no wish. */
const wishFor = (how: Said['how'], text: string) => {
  const worded = wishInWords([{ how, text }]);
  return worded === undefined ? undefined : wishOf(signalOfWords(worded));
};
const stop = { asks: 'stop', scope: 'everything', ground: 'stop-word' };
const doubt = { asks: 'stop', scope: 'marketing', ground: 'doubtful-stop-word' };
const resume = { asks: 'resume', scope: 'everything', ground: 'start-word' };

test('every list says its words, whose they are and when that was read', () => {
  expect({
    stop: groupsOf(stopWords),
    stopTyped: groupsOf(stopWordsTyped),
    doubtful: groupsOf(doubtfulWords),
    doubtfulParts: groupsOf(doubtfulParts),
    resume: groupsOf(resumeWords),
    courtesies: parted(courtesies),
    ownWords: {
      stops: parted(ownWords.stops),
      what: parted(ownWords.what),
      between: parted(ownWords.between),
    },
    misspelt: { of: parted(misspelt.of), butNot: parted(misspelt.butNot) },
  }).toEqual(lists);
});

describe('by itself, typed and on a button', () => {
  const rows = [
    ...wordsOf(lists.stop).map((said) => [said, stop, stop] as const),
    ...wordsOf(lists.stopTyped).map((said) => [said, stop, doubt] as const),
    ...wordsOf(lists.doubtful).map((said) => [said, doubt, doubt] as const),
    ...wordsOf(lists.resume).map((said) => [said, resume, undefined] as const),
    ...lists.courtesies.map((said) => [said, undefined, undefined] as const),
  ];
  test.each(rows)('%p wishes %p and %p', (said, typed, chosen) => {
    expect(wishFor('typed', said)).toEqual(typed);
    expect(wishFor('chosen', said)).toEqual(chosen);
    expect(wishFor('reacted', said)).toBeUndefined();
  });
});

test.each(wordsOf(lists.resume))('%p asks to hear from us again among courtesies too', (said) => {
  expect(wishFor('typed', `Bonjour, ${said} merci !`)).toEqual(resume);
});

test.each(wordsOf(lists.doubtfulParts))('%p within a message is in doubt', (part) => {
  expect(wishFor('typed', `Anna ${part} tomorrow`)).toEqual(doubt);
  expect(wishFor('chosen', `Anna ${part} tomorrow`)).toEqual(doubt);
});

test.each(lists.courtesies)('%p before and behind a request changes nothing of it', (courtesy) => {
  expect(wishFor('typed', `${courtesy} stopall ${courtesy}`)).toEqual(stop);
  expect(wishFor('typed', `${courtesy} unstop ${courtesy}`)).toEqual(resume);
});

describe('in one’s own words', () => {
  const rows = [
    ...lists.ownWords.stops.map((stops) => `${stops} newsletters`),
    ...lists.ownWords.what.map((what) => `stopping ${what}`),
    ...lists.ownWords.between.map((between) => `stopping ${between} newsletters`),
  ];
  test.each(rows)('%p stops everything, typed and on a button', (said) => {
    expect(wishFor('typed', said)).toEqual(stop);
    expect(wishFor('chosen', said)).toEqual(stop);
  });

  test.each([
    'stopping',
    'newsletters',
    'stopping my',
    'my newsletters',
    'stopping newsletters now or never',
  ])('%p is no request', (said) => {
    expect(wishFor('typed', said)).toBeUndefined();
  });
});

describe('by a slip', () => {
  test.each(lists.misspelt.of)('of %p, a letter too many, it is in doubt', (word) => {
    expect(wishFor('typed', `${word}q`)).toEqual(doubt);
  });

  /** The accent is folded: "arrêté" cannot be told from the word itself. */
  test.each(lists.misspelt.butNot)('%p is another word', (word) => {
    expect(wishFor('typed', word)).toEqual(word === 'arrêté' ? stop : undefined);
  });
});
