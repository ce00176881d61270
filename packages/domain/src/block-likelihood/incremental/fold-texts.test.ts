import { describe, expect, test } from '@jest/globals';
import { SignalKind } from '@tact/contracts';
import fc from 'fast-check';
import { compact, eachOf, expanded, holds, partsOf } from './compact-fact.ts';
import type { SignalFact } from '../evidence/facts.ts';
import { ratiosIn, ratioText } from './ratio-text.ts';

const aFact: fc.Arbitrary<SignalFact> = fc.record({
  kind: fc.constantFrom(...SignalKind.options),
  // Whole seconds, as WhatsApp tells them, and milliseconds, as others do.
  occurredAt: fc
    .tuple(fc.integer({ min: 0, max: 4e9 }), fc.constantFrom(0, 1, 999))
    .map(([seconds, rest]) => seconds * 1000 + rest),
  messageRef: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  code: fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: undefined }),
});

describe('facts in one text', () => {
  test('each is read as it was written, and what is the same is known', () => {
    fc.assert(
      fc.property(fc.array(aFact, { maxLength: 20 }), (facts) => {
        const texts = facts.map(compact);
        const together = texts.join('');
        expect(eachOf(together)).toEqual(texts);
        for (const [nth, text] of texts.entries()) {
          const { kind, occurredAt, code, messageRef } = expanded(partsOf(text));
          const { messageRef: ref, ...reported } = facts[nth]!;
          expect({ kind, occurredAt, code }).toEqual(reported);
          expect(messageRef === undefined).toBe(ref === undefined);
          expect(holds(together, text)).toBe(true);
        }
      }),
    );
  });

  test('the beginning of a longer fact is not the fact', () => {
    const fact = { kind: 'message-sent', occurredAt: Date.UTC(2026, 0, 5) } as const;
    expect(holds(compact({ ...fact, messageRef: 'mr_1' }), compact(fact))).toBe(false);
  });

  test('a code that nobody could have judged is still a code', () => {
    const fact = { kind: 'message-failed', occurredAt: 0, code: 1e9 } as const;
    expect(expanded(partsOf(compact(fact))).code).toBe(64 ** 3 - 1);
  });
});

test('a ratio keeps its sign down to rounding, and is told to a millionth', () => {
  const aRatio = fc
    .tuple(fc.double({ min: -12, max: 1.9, noNaN: true }), fc.boolean())
    .map(([power, isAgainst]) => 10 ** power * (isAgainst ? -1 : 1));
  fc.assert(
    fc.property(fc.array(aRatio), (ratios) => {
      const fineness = [2, 3, 4] as const;
      const next = ratiosIn(ratios.map((ratio) => ratioText(ratio, fineness)).join(''), fineness);
      for (const ratio of ratios) {
        const read = next();
        expect(Math.sign(read)).toBe(Math.sign(ratio));
        expect(Math.abs(read - ratio)).toBeLessThan(2e-6 * Math.max(1, Math.abs(ratio)));
        expect(Math.abs(read / ratio - 1)).toBeLessThan(1e-3);
      }
    }),
  );
});
