import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import fc from 'fast-check';
import type { SignalFact } from '../evidence/facts.ts';
import { assess, endOf, someFacts, start } from './testing/some-facts.ts';

const logit = (p: number) => Math.log(p / (1 - p));

describe('laws of the block likelihood', () => {
  test('neither the order of arrival nor repeats change anything', () => {
    const shuffled = someFacts.chain((facts) =>
      fc.record({
        facts: fc.constant(facts),
        again: fc.shuffledSubarray([...facts, ...facts], { minLength: 0 }),
        order: fc.shuffledSubarray(facts, { minLength: facts.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 0, max: 400 }), ({ facts, again, order }, hours) => {
        const asOf = endOf(facts) + hours * HOUR_MS;
        const expected = assess(facts, asOf);
        const actual = assess([...again, ...order], asOf);
        expect(actual.band).toBe(expected.band);
        expect(actual.probability).toBeCloseTo(expected.probability, 12);
        expect(actual.families.map(({ family }) => family)).toEqual(
          expected.families.map(({ family }) => family),
        );
      }),
    );
  });

  test('a failure with an unknown code changes nothing', () => {
    fc.assert(
      fc.property(someFacts, fc.integer({ min: 900_000, max: 999_999 }), (facts, code) => {
        const asOf = endOf(facts) + DAY_MS;
        const unknown: SignalFact = {
          kind: 'message-failed',
          occurredAt: endOf(facts),
          messageRef: 'mr_unheard_of',
          code,
        };
        const { probability, band, causes } = assess(facts, asOf);
        expect(assess([...facts, unknown], asOf)).toMatchObject({ probability, band, causes });
      }),
    );
  });

  test('prior and contributions add up to the score, causes to one', () => {
    fc.assert(
      fc.property(someFacts, fc.nat(60), (facts, days) => {
        const { probability, priorLogOdds, families, causes } = assess(
          facts,
          endOf(facts) + days * DAY_MS,
        );
        const sum = families.reduce((all, { contribution }) => all + contribution, priorLogOdds);
        expect(sum).toBeCloseTo(logit(Math.max(probability, 1e-12)), 6);
        expect(Object.values(causes).reduce((all, one) => all + one, 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

test('five years of history stay computable', () => {
  const facts: SignalFact[] = [];
  for (let day = 0; day < 5 * 365; day += 1) {
    const occurredAt = start + day * DAY_MS;
    const messageRef = `mr_${day}`;
    facts.push({ kind: 'message-sent', occurredAt, messageRef });
    if (day % 3 === 0 && day < 1700) {
      facts.push({ kind: 'message-delivered', occurredAt: occurredAt + HOUR_MS, messageRef });
    }
    if (day % 40 === 7)
      facts.push({ kind: 'message-failed', occurredAt, messageRef, code: 131026 });
  }
  for (const years of [1, 3, 5, 8]) {
    const { probability, causes, families } = assess(facts, start + years * 365 * DAY_MS);
    expect([probability, ...Object.values(causes)].every(Number.isFinite)).toBe(true);
    expect(families.every(({ contribution }) => Number.isFinite(contribution))).toBe(true);
  }
});

test('nothing known is no suspicion', () => {
  expect(assess([], start)).toMatchObject({ band: 'undetermined', families: [] });
});
