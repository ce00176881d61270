import { describe, expect, test } from '@jest/globals';
import { signalFamilies, SignalKind, DAY_MS, HOUR_MS } from '@tact/contracts';
import fc from 'fast-check';
import { assessContact } from './assess.ts';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import { familyOf } from '../../signals/kinds.ts';
import type { SignalFact } from '../evidence/facts.ts';

const start = Date.UTC(2026, 8, 1, 8);
const kinds = SignalKind.options.filter((kind) => kind !== 'number-changed');
const codes = [131026, 131049, 131050, 130472, 131056, 131000, undefined];

/** Histories of up to ninety days: a few messages with statuses in any order, and any other facts. */
const someFact: fc.Arbitrary<SignalFact> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    hours: fc.integer({ min: 0, max: 90 * 24 }),
    ref: fc.integer({ min: 0, max: 8 }),
    code: fc.constantFrom(...codes),
  })
  .map(({ kind, hours, ref, code }) => ({
    kind,
    occurredAt: start + hours * HOUR_MS,
    ...(familyOf(kind) === 'delivery' ? { messageRef: `mr_${ref}` } : {}),
    ...(kind === 'message-failed' && code !== undefined ? { code } : {}),
  }));
const someFacts = fc.array(someFact, { minLength: 1, maxLength: 25 });
const endOf = (facts: readonly SignalFact[]) => Math.max(...facts.map((one) => one.occurredAt));
const assess = (facts: readonly SignalFact[], asOf: number) =>
  assessContact(facts, { priors, asOf });
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

  test('a later failure never cancels a proved delivery', () => {
    fc.assert(
      fc.property(someFacts, fc.constantFrom(...codes), (facts, code) => {
        const occurredAt = endOf(facts);
        const arrived: SignalFact = { kind: 'message-delivered', occurredAt, messageRef: 'mr_new' };
        const failed: SignalFact = { kind: 'message-failed', occurredAt, messageRef: 'mr_new' };
        // An opt-out is news of its own; every other failure after the arrival says nothing.
        fc.pre(code !== 131050 && code !== 131056);
        const proved = assess([...facts, arrived], occurredAt);
        const late = code === undefined ? failed : { ...failed, code };
        expect(assess([...facts, arrived, late], occurredAt).probability).toBeCloseTo(
          proved.probability,
          12,
        );
      }),
    );
  });

  test('any sign of life floors the score within one event', () => {
    const life = fc.constantFrom<SignalKind>(
      'message-delivered',
      'message-read',
      'message-played',
      'inbound-message',
      'call-rang',
      'call-answered',
      'call-rejected',
    );
    fc.assert(
      fc.property(someFacts, life, fc.integer({ min: 0, max: 60 }), (facts, kind, days) => {
        const occurredAt = endOf(facts) + days * DAY_MS;
        const isStatus = familyOf(kind) === 'delivery';
        const sign = { kind, occurredAt, ...(isStatus ? { messageRef: 'mr_sign' } : {}) };
        const { probability, band } = assess([...facts, sign], occurredAt);
        expect(probability).toBeLessThan(0.001);
        expect(['reachable', 'undetermined', 'unreachable']).toContain(band);
      }),
    );
  });

  describe('while a message waits, the odds of a block against a phone that is on', () => {
    const odds = (facts: readonly SignalFact[], asOf: number) => {
      const { causes } = assess(facts, asOf);
      return causes.blocked / causes.reachable;
    };
    /** Odds with one more message that does not arrive, over odds without it. */
    const change = (facts: readonly SignalFact[], later: number, wait: number) => {
      const occurredAt = endOf(facts) + later * HOUR_MS;
      const sent: SignalFact = { kind: 'message-sent', occurredAt, messageRef: 'mr_new' };
      const asOf = occurredAt + wait * HOUR_MS;
      return odds([...facts, sent], asOf) / odds(facts, asOf);
    };

    test('never fall, when all before it is settled by a sign of life', () => {
      fc.assert(
        fc.property(someFacts, fc.nat(30 * 24), fc.nat(29 * 24), (facts, later, wait) => {
          const sign: SignalFact = { kind: 'inbound-message', occurredAt: endOf(facts) };
          expect(change([...facts, sign], later, wait)).toBeGreaterThanOrEqual(1 - 1e-9);
        }),
        { numRuns: 300 },
      );
    });

    // A second silence also says that the person had less occasion to block since, which is next to nothing.
    test('never fall by a thousandth, whatever waits already', () => {
      fc.assert(
        fc.property(someFacts, fc.nat(30 * 24), fc.nat(29 * 24), (facts, later, wait) => {
          expect(change(facts, later, wait)).toBeGreaterThanOrEqual(1 - 1e-3);
        }),
        { numRuns: 300 },
      );
    });
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

  test('`probable` takes two negative families, and stands without any one of them', () => {
    fc.assert(
      fc.property(someFacts, fc.nat(60), (facts, days) => {
        const { band, probability, families } = assess(facts, endOf(facts) + days * DAY_MS);
        if (band !== 'probable') return;
        const against = families.filter(({ contribution }) => contribution > 0);
        expect(against.length).toBeGreaterThanOrEqual(2);
        expect(probability).toBeGreaterThanOrEqual(0.85);
        expect(against.every(({ probabilityWithout }) => probabilityWithout >= 0.5)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('one family alone never concludes, and makes a suspicion only when it is very clear', () => {
    const family = fc.constantFrom(...signalFamilies);
    fc.assert(
      fc.property(someFacts, family, fc.nat(90), (facts, only, days) => {
        const alone = facts.filter(({ kind }) => familyOf(kind) === only);
        const { band, probability } = assess(alone, endOf(facts) + days * DAY_MS);
        expect(band).not.toBe('probable');
        expect(band === 'suspected' && probability < 0.85).toBe(false);
      }),
      { numRuns: 300 },
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
