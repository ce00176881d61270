import { expect, test } from '@jest/globals';
import { fitLogistic } from './logistic.ts';
import { chanceOf } from './chance.ts';
import { areaUnderCurve, brier, calibrationError, logLoss, precision } from './metrics.ts';

const stated = [
  { probability: 0.1, blocked: false },
  { probability: 0.4, blocked: true },
  { probability: 0.4, blocked: false },
  { probability: 0.9, blocked: true },
];

test('figures worked out by hand', () => {
  // Of the four pairs of a blocked and another, three are in order and one is tied.
  expect(areaUnderCurve(stated)).toBeCloseTo(3.5 / 4);
  expect(logLoss(stated)).toBeCloseTo(-(Math.log(0.9) * 2 + Math.log(0.4) + Math.log(0.6)) / 4);
  expect(brier(stated)).toBeCloseTo((0.01 + 0.36 + 0.16 + 0.01) / 4);
  expect(precision(stated)).toBe(0.5);
});

test('certain and wrong costs much, and not everything', () => {
  expect(logLoss([{ probability: 0, blocked: true }])).toBeCloseTo(27.6, 1);
});

test('the calibration error of a coin called at a tenth is four tenths', () => {
  const coins = Array.from({ length: 100 }, (_, nth) => ({
    probability: 0.1,
    blocked: nth % 2 === 0,
  }));
  expect(calibrationError(coins)).toBeCloseTo(0.4);
});

test('the regression finds the weights that drew its rows', () => {
  const chance = chanceOf('rows');
  const rows = Array.from({ length: 20_000 }, () => [chance.draw(), chance.draw() * 100]);
  const oddsOf = ([one = 0, other = 0]: readonly number[]) => 3 * one - 0.04 * other;
  const labels = rows.map((row) => chance.happens(1 / (1 + Math.exp(-oddsOf(row)))));
  const fitted = fitLogistic(rows, labels);
  for (const row of [
    [0.2, 10],
    [0.9, 40],
    [0.5, 90],
  ])
    expect(fitted(row)).toBeCloseTo(1 / (1 + Math.exp(-oddsOf(row))), 1);
});
