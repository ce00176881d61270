import { describe, expect, test } from '@jest/globals';
import { type SignalKind, DAY_MS } from '@tact/contracts';
import fc from 'fast-check';
import { familyOf } from '../../signals/kinds.ts';
import type { SignalFact } from '../evidence/facts.ts';
import { assess, codes, endOf, someFacts } from './testing/some-facts.ts';

describe('what arrived, by the laws of the block likelihood,', () => {
  test('a later failure never cancels a proved delivery', () => {
    fc.assert(
      fc.property(someFacts, fc.constantFrom(...codes), (facts, code) => {
        const occurredAt = endOf(facts);
        const arrived: SignalFact = { kind: 'message-delivered', occurredAt, messageRef: 'mr_new' };
        const failed: SignalFact = { kind: 'message-failed', occurredAt, messageRef: 'mr_new' };
        // An opt-out is news of its own; every other failure after the arrival says nothing.
        fc.pre(code !== 131050 && code !== 131056);
        const proved = assess([...facts, arrived], occurredAt);
        const late = code === undefined ? failed : { ...failed, code };
        expect(assess([...facts, arrived, late], occurredAt).probability).toBeCloseTo(
          proved.probability,
          12,
        );
      }),
    );
  });

  test('any sign of life floors the score within one event', () => {
    const life = fc.constantFrom<SignalKind>(
      'message-delivered',
      'message-read',
      'message-played',
      'inbound-message',
      'call-rang',
      'call-answered',
      'call-rejected',
    );
    fc.assert(
      fc.property(someFacts, life, fc.integer({ min: 0, max: 60 }), (facts, kind, days) => {
        const occurredAt = endOf(facts) + days * DAY_MS;
        const isStatus = familyOf(kind) === 'delivery';
        const sign = { kind, occurredAt, ...(isStatus ? { messageRef: 'mr_sign' } : {}) };
        const { probability, band } = assess([...facts, sign], occurredAt);
        expect(probability).toBeLessThan(0.001);
        expect(['reachable', 'undetermined', 'unreachable']).toContain(band);
      }),
    );
  });
});
