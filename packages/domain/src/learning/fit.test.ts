import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assumedPriors } from '../block-likelihood/model/assumed-priors.ts';
import { addCounts, noCounts, taughtBy } from './counts.ts';
import { assumedTaught } from './fit.ts';
import { lessonOf } from './lesson.ts';
import { rates } from './rates.ts';
import { changed, fitTo, people, until } from './testing/living-people.ts';

describe('a fit', () => {
  test('without data is exactly what was assumed', () => {
    expect(fitTo([])).toEqual(assumedTaught);
    expect(fitTo([[]]).priors).toEqual(assumedPriors);
  });

  test('of very few people changes little', () => {
    const truth = changed({ 'block-per-day': 0.006 });
    const { priors } = fitTo(people(truth, 5, 1).map(({ facts }) => facts));
    expect(priors.block.perDay.value).toBeLessThan(0.0018);
    expect(priors.block.perDay.value).toBeGreaterThan(0.0013);
  });

  test('every round explains facts and assumptions better than the one before', () => {
    const truth = changed({ 'block-per-day': 0.01, 'writer-per-day': 0.2 });
    const histories = people(truth, 12, 5).map(({ facts }) => facts);
    let [taught, before] = [assumedTaught, -Infinity];
    for (let round = 0; round < 6; round++) {
      const counts = noCounts();
      let explained = 0;
      for (const facts of histories) {
        const lesson = lessonOf(facts, undefined, { taught, until });
        explained += lesson?.logLikelihood ?? 0;
        if (lesson) addCounts(counts, lesson.counts);
      }
      for (const { weight, read } of Object.values(rates)) {
        const [assumed, now] = [read(assumedTaught), read(taught)];
        explained += weight * (assumed * Math.log(now) + (1 - assumed) * Math.log(1 - now));
      }
      expect(explained).toBeGreaterThanOrEqual(before - 1e-9);
      before = explained;
      taught = taughtBy(counts, assumedTaught, 'test');
    }
  });

  test('does not depend on the order of people', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), (seed) => {
        const histories = people(assumedPriors, 4, seed).map(({ facts }) => facts);
        const [one, other] = [fitTo(histories), fitTo(histories.toReversed())];
        for (const { read } of Object.values(rates)) expect(read(other)).toBeCloseTo(read(one), 9);
      }),
      { numRuns: 5 },
    );
  });
});
