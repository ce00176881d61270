import { describe, expect, test } from '@jest/globals';
import { type OutcomeKind, DAY_MS } from '@tact/contracts';
import type { SignalFact } from '../block-likelihood/evidence/facts.ts';
import { exampleOf, isOfSomebodyElse, labelWithin, type Outcome } from './labels.ts';

const word = (kind: OutcomeKind, at: number): Outcome => ({ kind, at });
const stretch = { from: 100, until: 200 };
const within = (...outcomes: readonly Outcome[]) => labelWithin(outcomes, stretch);

describe('a word of a stretch of time', () => {
  test.each([
    ['said-blocked', 'blocked'],
    ['said-not-blocked', 'not-blocked'],
    ['abroad', 'not-blocked'],
    ['phone-lost', 'not-blocked'],
  ] as const)('%s says %s', (kind, said) => {
    expect(within(word(kind, 150))).toEqual({ said, at: 150 });
  });

  test('counts from its first instant to before its last', () => {
    const times = [99, 100, 199, 200].map((at) => within(word('abroad', at))?.at);
    expect(times).toEqual([undefined, 100, 199, undefined]);
  });

  test('is the latest, in whatever order words come', () => {
    const words = [word('said-blocked', 160), word('abroad', 120), word('said-not-blocked', 110)];
    for (const order of [words, words.toReversed()]) {
      expect(within(...order)).toEqual({ said: 'blocked', at: 160 });
    }
  });

  test('is the innocent one of two at one instant, in either order', () => {
    const words = [word('said-blocked', 150), word('abroad', 150)];
    for (const order of [words, words.toReversed()]) {
      expect(within(...order)).toEqual({ said: 'not-blocked', at: 150 });
    }
  });

  test('is none where the number was another person’s', () => {
    expect(within(word('number-wrong', 150))).toBeUndefined();
    expect(within()).toBeUndefined();
    expect(isOfSomebodyElse([word('abroad', 1), word('number-wrong', 2)])).toBe(true);
    expect(isOfSomebodyElse([word('abroad', 1)])).toBe(false);
  });
});

describe('the example a contact gives', () => {
  const split = { splitAt: 10 * DAY_MS, until: 20 * DAY_MS };
  const fact = (day: number, kind: SignalFact['kind'] = 'message-sent'): SignalFact => ({
    kind,
    occurredAt: day * DAY_MS,
  });
  const life = (day: number) => fact(day, 'inbound-message');
  const known = [fact(1)];

  test('is what people told, as of the day they told it', () => {
    const reported = (kind: OutcomeKind) =>
      exampleOf([...known, life(12)], [word(kind, 15.5 * DAY_MS)], split);
    expect(reported('said-blocked')).toEqual({ asOf: 15 * DAY_MS, truth: 'said-blocked' });
    expect(reported('phone-lost')).toEqual({ asOf: 15 * DAY_MS, truth: 'not-blocked' });
    expect(reported('number-wrong')).toBeUndefined();
  });

  test('is the first sign of life after the split, where nobody told', () => {
    expect(exampleOf([...known, life(14), life(12.5), life(17)], [], split)).toEqual({
      asOf: 12 * DAY_MS,
      truth: 'not-blocked',
    });
  });

  test('takes a sign of life from the split on to before the end', () => {
    const silent = { asOf: 20 * DAY_MS, truth: 'unlabelled' };
    expect(exampleOf([...known, life(9)], [], split)).toEqual(silent);
    expect(exampleOf([...known, life(10)], [], split)).toMatchObject({ asOf: 10 * DAY_MS });
    expect(exampleOf([...known, life(20)], [], split)).toEqual(silent);
    expect(exampleOf([...known, fact(12)], [], split)).toEqual(silent);
  });

  test('is none where nothing was known before the day it is asked about', () => {
    expect(exampleOf([life(12)], [], split)).toBeUndefined();
    expect(exampleOf([life(12), fact(11.999)], [], split)).toMatchObject({ asOf: 12 * DAY_MS });
    expect(exampleOf([], [], split)).toBeUndefined();
  });
});
