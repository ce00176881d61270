import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { assessContact } from '../block-likelihood/verdict/assess.ts';
import { assumedPriors } from '../block-likelihood/model/assumed-priors.ts';
import { planOf } from '../block-likelihood/evidence/day-plan.ts';
import { historyOf, type SignalFact } from '../block-likelihood/evidence/facts.ts';
import { modelOf } from '../block-likelihood/model/model.ts';
import { BLOCKED, CORE_COUNT } from '../block-likelihood/model/states.ts';
import { everyDay } from './days.ts';
import type { Label } from './labels.ts';
import { lessonOf } from './lesson.ts';
import { forward } from './passes.ts';
import { assumedTelling, rateNames, rates, type RateName, type Taught } from './rates.ts';

const start = Date.UTC(2026, 10, 2);
const taught: Taught = { priors: assumedPriors, telling: assumedTelling };

const families = new Set(['delivery', 'inbound', 'call', 'context'] as const);
const aFact = fc.record({
  day: fc.integer({ min: 0, max: 24 }),
  hour: fc.integer({ min: 0, max: 23 }),
  what: fc.constantFrom(
    'sent',
    'delivered',
    'late',
    'wrote',
    'rang',
    'silent',
    'complaint',
    'code',
  ),
});

const factsOf = (reported: readonly { day: number; hour: number; what: string }[]): SignalFact[] =>
  reported.flatMap(({ day, hour, what }, nth): SignalFact[] => {
    const occurredAt = start + day * DAY_MS + hour * HOUR_MS;
    const messageRef = `mr_${nth}`;
    const sent: SignalFact = { kind: 'message-sent', occurredAt, messageRef };
    const later = (ms: number): SignalFact => ({
      kind: 'message-delivered',
      occurredAt: occurredAt + ms,
      messageRef,
    });
    const facts: Record<string, SignalFact[]> = {
      sent: [sent],
      delivered: [sent, later(4_000)],
      late: [sent, later(2 * DAY_MS)],
      wrote: [{ kind: 'inbound-message', occurredAt }],
      rang: [{ kind: 'call-rang', occurredAt }],
      silent: [{ kind: 'call-not-ringing', occurredAt }],
      complaint: [{ kind: 'complaint-recorded', occurredAt }],
      code: [{ kind: 'message-failed', occurredAt, messageRef, code: 131026 }],
    };
    return facts[what] ?? [];
  });

const stories = fc.array(aFact, { minLength: 1, maxLength: 14 }).map(factsOf);
const labels = fc.option(
  fc.record({
    said: fc.constantFrom<Label['said']>('blocked', 'not-blocked'),
    at: fc.integer({ min: 0, max: 30 }).map((day) => start + day * DAY_MS),
  }),
  { nil: undefined },
);
const until = start + 32 * DAY_MS;

/** The slope of the log likelihood that expected counts promise (Fisher’s identity). */
const promisedSlope = (facts: SignalFact[], label: Label | undefined, rate: RateName): number => {
  const lesson = lessonOf(facts, label, { taught, until });
  const value = rates[rate].read(taught);
  let slope = 0;
  for (const [factor, { yes, no }] of lesson?.counts[rate] ?? []) {
    slope += yes / value - (no * factor) / (1 - factor * value);
  }
  return slope;
};

const measuredSlope = (facts: SignalFact[], label: Label | undefined, rate: RateName): number => {
  const value = rates[rate].read(taught);
  const step = Math.min(value, 1 - value) * 1e-4;
  const at = (moved: number) =>
    lessonOf(facts, label, {
      taught: rates[rate].write(taught, { value: moved, source: 'test' }),
      until,
    })?.logLikelihood ?? 0;
  return (at(value + step) - at(value - step)) / (2 * step);
};

describe('what one contact teaches', () => {
  test.each(rateNames)('%s: the counts are the slope of the likelihood', (rate) => {
    fc.assert(
      fc.property(stories, labels, (facts, label) => {
        const promised = promisedSlope(facts, label, rate);
        const measured = measuredSlope(facts, label, rate);
        const size = Math.max(1, Math.abs(promised), Math.abs(measured));
        expect(Math.abs(promised - measured) / size).toBeLessThan(1e-4);
      }),
      { numRuns: 60 },
    );
  });

  test('going through every day on its own gives the belief of the filter', () => {
    fc.assert(
      fc.property(stories, (facts) => {
        const asOf = until - 1;
        const model = modelOf(assumedPriors);
        const history = historyOf(facts, asOf);
        if (!history) return;
        const { passed } = forward(
          model,
          everyDay(planOf(history, { model, families, asOf })),
          () => undefined,
        );
        const blocked = [...(passed.at(-1)?.closed ?? [])].reduce(
          (sum, weight, cell) => (cell % CORE_COUNT >= BLOCKED ? sum + weight : sum),
          0,
        );
        const { probability } = assessContact(facts, { priors: assumedPriors, asOf });
        expect(blocked).toBeCloseTo(probability, 9);
      }),
    );
  });

  test('repeats and order teach nothing more', () => {
    fc.assert(
      fc.property(stories, labels, (facts, label) => {
        const once = lessonOf(facts, label, { taught, until });
        const again = lessonOf([...facts.toReversed(), ...facts], label, { taught, until });
        expect(again?.logLikelihood).toBeCloseTo(once?.logLikelihood ?? 0, 9);
        for (const rate of rateNames) {
          for (const [factor, { yes, no }] of once?.counts[rate] ?? []) {
            expect(again?.counts[rate].get(factor)?.yes).toBeCloseTo(yes, 9);
            expect(again?.counts[rate].get(factor)?.no).toBeCloseTo(no, 9);
          }
        }
      }),
    );
  });

  test('a contact without facts before the split teaches nothing', () => {
    expect(lessonOf([], undefined, { taught, until })).toBeUndefined();
    const later = factsOf([{ day: 40, hour: 8, what: 'wrote' }]);
    expect(lessonOf(later, undefined, { taught, until })).toBeUndefined();
  });
});
