import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import type { SignalFact } from '../evidence/facts.ts';
import { eachOf } from './compact-fact.ts';
import {
  concludeLikelihood,
  foldLikelihood,
  initialLikelihood,
  type LikelihoodState,
} from './incremental.ts';

const FIRST = 20_000;
/** Six letters each: forty of them are many. */
const wrote = (day: number, minute = 0): SignalFact => ({
  kind: 'inbound-message',
  occurredAt: (FIRST + day) * DAY_MS + 9 * HOUR_MS + minute * 60_000,
});
const folded = (facts: readonly SignalFact[], state: LikelihoodState = initialLikelihood(priors)) =>
  foldLikelihood(state, facts, priors);
const closedDay = ({ closed }: LikelihoodState) => closed && closed.day - FIRST;
const many = (count: number, day = 0) =>
  Array.from({ length: count }, (_, minute) => wrote(day, minute));

describe('days are closed', () => {
  test('once two hundred and forty letters are kept, up to eight days before the youngest fact', () => {
    const few = folded([...many(38), wrote(20)]);
    expect([few.facts.length, closedDay(few)]).toEqual([39 * 6, undefined]);
    const enough = folded([wrote(20, 1)], few);
    expect(closedDay(enough)).toBe(12);
    expect(enough.startAt).toBe(wrote(0).occurredAt);
  });

  test('when there is a day after the first to close', () => {
    expect(closedDay(folded([...many(40), wrote(8)]))).toBeUndefined();
    expect(closedDay(folded([...many(40), wrote(9)]))).toBe(1);
  });

  test('again after fifty-six more days, while few letters are kept', () => {
    const once = folded([...many(40), wrote(20)]);
    expect(closedDay(once)).toBe(12);
    const more = folded(many(40, 70), once);
    expect(closedDay(more)).toBe(12);
    expect(closedDay(folded([wrote(75)], more))).toBe(12);
    expect(closedDay(folded([wrote(76)], more))).toBe(68);
  });

  test('again at once where the state would grow too large', () => {
    const once = folded([...many(40), wrote(20)]);
    const large = folded(many(250, 30), once);
    expect(closedDay(large)).toBe(12);
    const letters = large.facts.length;
    expect(letters).toBeLessThan(1550);
    const lacking = Math.ceil((1550 - letters) / 6);
    expect(closedDay(folded(many(lacking - 1, 31), large))).toBe(12);
    expect(closedDay(folded(many(lacking, 31), large))).toBe(23);
  });

  test('and forget the facts that say nothing more', () => {
    const state = folded([...many(40), wrote(20)]);
    expect(eachOf(state.facts)).toHaveLength(2);
  });
});

describe('a list', () => {
  test('is folded in time order, whatever its own', () => {
    const facts = [...many(40), wrote(20)];
    expect(folded(facts.toReversed())).toEqual(folded(facts));
    expect(folded(facts.toReversed()).outdated).toBe(false);
  });

  test('that is long closes days after each part of it', () => {
    const long = [...many(255), wrote(20), wrote(40)];
    // The first two hundred and fifty-six facts end on the twentieth day.
    expect(closedDay(folded(long))).toBe(12);
    expect(closedDay(folded([...many(254), wrote(20), wrote(40)]))).toBe(32);
  });
});

test('what was closed is concluded from', () => {
  const state = folded([...many(40), wrote(20)]);
  const said = concludeLikelihood(state, { priors, asOf: wrote(30).occurredAt });
  const blank = { ...state, closed: { ...state.closed!, beliefs: {} } };
  expect(said?.probability).toBeLessThan(0.05);
  expect(concludeLikelihood(blank, { priors, asOf: wrote(30).occurredAt })?.probability).not.toBe(
    said?.probability,
  );
});
