import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { assumedPriors } from '../block-likelihood/model/assumed-priors.ts';
import type { SignalFact } from '../block-likelihood/evidence/facts.ts';
import { modelOf } from '../block-likelihood/model/model.ts';
import { observationsOf, type Counts } from './counts.ts';
import type { Label } from './labels.ts';
import { lessonOf, type Lesson } from './lesson.ts';
import { assumedTelling, rateNames, rates, type RateName } from './rates.ts';

const start = Date.UTC(2026, 10, 2);
const at = (day: number, hour = 9) => start + day * DAY_MS + hour * HOUR_MS;
const taught = { priors: assumedPriors, telling: assumedTelling };
const model = modelOf(assumedPriors);
const wrote = (day: number): SignalFact => ({ kind: 'inbound-message', occurredAt: at(day) });
const sent = (day: number): SignalFact => ({
  kind: 'message-sent',
  occurredAt: at(day),
  messageRef: `mr_${day}`,
});
const lesson = (facts: readonly SignalFact[], label?: Label, until = at(1, 0)): Lesson =>
  lessonOf(facts, label, { taught, until })!;
const frequency = (counts: Counts, rate: RateName) => {
  const { happened, observations } = observationsOf(counts, rate);
  return { yes: happened, no: observations - happened };
};
const BLOCKED_TO_BEGIN = 0.005 * (1 - 0.004);

describe('one day of one contact', () => {
  const rang: SignalFact = { kind: 'call-rang', occurredAt: at(0) };

  test('teaches by the posterior of that day alone', () => {
    const { counts, logLikelihood } = lesson([rang]);
    const seen = [0.94, 0.33, 0.01, 0.01, 0.01].map((rings, live) => {
      const mass = [0.95, 0.01, 0.03, 0.006, 0.004][live] ?? 0;
      const blocked = live === 4 ? 0 : 0.005;
      return { on: live === 0, weight: mass * rings * (1 - blocked + blocked * 1e-6) };
    });
    const all = seen.reduce((sum, { weight }) => sum + weight, 0);
    // Next to nobody is blocked then, and nine in ten would have told of nothing anyway.
    expect(logLikelihood).toBeCloseTo(Math.log(all * 0.98), 6);
    expect(frequency(counts, 'rings-on').yes).toBeCloseTo((seen[0]?.weight ?? 0) / all, 12);
    expect(frequency(counts, 'writer-share').yes).toBeCloseTo(0.6, 12);
    expect(observationsOf(counts, 'block-per-day').observations).toBe(0);
  });

  test('whose silence says nothing yet tells how many could have told', () => {
    const photo: SignalFact = { kind: 'promotion-sent', occurredAt: at(0) };
    const { counts, logLikelihood } = lesson([photo]);
    const silent = 1 - BLOCKED_TO_BEGIN * 0.1 - (1 - BLOCKED_TO_BEGIN) * 0.02;
    expect(logLikelihood).toBeCloseTo(Math.log(silent), 12);
    expect(frequency(counts, 'says-blocked').no).toBeCloseTo((BLOCKED_TO_BEGIN * 0.9) / silent, 12);
    expect(frequency(counts, 'says-not-blocked').no).toBeCloseTo(
      1 - (BLOCKED_TO_BEGIN * 0.9) / silent,
      12,
    );
  });
});

describe('a label', () => {
  const promotion: SignalFact = { kind: 'promotion-sent', occurredAt: at(0) };

  test('of a block is likely by how many tell, of the others by a leak', () => {
    const { counts, logLikelihood } = lesson([promotion], { said: 'blocked', at: at(0) });
    const said = 0.1 * (BLOCKED_TO_BEGIN + (1 - BLOCKED_TO_BEGIN) * 1e-6);
    expect(logLikelihood).toBeCloseTo(Math.log(said), 12);
    expect(frequency(counts, 'says-blocked')).toEqual({ yes: 1, no: 0 });
    expect(observationsOf(counts, 'says-not-blocked').observations).toBe(0);
  });

  test('of no block as well, the other way round', () => {
    const { counts, logLikelihood } = lesson([promotion], { said: 'not-blocked', at: at(0) });
    const said = 0.02 * (1 - BLOCKED_TO_BEGIN + BLOCKED_TO_BEGIN * 1e-6);
    expect(logLikelihood).toBeCloseTo(Math.log(said), 12);
    expect(frequency(counts, 'says-not-blocked')).toEqual({ yes: 1, no: 0 });
  });

  test('speaks on its day, or on the nearest that is looked at', () => {
    const facts = [sent(0), sent(2), wrote(4)];
    const of = (day: number) =>
      lesson(facts, { said: 'blocked', at: at(day) }, at(6, 0)).logLikelihood;
    expect(of(-5)).toBe(of(0));
    expect(of(9)).toBe(of(5));
    // Whoever wrote on the fourth was not blocked then: a block is told of more easily before, or after.
    expect(of(4)).toBeLessThan(of(5));
    expect(of(4)).toBeLessThan(of(0));
    expect(of(0)).not.toBe(of(1));
  });
});

