import { describe, expect, test } from '@jest/globals';
import {
  calibrated,
  calibratedCauses,
  identity,
  logitOf,
  plattOf,
  type Weighed,
} from './calibration.ts';

describe('log-odds', () => {
  test('are the natural logarithm of the odds', () => {
    expect(logitOf(0.5)).toBe(0);
    expect(logitOf(0.8)).toBeCloseTo(Math.log(4), 12);
  });

  test('stay finite at certainty, at a millionth of a millionth', () => {
    expect(logitOf(0)).toBeCloseTo(Math.log(1e-12), 9);
    expect(logitOf(1)).toBeCloseTo(-Math.log(1e-12), 3);
  });
});

describe('a calibrated probability', () => {
  test('is the same to the last digit under the identity', () => {
    expect(calibrated(0.1 + 0.2, identity)).toBe(0.1 + 0.2);
    expect(calibrated(0, identity)).toBe(0);
  });

  test('moves by slope and by intercept, each alone', () => {
    expect(calibrated(0.5, { slope: 1, intercept: Math.log(2) })).toBeCloseTo(2 / 3, 12);
    expect(calibrated(0.8, { slope: 2, intercept: 0 })).toBeCloseTo(16 / 17, 12);
    expect(calibrated(0.8, { slope: 0.5, intercept: 0 })).toBeCloseTo(2 / 3, 12);
  });
});

describe('calibrated causes', () => {
  const causes = {
    blocked: 0.5,
    'phone-off': 0.2,
    'long-off': 0.12,
    churned: 0.08,
    network: 0.06,
    reachable: 0.04,
  };
  const odds3 = { slope: 1, intercept: Math.log(3) };

  test('share in their proportions what blocked gains', () => {
    const now = calibratedCauses(causes, odds3);
    expect(now.blocked).toBeCloseTo(0.75, 12);
    expect(now['phone-off']).toBeCloseTo(0.1, 12);
    expect(now['long-off']).toBeCloseTo(0.06, 12);
    expect(now.churned).toBeCloseTo(0.04, 12);
    expect(now.network).toBeCloseTo(0.03, 12);
    expect(now.reachable).toBeCloseTo(0.02, 12);
  });

  test('are left alone without a calibration, and where nothing but a block is left', () => {
    expect(calibratedCauses(causes, undefined)).toBe(causes);
    const certain = { ...causes, blocked: 1 };
    expect(calibratedCauses(certain, odds3)).toBe(certain);
  });
});

describe('a fitted calibration', () => {
  const people = (probability: number, positive: number, negative: number): Weighed => ({
    probability,
    positive,
    negative,
  });
  /** Negative log-likelihood of the people, and five people's worth of pull to the identity. */
  const lossOf = (examples: readonly Weighed[], slope: number, intercept: number): number =>
    examples.reduce(
      (loss, { probability, positive, negative }) => {
        const said = 1 / (1 + Math.exp(-(slope * logitOf(probability) + intercept)));
        return loss - positive * Math.log(said) - negative * Math.log(1 - said);
      },
      (5 / 2) * ((slope - 1) ** 2 + intercept ** 2),
    );
  const examples = [
    people(0.9, 30, 20),
    people(0.6, 12, 14),
    people(0.2, 9, 40),
    people(0.05, 3, 30),
  ];

  test('of nobody is the identity', () => {
    expect(plattOf([])).toEqual({ slope: 1, intercept: 0 });
  });

  test('is where people and pull together are likeliest', () => {
    const { slope, intercept } = plattOf(examples);
    expect(slope).toBeGreaterThan(0.5);
    expect(slope).toBeLessThan(1);
    const least = lossOf(examples, slope, intercept);
    for (const [more, further] of [
      [1e-3, 0],
      [-1e-3, 0],
      [0, 1e-3],
      [0, -1e-3],
    ] as const)
      expect(lossOf(examples, slope + more, intercept + further)).toBeGreaterThan(least);
  });

  test('is pulled back by five people: one of them moves it a little', () => {
    const { slope, intercept } = plattOf([people(0.5, 1, 0)]);
    expect(slope).toBe(1);
    // Where 5 * intercept = 1 - logistic(intercept).
    expect(5 * intercept).toBeCloseTo(1 - 1 / (1 + Math.exp(-intercept)), 9);
  });

  test('goes no further than half or twice the slope, and two units of intercept', () => {
    expect(plattOf([people(0.99, 0, 900), people(0.01, 900, 0)]).slope).toBe(0.5);
    expect(plattOf([people(0.6, 2000, 0), people(0.4, 0, 2000)]).slope).toBe(2);
    expect(plattOf([people(0.5, 5000, 0)]).intercept).toBe(2);
    expect(plattOf([people(0.5, 0, 5000)]).intercept).toBe(-2);
  });
});
