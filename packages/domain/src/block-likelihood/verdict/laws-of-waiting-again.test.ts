import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changeOfOdds, someFacts } from './testing/some-facts.ts';

describe('while a message waits, the odds of a block against a phone that is on', () => {
  // A second silence also says that the person had less occasion to block since, which is next to nothing.
  test('never fall by a thousandth, whatever waits already', () => {
    fc.assert(
      fc.property(someFacts, fc.nat(30 * 24), fc.nat(29 * 24), (facts, later, wait) => {
        expect(changeOfOdds(facts, later, wait)).toBeGreaterThanOrEqual(1 - 1e-3);
      }),
      { numRuns: 300 },
    );
  });
});
