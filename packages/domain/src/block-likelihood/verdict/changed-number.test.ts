import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS } from '@tact/contracts';
import { assessContact } from './assess.ts';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import type { SignalFact } from '../evidence/facts.ts';
import {
  concludeLikelihood,
  foldLikelihood,
  initialLikelihood,
} from '../incremental/incremental.ts';

const changedAt = Date.UTC(2026, 8, 1, 8);
const change: SignalFact = { kind: 'number-changed', occurredAt: changedAt };
const codes = [131026, 131049, 131056, undefined];

/** Messages to the old number, and what is heard of each after the change, in days from then. */
const underWay = fc.array(
  fc.record({
    sent: fc.integer({ min: -25, max: -1 }),
    ended: fc.integer({ min: 0, max: 20 }),
    kind: fc.constantFrom('message-failed', 'message-dropped'),
    code: fc.constantFrom(...codes),
  }),
  { minLength: 1, maxLength: 8 },
);
/** Messages to the new number. */
const since = fc.array(
  fc.record({ sent: fc.integer({ min: 0, max: 20 }), arrives: fc.boolean() }),
  { maxLength: 5 },
);

/** Enough facts to close days, and a failure told when the message is older than any that could still wait. */
const failed = { kind: 'message-failed', code: 131026 } as const;
const reportedLate = [
  ...Array.from({ length: 5 }, () => ({ sent: -1, ended: 0, ...failed })),
  { sent: -25, ended: 16, ...failed },
];
const familiesSince = [false, true, false, true].map((arrives) => ({ sent: 0, arrives }));

test('what becomes of messages to the number before says nothing of the one after', () => {
  let stepwiseKnown = 0;
  fc.assert(
    fc.property(underWay, since, (before, after) => {
      const sent = before.map((one, nth) => ({
        kind: 'message-sent' as const,
        occurredAt: changedAt + one.sent * DAY_MS,
        messageRef: `mr_old_${nth}`,
      }));
      const ends = before.map(({ kind, code, ended }, nth) => ({
        kind,
        occurredAt: changedAt + ended * DAY_MS + 1,
        messageRef: `mr_old_${nth}`,
        ...(kind === 'message-failed' && code !== undefined ? { code } : {}),
      }));
      const later = after.flatMap(({ sent: day, arrives }, nth): SignalFact[] => {
        const one = { occurredAt: changedAt + day * DAY_MS + 2, messageRef: `mr_new_${nth}` };
        return [
          { kind: 'message-sent', ...one },
          ...(arrives ? [{ kind: 'message-delivered' as const, ...one }] : []),
        ];
      });
      const asOf = changedAt + 22 * DAY_MS;
      const without = assessContact([...sent, change, ...later], { priors, asOf });
      const facts = [...sent, change, ...ends, ...later];
      expect(assessContact(facts, { priors, asOf })).toEqual(without);
      const inOrder = facts.toSorted((a, b) => a.occurredAt - b.occurredAt);
      const state = inOrder.reduce(
        (known, fact) => foldLikelihood(known, [fact], priors),
        initialLikelihood(priors),
      );
      const stepwise = concludeLikelihood(state, { priors, asOf });
      // A change after a closed day is assessed again from all facts.
      if (stepwise === undefined) return;
      stepwiseKnown += 1;
      expect(stepwise.probability).toBeCloseTo(without.probability, 5);
    }),
    { examples: [[reportedLate, familiesSince]] },
  );
  expect(stepwiseKnown).toBeGreaterThan(0);
});

test('a message to the number before that arrives all the same is still a sign of life', () => {
  const ref = { messageRef: 'mr_old' };
  const sent: SignalFact = { kind: 'message-sent', occurredAt: changedAt - DAY_MS, ...ref };
  const read: SignalFact = { kind: 'message-read', occurredAt: changedAt + DAY_MS, ...ref };
  const { band } = assessContact([sent, change, read], { priors, asOf: changedAt + DAY_MS });
  expect(band).toBe('reachable');
});
