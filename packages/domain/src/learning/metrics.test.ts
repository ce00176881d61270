import { describe, expect, test } from '@jest/globals';
import type { Judged } from './held-out.ts';
import { metricsOf } from './metrics.ts';

const judged = (truth: Judged['truth'], probability: number, people: number): Judged[] =>
  Array.from({ length: people }, () => ({ truth, probability }));
/** Five who told at 90 %, five who were proved not to have blocked at 20 %. */
const ten = [...judged('said-blocked', 0.9, 5), ...judged('not-blocked', 0.2, 5)];

describe('measures of ten people, all of whom tell', () => {
  const metrics = metricsOf(ten, 1);

  test('are the textbook’s', () => {
    expect(metrics.brier).toBeCloseTo((0.1 ** 2 + 0.2 ** 2) / 2, 12);
    expect(metrics.logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.8)) / 2, 12);
    expect(metrics.ece).toBeCloseTo((0.1 + 0.2) / 2, 12);
    expect(metrics.auc).toBe(1);
  });

  test('show each tenth in which five people are, from the lowest up', () => {
    expect(metrics.bins).toEqual([
      { from: 0.2, to: 0.3, examples: 5, said: expect.closeTo(0.2, 12), observed: 0 },
      { from: 0.9, to: 1, examples: 5, said: expect.closeTo(0.9, 12), observed: 1 },
    ]);
  });

  test('count a tenth of four people and do not show it', () => {
    const more = metricsOf([...ten, ...judged('unlabelled', 0.5, 4)], 1);
    expect(more.bins.map(({ from }) => from)).toEqual([0.2, 0.9]);
    expect(more.ece).toBeCloseTo((5 * 0.1 + 5 * 0.2 + 4 * 0.5) / 14, 12);
  });
});

test('who tells stands for those who do not, in every measure', () => {
  // Of two blocks one is told: each who told counts as two blocks, and as one less of the others.
  const { brier, logLoss } = metricsOf(ten, 0.5);
  expect(brier).toBeCloseTo((2 * 0.1 ** 2 - 0.9 ** 2 + 0.2 ** 2) / 2, 12);
  expect(logLoss).toBeCloseTo((-2 * Math.log(0.9) + Math.log(0.1) - Math.log(0.8)) / 2, 12);
});

test('a wrong certainty costs 13.8, and is in the last tenth', () => {
  const sure = [...judged('said-blocked', 0, 5), ...judged('not-blocked', 1, 5)];
  const { logLoss, bins, auc } = metricsOf(sure, 1);
  expect(logLoss).toBeCloseTo(-Math.log(1e-6), 6);
  expect(bins.map(({ from, to }) => [from, to])).toEqual([
    [0, 0.1],
    [0.9, 1],
  ]);
  expect(auc).toBe(0);
});

describe('nothing is measured', () => {
  test('of fewer than five on either side', () => {
    expect(metricsOf([...ten.slice(1)], 1)).toEqual({
      examples: 9,
      saidBlocked: 4,
      notBlocked: 5,
      bins: [],
    });
    expect(metricsOf([...ten.slice(0, 9)], 1)).toEqual({
      examples: 9,
      saidBlocked: 5,
      notBlocked: 4,
      bins: [],
    });
  });

  test('of an order, where those who told stand for more than there are', () => {
    const metrics = metricsOf(ten, 0.1);
    expect('auc' in metrics).toBe(false);
    expect(metrics.brier).toBeDefined();
    // Five who told stand for five among the others: nobody is left there.
    expect('auc' in metricsOf(ten, 0.5)).toBe(false);
  });
});
