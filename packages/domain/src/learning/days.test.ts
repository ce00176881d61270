import { describe, expect, test } from '@jest/globals';
import { emptyDay, type DayPlan } from '../block-likelihood/evidence/day-plan.ts';
import { assumedPriors } from '../block-likelihood/model/assumed-priors.ts';
import { coreStep, modelOf, type Hazard } from '../block-likelihood/model/model.ts';
import { everyDay, hazardFactor, likelihoodsOf, nightOf } from './days.ts';

const calm: Hazard = { complaint: false, frequent: false, optOut: false };
const model = modelOf(assumedPriors);
const planned = (day: number, more: Partial<DayPlan> = {}): DayPlan => ({
  ...emptyDay(day),
  ...more,
});
const hazardOn = (day: number): Hazard => ({ ...calm, frequent: day === 12 || day === 13 });
const daysOf = (days: readonly DayPlan[], countsInbound = true) =>
  everyDay({ days, countsInbound, hazard: { on: hazardOn, changes: [12, 14] } });

describe('every day of a plan', () => {
  test('has the quiet ones between, with the hazard of their first', () => {
    const [first, last] = [planned(10, { waitsOn: true, inbound: 'some' }), planned(15)];
    const frequent = hazardOn(12);
    const quiet = { hazard: calm, plan: undefined, waits: true, silent: true };
    expect(
      daysOf([first, planned(11, { waitsOn: true }), planned(12, { waitsOn: true }), last]),
    ).toEqual([
      { day: 10, hazard: calm, plan: first, waits: false, silent: false },
      { day: 11, hazard: calm, plan: planned(11, { waitsOn: true }), waits: false, silent: false },
      {
        day: 12,
        hazard: frequent,
        plan: planned(12, { waitsOn: true }),
        waits: false,
        silent: false,
      },
      { day: 13, ...quiet, hazard: frequent },
      { day: 14, ...quiet, hazard: frequent },
      { day: 15, hazard: calm, plan: last, waits: false, silent: false },
    ]);
  });

  test('between days waits only where the day before did, and is silent only where it was listened to', () => {
    const [, between] = daysOf([planned(20), planned(22)], false);
    expect(between).toEqual({
      day: 21,
      hazard: calm,
      plan: undefined,
      waits: false,
      silent: false,
    });
  });

  test('waits all day long only where nothing arrived, and is silent only where nobody wrote', () => {
    const days = daysOf([
      planned(20, { waits: true }),
      planned(21, { waits: true, arrived: 'queue' }),
      planned(22, { inbound: 'none' }),
    ]);
    expect(days.map(({ waits, silent }) => [waits, silent])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ]);
  });
});

describe('how likely a quiet day is', () => {
  const quiet = { day: 1, hazard: calm, plan: undefined };
  const cell = (talker: number, link: number, liveness: number) =>
    talker * 15 + link * 5 + liveness;
  const of = (waits: boolean, silent: boolean) => likelihoodsOf(model, { ...quiet, waits, silent });

  test('that says nothing is certain everywhere', () => {
    expect([...of(false, false)]).toEqual(Array.from({ length: 30 }, () => 1));
  });

  test('a wait counts for what waits, by what would have arrived', () => {
    const likely = of(true, false);
    expect(likely[cell(0, 0, 0)]).toBe(1);
    expect(likely[cell(0, 1, 0)]).toBeCloseTo(0.015, 12);
    expect(likely[cell(1, 1, 1)]).toBeCloseTo(0.65, 12);
    expect(likely[cell(1, 1, 4)]).toBe(1);
    expect(likely[cell(0, 2, 0)]).toBe(1);
  });

  test('a silence counts for whoever is not blocked, by how often such people write', () => {
    const likely = of(false, true);
    expect(likely[cell(0, 0, 0)]).toBeCloseTo(1 - 0.07, 12);
    expect(likely[cell(0, 1, 1)]).toBeCloseTo(1 - 0.07 * 0.35, 12);
    expect(likely[cell(1, 0, 0)]).toBeCloseTo(1 - 0.004, 12);
    expect(likely[cell(1, 1, 2)]).toBe(1);
    expect(likely[cell(0, 2, 0)]).toBe(1);
    expect(likely[cell(1, 2, 1)]).toBe(1);
  });

  test('both together multiply, and each kind of day is worked out once', () => {
    expect(of(true, true)[cell(0, 1, 0)]).toBeCloseTo(0.015 * 0.93, 12);
    expect(of(true, true)).toBe(of(true, true));
    const kinds = [of(false, false), of(true, false), of(false, true), of(true, true)];
    expect(new Set(kinds).size).toBe(4);
    expect(kinds.map((likely) => likely[cell(0, 1, 0)])).toEqual([
      1,
      expect.closeTo(0.015, 12),
      expect.closeTo(0.93, 12),
      expect.closeTo(0.015 * 0.93, 12),
    ]);
  });

  test('a planned day is weighed by its plan', () => {
    const day = { ...quiet, plan: planned(1, { ring: 'some' }), waits: false, silent: false };
    expect(likelihoodsOf(model, day)[cell(0, 0, 0)]).toBeCloseTo(0.94, 12);
  });
});

describe('a night', () => {
  test('is the step of its hazard, worked out once for each', () => {
    for (const hazard of [
      calm,
      ...(['complaint', 'frequent', 'optOut'] as const).map((one) => ({ ...calm, [one]: true })),
    ]) {
      expect([...nightOf(model, hazard)]).toEqual([...coreStep(assumedPriors, hazard)]);
      expect(nightOf(model, { ...hazard })).toBe(nightOf(model, hazard));
    }
  });

  test('multiplies the base rate by each hazard of it', () => {
    expect(hazardFactor(model, calm)).toBe(1);
    expect(hazardFactor(model, { ...calm, complaint: true })).toBe(2.5);
    expect(hazardFactor(model, { ...calm, frequent: true })).toBe(1.3);
    expect(hazardFactor(model, { ...calm, optOut: true })).toBe(0.4);
    const all = { complaint: true, frequent: true, optOut: true };
    expect(hazardFactor(model, all)).toBeCloseTo(2.5 * 1.3 * 0.4, 12);
  });
});
