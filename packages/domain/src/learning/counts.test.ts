import { describe, expect, test } from '@jest/globals';
import {
  addCounts,
  changeOf,
  count,
  likeliestRate,
  noCounts,
  observationsOf,
  taughtBy,
} from './counts.ts';
import { assumedTaught } from './fit.ts';
import { rateNames, rates } from './rates.ts';

const rate = 'block-per-day';
const counted = (...given: readonly (readonly [factor: number, yes: number, no: number])[]) => {
  const counts = noCounts();
  for (const [factor, yes, no] of given) count(counts, { rate, factor }, { yes, no });
  return counts;
};

test('nothing is counted of any rate to begin with', () => {
  expect(Object.keys(noCounts())).toEqual([...rateNames]);
  expect(observationsOf(noCounts(), rate)).toEqual({ happened: 0, observations: 0 });
});

test('observations of one factor add up, those of another stand apart', () => {
  const counts = counted([1, 2, 3], [1, 0.5, 4], [2.5, 1, 1]);
  expect([...counts[rate]]).toEqual([
    [1, { yes: 2.5, no: 7 }],
    [2.5, { yes: 1, no: 1 }],
  ]);
  expect(observationsOf(counts, rate)).toEqual({ happened: 3.5, observations: 11.5 });
  expect(counts['arrives-on'].size).toBe(0);
});

test('what is not said of an observation is nothing', () => {
  const counts = noCounts();
  count(counts, { rate, factor: 1 }, { yes: 2 });
  count(counts, { rate, factor: 1 }, { no: 5 });
  count(counts, { rate, factor: 3 }, { no: 1 });
  expect([...counts[rate]]).toEqual([
    [1, { yes: 2, no: 5 }],
    [3, { yes: 0, no: 1 }],
  ]);
});

test('counts of several people are added rate by rate, and the others stay as they were', () => {
  const [total, more] = [counted([1, 1, 1]), counted([1, 2, 3], [4, 5, 6])];
  count(more, { rate: 'rings-on', factor: 1 }, { yes: 7, no: 8 });
  addCounts(total, more);
  expect([...total[rate]]).toEqual([
    [1, { yes: 3, no: 4 }],
    [4, { yes: 5, no: 6 }],
  ]);
  expect([...total['rings-on']]).toEqual([[1, { yes: 7, no: 8 }]]);
  expect([...more[rate]]).toEqual([
    [1, { yes: 2, no: 3 }],
    [4, { yes: 5, no: 6 }],
  ]);
});

describe('the likeliest rate', () => {
  const pull = { assumed: 0.1, weight: 50 };

  test('without observations is the assumption, to the last digit', () => {
    expect(likeliestRate(noCounts(), rate, pull)).toBe(0.1);
  });

  test('at a factor of one is the share of all, the assumed ones among them', () => {
    expect(likeliestRate(counted([1, 20, 30]), rate, pull)).toBeCloseTo((5 + 20) / 100, 12);
    expect(likeliestRate(counted([1, 0, 50]), rate, pull)).toBeCloseTo(5 / 100, 12);
    expect(likeliestRate(counted([1, 50, 0]), rate, pull)).toBeCloseTo(55 / 100, 12);
  });

  test('at other factors is where the posterior is flat', () => {
    const rateFound = likeliestRate(counted([2, 6, 40], [0.5, 3, 70]), rate, pull);
    const posterior = (value: number): number =>
      5 * Math.log(value) +
      45 * Math.log(1 - value) +
      9 * Math.log(value) +
      40 * Math.log(1 - 2 * value) +
      70 * Math.log(1 - 0.5 * value);
    for (const step of [-1e-5, 1e-5])
      expect(posterior(rateFound + step)).toBeLessThan(posterior(rateFound));
  });

  test('times its factor is no more than certain', () => {
    expect(likeliestRate(counted([4, 1000, 1]), rate, pull)).toBeLessThan(0.25);
    expect(likeliestRate(counted([0.5, 1e6, 0]), rate, pull)).toBeGreaterThan(0.9);
    expect(likeliestRate(counted([0.5, 1e6, 0]), rate, pull)).toBeLessThan(1);
  });
});

describe('a round of teaching', () => {
  test('writes the rates that were observed with their source, and leaves the others', () => {
    const counts = noCounts();
    count(counts, { rate: 'rings-on', factor: 1 }, { yes: 0, no: 100 });
    const taught = taughtBy(counts, assumedTaught, 'tenant');
    // 100 assumed calls of which 94 rang, and 100 that did not.
    expect(taught.priors.call.rings.on).toEqual({
      value: expect.closeTo(0.47, 9),
      source: 'tenant',
    });
    expect(taught.priors.block).toBe(assumedTaught.priors.block);
    expect(taught.telling).toBe(assumedTaught.telling);
  });

  test('changes by the largest relative change of a rate, up or down', () => {
    const written = (value: number) => rates[rate].write(assumedTaught, { value, source: 'x' });
    const { read } = rates[rate];
    expect(changeOf(assumedTaught, assumedTaught)).toBe(0);
    expect(changeOf(assumedTaught, written(read(assumedTaught) * 1.5))).toBeCloseTo(0.5, 12);
    expect(changeOf(assumedTaught, written(read(assumedTaught) * 0.25))).toBeCloseTo(0.75, 12);
  });
});
