import { expect, test } from '@jest/globals';
import { assumedPriors } from '../block-likelihood/model/assumed-priors.ts';
import { fitTo, people } from './testing/living-people.ts';

test('a fit of people who live as assumed stays near the assumptions', () => {
  const { priors } = fitTo(people(assumedPriors, 200, 4).map(({ facts }) => facts));
  expect(priors.block.perDay.value / assumedPriors.block.perDay.value).toBeGreaterThan(0.6);
  expect(priors.block.perDay.value / assumedPriors.block.perDay.value).toBeLessThan(1.6);
  expect(priors.delivery.arrives.on.value).toBeCloseTo(0.985, 2);
});
