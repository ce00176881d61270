import { expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { changed, fitTo, people, randomFrom, until } from './testing/living-people.ts';

test('a fit of people of whom some tell finds how many do, and is not carried away by their word', () => {
  const truth = changed({ 'block-per-day': 0.006 });
  const random = randomFrom(7);
  const reported = people(truth, 150, 6).map(({ facts, blocked }) => ({
    facts,
    label:
      blocked && random() < 0.5 ? ({ said: 'blocked', at: until - DAY_MS } as const) : undefined,
  }));
  const silent = fitTo(reported.map(({ facts }) => facts));
  const taught = fitTo(
    reported.map(({ facts }) => facts),
    reported.map(({ label }) => label),
  );
  expect(taught.telling.blocked).toBeGreaterThan(0.2);
  expect(taught.telling.blocked).toBeLessThan(0.5);
  const [now, before] = [taught, silent].map(({ priors }) => priors.block.perDay.value);
  expect((now ?? 0) / (before ?? 1)).toBeGreaterThan(0.85);
  expect((now ?? 0) / (before ?? 1)).toBeLessThan(1.15);
});