describe('several days', () => {
  const facts = [
    sent(0),
    wrote(1),
    { kind: 'call-not-ringing', occurredAt: at(3) } as const,
    sent(4),
    wrote(6),
  ];
  const whole = lesson(facts, undefined, at(7, 0));

  test('teach each night of a block, and of a silence each day listened to', () => {
    const { counts } = whole;
    // Six nights, all but those in which the phone was given up, off or blocked already.
    const { yes, no } = frequency(counts, 'block-per-day');
    expect(yes + no).toBeGreaterThan(4);
    expect(yes + no).toBeLessThan(6);
    expect(
      frequency(counts, 'writer-per-day').yes + frequency(counts, 'quiet-per-day').yes,
    ).toBeCloseTo(2, 6);
    // Of seven days the first is not whole, and on two somebody wrote.
    const silent = frequency(counts, 'writer-per-day').no + frequency(counts, 'quiet-per-day').no;
    expect(silent).toBeGreaterThan(2);
    expect(silent).toBeLessThan(4);
  });

  test.each(rateNames.filter((name) => name !== 'says-not-blocked'))(
    '%s: counts are the slope of the likelihood',
    (name) => {
      const { read, write } = rates[name];
      const value = read(taught);
      const step = value * 1e-4;
      const moved = (to: number) =>
        lessonOf(facts, undefined, {
          taught: write(taught, { value: to, source: 'test' }),
          until: at(7, 0),
        })!.logLikelihood;
      const measured = (moved(value + step) - moved(value - step)) / (2 * step);
      const promised = [...whole.counts[name]].reduce(
        (slope, [factor, { yes, no }]) =>
          slope + yes / value - (no * factor) / (1 - factor * value),
        0,
      );
      expect(promised).toBeCloseTo(measured, 2 - Math.ceil(Math.log10(Math.abs(measured) + 1)));
    },
  );

  test('ask once whether a person reported anything, on the last of them', () => {
    const { counts } = whole;
    const silent = frequency(counts, 'says-blocked').no + frequency(counts, 'says-not-blocked').no;
    expect(silent).toBeCloseTo(1, 9);
  });

  test('end before the instant that is not looked at any more', () => {
    expect(lesson([...facts, wrote(7)], undefined, at(7, 0)).logLikelihood).toBe(
      whole.logLikelihood,
    );
    expect(lessonOf([wrote(7)], undefined, { taught, until: at(7) })).toBeUndefined();
    expect(lessonOf([wrote(7)], undefined, { taught, until: at(7) + 1 })).toBeDefined();
  });

  test('leave looks out, which would multiply the states', () => {
    const looked = [...facts, { kind: 'photo-missing', occurredAt: at(3) } as const];
    expect(lesson(looked, undefined, at(7, 0)).logLikelihood).toBe(whole.logLikelihood);
  });

  test('of an incident teach nothing of silent calls', () => {
    const incidents = [{ from: at(3, 0), until: at(4, 0) }];
    const { counts } = lessonOf(facts, undefined, { taught, until: at(7, 0), incidents })!;
    expect(frequency(whole.counts, 'rings-on').no).toBeGreaterThan(0.02);
    expect(observationsOf(counts, 'rings-on').observations).toBe(0);
  });
});

test('the model that teaches is the one that is taught', () => {
  expect(model.priors).toBe(taught.priors);
});
