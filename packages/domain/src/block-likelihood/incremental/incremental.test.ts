import { describe, expect, test } from '@jest/globals';
import { type SignalKind, DAY_MS, HOUR_MS } from '@tact/contracts';
import fc from 'fast-check';
import { assessContact } from '../verdict/assess.ts';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import type { SignalFact } from '../evidence/facts.ts';
import { concludeLikelihood, foldLikelihood, initialLikelihood } from './incremental.ts';

const start = Date.UTC(2026, 0, 5, 8);
const byTime = (facts: readonly SignalFact[]) =>
  facts.toSorted((a, b) => a.occurredAt - b.occurredAt);

/** Two to four months of messages with their fates, answers, calls and context. */
const someLife: fc.Arbitrary<readonly SignalFact[]> = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 6 }),
      fate: fc.constantFrom(0, 0, 0, 0, 1, 30, 200, 'never', 'never', 131026, 131049, 131050),
      other: fc.option(
        fc.constantFrom<SignalKind>(
          'inbound-message',
          'call-not-ringing',
          'call-rang',
          'complaint-recorded',
          'marketing-opt-in',
          'marketing-opt-out',
        ),
      ),
    }),
    { minLength: 5, maxLength: 40 },
  )
  .map((days) => {
    const facts: SignalFact[] = [];
    let at = start;
    days.forEach(({ gap, fate, other }, index) => {
      at += gap * DAY_MS + index * 60_000;
      const messageRef = `mr_${String(index).padStart(40, '0')}`;
      facts.push({ kind: 'message-sent', occurredAt: at, messageRef });
      if (typeof fate === 'number' && fate > 1000) {
        facts.push({ kind: 'message-failed', occurredAt: at + 2000, messageRef, code: fate });
      } else if (typeof fate === 'number') {
        const arrivedAt = at + fate * HOUR_MS + 5000;
        facts.push({ kind: 'message-delivered', occurredAt: arrivedAt, messageRef });
      }
      if (other !== null) facts.push({ kind: other, occurredAt: at + HOUR_MS });
    });
    return byTime(facts);
  });

describe('the incremental form', () => {
  test('says what the assessment of all facts says, day after day, within 4 KiB', () => {
    let bytesMax = 0;
    let closed = 0;
    fc.assert(
      fc.property(someLife, fc.integer({ min: 0, max: 50 }), (facts, wait) => {
        let state = initialLikelihood(priors);
        for (const fact of facts) state = foldLikelihood(state, [fact, fact], priors);
        state = JSON.parse(JSON.stringify(state)) as typeof state;
        bytesMax = Math.max(bytesMax, JSON.stringify(state).length);
        if (state.closed) closed += 1;
        const asOf = (facts.at(-1)?.occurredAt ?? start) + wait * DAY_MS;
        const [step, whole] = [
          concludeLikelihood(state, { priors, asOf }),
          assessContact(facts, { priors, asOf }),
        ];
        expect(step?.probability).toBeCloseTo(whole.probability, 5);
        expect(step?.priorLogOdds).toBeCloseTo(whole.priorLogOdds, 9);
        expect(step?.band).toBe(whole.band);
        for (const [index, { family, probabilityWithout }] of whole.families.entries()) {
          expect(step?.families[index]?.family).toBe(family);
          expect(step?.families[index]?.probabilityWithout).toBeCloseTo(probabilityWithout, 5);
        }
      }),
      { numRuns: 60 },
    );
    expect(closed).toBeGreaterThan(30);
    expect(bytesMax).toBeLessThan(4096);
  });

  test('a fact for a closed day is not folded in silence', () => {
    const facts = Array.from({ length: 40 }, (_, day): SignalFact[] => [
      { kind: 'message-sent', occurredAt: start + day * DAY_MS, messageRef: `mr_${day}` },
      { kind: 'message-read', occurredAt: start + day * DAY_MS + 9000, messageRef: `mr_${day}` },
    ]).flat();
    const state = foldLikelihood(initialLikelihood(priors), facts, priors);
    expect(state.closed).toBeDefined();
    const late: SignalFact = { kind: 'inbound-message', occurredAt: start + DAY_MS };
    const outdated = foldLikelihood(state, [late], priors);
    expect(outdated.outdated).toBe(true);
    expect(concludeLikelihood(outdated, { priors, asOf: start + 50 * DAY_MS })).toBeUndefined();
  });
});
