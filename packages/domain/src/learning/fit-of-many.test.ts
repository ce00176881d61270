import { expect, test } from '@jest/globals';
import { assumedPriors } from '../block-likelihood/model/assumed-priors.ts';
import type { Priors } from '../block-likelihood/model/priors.ts';
import { assumedTaught, fittedPriors } from './fit.ts';
import { saidOf } from './held-out.ts';
import { rates, type RateName } from './rates.ts';
import { changed, fitTo, people, until } from './testing/living-people.ts';

const logLossOf = (priors: Priors, reported: ReturnType<typeof people>): number =>
  reported.reduce((loss, { facts, blocked }) => {
    const said = Math.min(1 - 1e-6, Math.max(1e-6, saidOf(facts, { asOf: until - 1, priors })));
    return loss - Math.log(blocked ? said : 1 - said);
  }, 0) / reported.length;

test('a fit of many people moves towards the truth, and judges strangers no worse', () => {
  const requested = {
    'block-per-day': 0.006,
    'writer-per-day': 0.14,
    'arrives-on': 0.9,
  } as const;
  const truth = changed(requested);
  const taught = fitTo(people(truth, 250, 2).map(({ facts }) => facts));
  for (const [name, value] of Object.entries(requested)) {
    const { read } = rates[name as RateName];
    const [before, now] = [read(assumedTaught), read(taught)].map((one) => Math.abs(one - value));
    expect({ name, closer: (now ?? 0) < (before ?? 0) * 0.6 }).toEqual({ name, closer: true });
  }
  const strangers = people(truth, 250, 3);
  const fitted = fittedPriors(taught, {
    version: 'fitted',
    calibration: { slope: 1, intercept: 0 },
  });
  const [before, now] = [logLossOf(assumedPriors, strangers), logLossOf(fitted, strangers)];
  expect(now).toBeLessThan(before + 0.001);
});
