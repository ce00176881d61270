import { describe, expect, test } from '@jest/globals';
import { signalFamilies, DAY_MS } from '@tact/contracts';
import fc from 'fast-check';
import { familyOf } from '../../signals/kinds.ts';
import { assess, endOf, someFacts } from './testing/some-facts.ts';

describe('families of signals, by the laws of the block likelihood', () => {
  test('`probable` takes two negative families, and stands without any one of them', () => {
    fc.assert(
      fc.property(someFacts, fc.nat(60), (facts, days) => {
        const { band, probability, families } = assess(facts, endOf(facts) + days * DAY_MS);
        if (band !== 'probable') return;
        const against = families.filter(({ contribution }) => contribution > 0);
        expect(against.length).toBeGreaterThanOrEqual(2);
        expect(probability).toBeGreaterThanOrEqual(0.85);
        expect(against.every(({ probabilityWithout }) => probabilityWithout >= 0.5)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('one family alone never concludes, and makes a suspicion only when it is very clear', () => {
    const family = fc.constantFrom(...signalFamilies);
    fc.assert(
      fc.property(someFacts, family, fc.nat(90), (facts, only, days) => {
        const alone = facts.filter(({ kind }) => familyOf(kind) === only);
        const { band, probability } = assess(alone, endOf(facts) + days * DAY_MS);
        expect(band).not.toBe('probable');
        expect(band === 'suspected' && probability < 0.85).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
