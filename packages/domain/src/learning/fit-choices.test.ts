import { describe, expect, test } from '@jest/globals';
import { CALIBRATION_LABELS_MIN, plattOf } from './calibration.ts';
import { count, noCounts } from './counts.ts';
import { assumedTaught, calibrationFrom, fittedPriors, learnedRates } from './fit.ts';
import { type Judged, weighed } from './held-out.ts';
import { rateNames, rates } from './rates.ts';

const people = (truth: Judged['truth'], probability: number, size: number): Judged[] =>
  Array.from({ length: size }, () => ({ truth, probability }));

test('the card has each rate with what was assumed, what it weighs, and what came of it', () => {
  const counts = noCounts();
  count(counts, { rate: 'rings-on', factor: 1 }, { yes: 3, no: 4 });
  const taught = rates['rings-on'].write(assumedTaught, { value: 0.9, source: 'tenant' });
  const card = learnedRates(taught, counts);
  expect(card.map(({ name }) => name)).toEqual([...rateNames]);
  expect(card.find(({ name }) => name === 'rings-on')).toEqual({
    name: 'rings-on',
    assumed: 0.94,
    assumedWeight: 100,
    learned: 0.9,
    happened: 3,
    observations: 7,
  });
  expect(card.find(({ name }) => name === 'block-per-day')).toEqual({
    name: 'block-per-day',
    assumed: 0.0015,
    assumedWeight: 8_000,
    learned: 0.0015,
    happened: 0,
    observations: 0,
  });
});

describe('a calibration is chosen', () => {
  const enough = CALIBRATION_LABELS_MIN;
  const chosen = (blocked: number, not: number) => {
    const judged = [
      ...people('said-blocked', 0.9, blocked),
      ...people('not-blocked', 0.2, not),
      ...people('unlabelled', 0.5, 50),
    ];
    return { judged, ...calibrationFrom(judged, 0.5) };
  };

  test('from twenty people on either side', () => {
    const { judged, method, slope, intercept, because } = chosen(enough, enough);
    expect(enough).toBe(20);
    expect(method).toBe('platt');
    expect({ slope, intercept }).toEqual(plattOf(weighed(judged, 0.5)));
    expect(because).toBe('20 held-out people reported a block, 20 were proved not to have.');
  });

  test.each([
    [enough - 1, 40],
    [40, enough - 1],
  ])('of %i who reported and %i proved otherwise is none', (blocked, not) => {
    const { method, slope, intercept, because } = chosen(blocked, not);
    expect({ method, slope, intercept }).toEqual({ method: 'identity', slope: 1, intercept: 0 });
    expect(because).toBe(
      `${blocked} held-out people reported a block, ${not} were proved not to have: fewer than 20 on a side calibrate nothing.`,
    );
  });
});

test('fitted priors carry version and calibration, and publish by the same rule', () => {
  const calibration = { slope: 0.8, intercept: -0.1, method: 'platt' };
  const fitted = fittedPriors(assumedTaught, { version: 'v2', calibration });
  expect(fitted).toEqual({
    ...assumedTaught.priors,
    version: 'v2',
    calibration: { slope: 0.8, intercept: -0.1 },
  });
  expect(fitted.publishing).toBe(assumedTaught.priors.publishing);
});
