import { expect, test } from '@jest/globals';
import {
  assessContact,
  assumedPriors as priors,
  concludeLikelihood,
  foldLikelihood,
  initialLikelihood,
} from '@tact/domain';
import { chanceOf, shuffled } from './chance.ts';
import { dirtyDelivery } from './dirty-delivery.ts';
import { endOf, factsOf } from './facts.ts';
import { drawSuspects } from './suspects.ts';
import { givenWorld } from './world.ts';

const looked = new Set<string>(['photo', 'presence', 'group']);
const { suspects } = drawSuspects(givenWorld, 'dirty', 60);
const histories = suspects.map(({ days }, nth) => {
  const clean = factsOf(days);
  const deliveries = dirtyDelivery(clean, chanceOf(`dirty/${nth}`));
  return { clean, dirty: deliveries.map(({ fact }) => fact), asOf: endOf(days.length) };
});

test('delivery is dirty: repeats, and facts after younger ones', () => {
  const repeats = histories.map(({ clean, dirty }) => dirty.length - clean.length);
  expect(Math.min(...repeats)).toBeGreaterThan(0);
  const isOutOfOrder = ({ dirty }: (typeof histories)[number]) =>
    dirty.some(({ occurredAt }, nth) => occurredAt < (dirty[nth - 1]?.occurredAt ?? 0));
  expect(histories.filter(isOutOfOrder).length).toBeGreaterThan(50);
});

test('the assessment of dirty facts is that of clean ones', () => {
  for (const [nth, { clean, dirty, asOf }] of histories.entries()) {
    const expected = assessContact(clean, { priors, asOf });
    for (const facts of [dirty, shuffled(dirty, chanceOf(`again/${nth}`))]) {
      const { probability, band, families } = assessContact(facts, { priors, asOf });
      expect(probability).toBeCloseTo(expected.probability, 12);
      expect(band).toBe(expected.band);
      expect(families.map(({ family }) => family)).toEqual(
        expected.families.map(({ family }) => family),
      );
    }
  }
});

test('and so is what was folded as it came, a delivery at a time', () => {
  for (const { clean, dirty, asOf } of histories) {
    const state = dirty.reduce(
      (known, fact) => foldLikelihood(known, [fact], priors),
      initialLikelihood(priors),
    );
    const expected = assessContact(clean, { priors, asOf });
    const folded = concludeLikelihood(state, { priors, asOf });
    // Closed days keep of looks only what matters most.
    const isLooked = expected.families.some(({ family }) => looked.has(family));
    expect(folded?.probability).toBeCloseTo(expected.probability, isLooked ? 2 : 5);
    expect(folded?.band).toBe(expected.band);
  }
});
