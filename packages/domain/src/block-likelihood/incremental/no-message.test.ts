import { describe, expect, test } from '@jest/globals';
import { type SignalKind, DAY_MS, HOUR_MS } from '@tact/contracts';
import fc from 'fast-check';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import type { SignalFact } from '../evidence/facts.ts';
import { assessContact } from '../verdict/assess.ts';
import { concludeLikelihood, foldLikelihood, initialLikelihood } from './incremental.ts';

const start = Date.UTC(2026, 0, 5, 8);
const minutes = (count: number) => count * 60_000;
const asOf = start + 30 * DAY_MS;
const fact = (kind: SignalKind, at: number, more: Partial<SignalFact> = {}): SignalFact => ({
  kind,
  occurredAt: start + at,
  ...more,
});
/** A story of messages that were read, and an answer of the person. */
const story: readonly SignalFact[] = [
  fact('message-sent', 0, { messageRef: 'mr_1' }),
  fact('message-read', 9_000, { messageRef: 'mr_1' }),
  fact('message-sent', 7 * DAY_MS, { messageRef: 'mr_2' }),
  fact('message-delivered', 7 * DAY_MS + 4_000, { messageRef: 'mr_2' }),
  fact('inbound-message', 7 * DAY_MS + HOUR_MS),
];
const WROTE_MS = 7 * DAY_MS + HOUR_MS;
const assess = (facts: readonly SignalFact[]) => assessContact(facts, { priors, asOf });
const whole = assess(story);
const sentAt = (at: number, more: Partial<SignalFact> = {}) =>
  fact('message-sent', at, { messageRef: 'mr_3', ...more });
const answers = { answersPerson: true } as const;
const saidNone = (at: number) => fact('reaction-sent', at, { messageRef: 'mr_3' });

describe('what is no message weighs nothing', () => {
  test.each([
    ['told beside', [sentAt(8 * DAY_MS), saidNone(8 * DAY_MS)]],
    ['told before', [saidNone(8 * DAY_MS - 1_000), sentAt(8 * DAY_MS)]],
    ['told long after', [sentAt(8 * DAY_MS), saidNone(20 * DAY_MS)]],
    ['told alone', [saidNone(8 * DAY_MS)]],
    [
      'that failed',
      [
        sentAt(8 * DAY_MS),
        fact('message-failed', 8 * DAY_MS, { messageRef: 'mr_3', code: 131_026 }),
        saidNone(8 * DAY_MS),
      ],
    ],
    ['an answer at once of which nothing more is told', [sentAt(WROTE_MS + minutes(3), answers)]],
    ['an answer in the same second', [sentAt(WROTE_MS, answers)]],
    [
      'an answer that was dropped',
      [
        sentAt(WROTE_MS + minutes(3), answers),
        fact('message-dropped', 29 * DAY_MS, { messageRef: 'mr_3' }),
      ],
    ],
  ])('%s', (_, more) => {
    expect(assess([...story, ...more])).toEqual(whole);
    expect(assess([...more, ...story])).toEqual(whole);
  });

  test('many reactions on one day annoy nobody', () => {
    const many = Array.from({ length: 20 }, (_, nth) =>
      sentAt(WROTE_MS + nth * 1_000, { ...answers, messageRef: `mr_r${nth}` }),
    );
    expect(assess([...story, ...many])).toEqual(whole);
  });

  test.each([
    [
      'an answer that came',
      [
        sentAt(WROTE_MS + minutes(3), answers),
        fact('message-delivered', 9 * DAY_MS, { messageRef: 'mr_3' }),
      ],
    ],
    [
      'an answer that failed',
      [
        sentAt(WROTE_MS + minutes(3), answers),
        fact('message-failed', 9 * DAY_MS, { messageRef: 'mr_3', code: 131_026 }),
      ],
    ],
    ['an answer much later', [sentAt(WROTE_MS + minutes(10) + 1, answers)]],
    ['an answer before they wrote', [sentAt(WROTE_MS - 1, answers)]],
    ['another message at once', [sentAt(WROTE_MS + minutes(3))]],
  ])('%s is a message', (_, more) => {
    const withMessage = assess([...story, ...more]);
    expect(withMessage).toEqual(
      assess([
        ...story,
        ...more.map((one, nth) => (nth === 0 ? { ...one, answersPerson: undefined } : one)),
      ]),
    );
  });
});

/** Months of messages, answers of ours minutes after the person wrote, and reactions told early and late. */
const someLife = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 6 }),
      wrote: fc.constantFrom(undefined, 2, 9, 11, 300),
      answers: fc.boolean(),
      fate: fc.constantFrom<string | number>('never', 'never', 'none', 0, 1, 30, 200, 400),
      noneAfterDays: fc.constantFrom(0, 0, 3, 20),
    }),
    { minLength: 5, maxLength: 40 },
  )
  .map((days) => {
    const facts: SignalFact[] = [];
    let at = 0;
    for (const [nth, day] of days.entries()) {
      at += day.gap * DAY_MS + nth * minutes(1);
      const messageRef = `mr_${String(nth).padStart(40, '0')}`;
      if (day.wrote !== undefined) facts.push(fact('inbound-message', at - minutes(day.wrote)));
      facts.push(fact('message-sent', at, { messageRef, ...(day.answers ? answers : {}) }));
      if (typeof day.fate === 'number') {
        facts.push(fact('message-delivered', at + day.fate * HOUR_MS + 5_000, { messageRef }));
      }
      if (day.fate === 'none') {
        facts.push(fact('reaction-sent', at + day.noneAfterDays * DAY_MS, { messageRef }));
      }
    }
    return facts.toSorted((one, other) => one.occurredAt - other.occurredAt);
  });

test('folded day after day it is what all facts say, or all facts are asked again', () => {
  let concluded = 0;
  let anew = 0;
  fc.assert(
    fc.property(someLife, fc.integer({ min: 0, max: 50 }), (facts, wait) => {
      let state = initialLikelihood(priors);
      for (const one of facts) state = foldLikelihood(state, [one, one], priors);
      state = JSON.parse(JSON.stringify(state)) as typeof state;
      const until = (facts.at(-1)?.occurredAt ?? start) + wait * DAY_MS;
      const step = concludeLikelihood(state, { priors, asOf: until });
      if (step === undefined) {
        anew += 1;
        return;
      }
      concluded += state.closed === undefined ? 0 : 1;
      const all = assessContact(facts, { priors, asOf: until });
      expect(step.probability).toBeCloseTo(all.probability, 5);
      expect(step.band).toBe(all.band);
      expect(step.families.map(({ sentence }) => sentence)).toEqual(
        all.families.map(({ sentence }) => sentence),
      );
    }),
    { numRuns: 100 },
  );
  expect(concluded).toBeGreaterThan(5);
  expect(anew).toBeGreaterThan(0);
});
