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

test('one that never closed a day is concluded from its facts', () => {
  const state = folded([wrote(1)]);
  expect(state.closed).toBeUndefined();
  expect(
    concludeLikelihood(state, { priors, asOf: wrote(2).occurredAt })?.probability,
  ).toBeLessThan(0.05);
});

describe('of a large state', () => {
  const once = folded([...many(40), wrote(20)]);
  const large = folded(many(250, 30), once);

  test('days are closed from fifteen hundred and fifty letters on, and not before', () => {
    // An instant that is no whole second takes two letters more.
    const odd = { ...wrote(31, 30), occurredAt: wrote(31, 30).occurredAt + 1 };
    const lacking = 1550 - large.facts.length - 8;
    expect(lacking % 6).toBe(0);
    expect(closedDay(folded([...many(lacking / 6 - 1, 31), odd], large))).toBe(12);
    expect(closedDay(folded([...many(lacking / 6, 31), odd], large))).toBe(23);
  });

  test('a day is closed as soon as it is over, and none twice', () => {
    expect(folded(many(300, 20), once).closed).toBe(once.closed);
    expect(closedDay(folded(many(300, 21), once))).toBe(13);
  });
});

describe('what becomes of a message on an open day', () => {
  const midnight = (FIRST + 13) * DAY_MS;
  const sent = (messageRef: string, occurredAt: number, isAnswer: boolean): SignalFact => ({
    kind: 'message-sent',
    occurredAt,
    messageRef,
    ...(isAnswer ? { answersPerson: true } : {}),
  });
  const state = folded([
    ...many(40),
    sent('answer', wrote(5).occurredAt, true),
    sent('late answer', midnight - 1, true),
    sent('open answer', midnight, true),
    sent('message', wrote(5, 1).occurredAt, false),
    wrote(20),
  ]);
  const isOutdated = (kind: SignalFact['kind'], messageRef: string) =>
    folded([{ kind, occurredAt: wrote(20, 5).occurredAt, messageRef }], state).outdated;

  test('changes the closed days where it was an answer of theirs: it was a message, and no reaction', () => {
    expect([closedDay(state), state.outdated]).toEqual([12, false]);
    for (const kind of ['message-delivered', 'message-read', 'message-failed'] as const) {
      expect(isOutdated(kind, 'answer')).toBe(true);
      expect(isOutdated(kind, 'late answer')).toBe(true);
    }
  });

  test('changes nothing of them where it was sent later, was no answer, or is unknown', () => {
    for (const messageRef of ['open answer', 'message', 'another']) {
      expect(isOutdated('message-delivered', messageRef)).toBe(false);
    }
  });

  test('changes nothing where it tells nothing of the answer', () => {
    expect(isOutdated('message-dropped', 'answer')).toBe(false);
    expect(isOutdated('message-sent', 'answer')).toBe(false);
  });
});
