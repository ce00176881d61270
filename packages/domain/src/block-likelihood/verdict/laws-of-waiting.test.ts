import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SignalFact } from '../evidence/facts.ts';
import { changeOfOdds, endOf, someFacts } from './testing/some-facts.ts';

describe('while a message waits, the odds of a block against a phone that is on', () => {
  test('never fall, when all before it is settled by a sign of life', () => {
    fc.assert(
      fc.property(someFacts, fc.nat(30 * 24), fc.nat(29 * 24), (facts, later, wait) => {
        const sign: SignalFact = { kind: 'inbound-message', occurredAt: endOf(facts) };
        expect(changeOfOdds([...facts, sign], later, wait)).toBeGreaterThanOrEqual(1 - 1e-9);
      }),
      { numRuns: 300 },
    );
  });
});
