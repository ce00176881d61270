import { describe, expect, test } from '@jest/globals';
import { wishInWords } from './wish-in-words.ts';

const typed = (text: string) => wishInWords([{ how: 'typed', text }]);
const chosen = (text: string) => wishInWords([{ how: 'chosen', text }]);

const stop = 'stop-word';
const doubt = 'doubtful-stop-word';
const none = undefined;

describe('on either side of each rule', () => {
  test.each([
    // A word written several times without a space; of two letters it is no word repeated.
    ['repeated', 'stopstop', stop],
    ['repeated', 'retret', stop],
    ['repeated', 'tdtd', none],
    ['repeated', 'stopsto', none],
    // Letters that stand apart, three at least.
    ['apart', 'r e t', stop],
    ['apart', 't d', none],
    ['apart', 's t op', none],
    // Letters held down, three at least.
    ['held down', 'stooop', stop],
    ['held down', 'stoop', doubt],
    ['held down', 'stepppp', none],
    // A slip in a message of one word, courtesies aside.
    ['a slip', 'bonjour stoop merci', doubt],
    ['a slip', 'stoop bonjour merci', doubt],
    ['a slip', 'stoop tomorrow', none],
    ['a slip', 'tomorrow stoop', none],
    ['a slip', 'sto merci op', none],
    ['a slip', 'merci', none],
    // A sentence of its own is the first or the last, not one between.
    ['a sentence', 'Where is it? stop!', doubt],
    ['a sentence', '... stop. Where is it?', doubt],
    ['a sentence', 'Where is it? I wait. stop', doubt],
    ['a sentence', 'Where is it? stop. I wait', none],
    ['a sentence', 'Where is it? cancel', none],
    ['a sentence', 'Where is it? merci', none],
    ['a dash', 'where is it - stop', doubt],
    ['a dash', 'where is it -stop', none],
    ['a dash', 'where is it- stop', none],
    ...'.!?;:,…،؛؟–—|'.split('').map((sign) => [sign, `where is it${sign}stop`, doubt] as const),
    ["'", "where is it'stop", none],
    ['a line', 'where is it\nstop', doubt],
    // Capitals at the beginning or the end of a short message that has small letters.
    ['capitals', 'I said STOP', doubt],
    ['capitals', 'STOP said I', doubt],
    ['capitals', 'I STOP here', none],
    ['capitals', 'I said STOP  ', doubt],
    ['capitals', '  STOP said I', doubt],
    ['capitals', 'I said to you now that STOP', doubt],
    ['capitals', 'I  said  to  you  now  again  that  STOP', doubt],
    ['capitals', 'I said to you now and again STOP', doubt],
    ['capitals', 'I said to you now and again that STOP', none],
    ['capitals', 'I SAID STOP', none],
    ['capitals', 'i said stop', none],
    ['capitals', 'I said STOp', none],
    ['capitals', 'I said sTOP', none],
    ['capitals', 'I spoke with ANNA', none],
    ['capitals', 'I said CANCEL', none],
    ['capitals', 'where is order 123', none],
    // Pictures beside nothing but courtesies.
    ['a sign', 'merci 🛑', stop],
    ['a sign', 'where is the 🛑', none],
    ['a sign', 'merci 🚫', doubt],
    ['a sign', 'where is the 🚫', none],
    // As a whole, or on one line between a greeting and a signature.
    ['the whole', 'stop\nstop now', stop],
    ['the whole', 'stop start', doubt],
    ['the whole', 'start please', 'start-word'],
    ['a line', '👋\nstop\nJean Dupont', stop],
    ['a line', 'Bonjour Jean,\n👋\nstop\nJean Dupont', stop],
    ['a line', 'Bonjour stop\nJean Dupont', stop],
    ['a line', 'Bonjour Jean\nstart\nJean Dupont', 'start-word'],
    ['a line', 'Bonjour Jean\ncancel\nwhere is it', none],
    ['a line', 'where is it\ncancel\nJean Dupont', none],
    // In one's own words: something that stops, and that it is messages, and nothing else.
    ['own words', 'stopping all your ads', stop],
    ['own words', 'stopping all', none],
    ['own words', 'all your ads', none],
    ['own words', 'stopping all your ads tomorrow', none],
  ] as const)('%s: %p typed is heard as %p', (_, said, wish) => {
    expect(typed(said)).toBe(wish);
  });

  test.each([
    ['unsubscribe', stop],
    ['stopping all your ads', stop],
    ['stop\nJean Dupont', stop],
    ['🛑', stop],
    ['cancel', doubt],
    ['cancel\nJean Dupont', doubt],
    ['menu_other_stop', doubt],
    ['stop_menu_other', doubt],
    ['menu_stop_other', none],
    ['menu_cancel', none],
    ['where is it', none],
    ['start', none],
    ['', none],
  ] as const)('%p chosen is heard as %p', (said, wish) => {
    expect(chosen(said)).toBe(wish);
  });
});

test('of a text 4,096 characters are read', () => {
  expect(typed(`${'\n'.repeat(4_092)}STOP`)).toBe(stop);
  expect(typed(`${'\n'.repeat(4_093)}STOP`)).toBe(none);
});
