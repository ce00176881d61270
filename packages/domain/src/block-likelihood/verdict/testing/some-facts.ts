import { SignalKind, HOUR_MS } from '@tact/contracts';
import fc from 'fast-check';
import { familyOf } from '../../../signals/kinds.ts';
import type { SignalFact } from '../../evidence/facts.ts';
import { assumedPriors as priors } from '../../model/assumed-priors.ts';
import { assessContact } from '../assess.ts';

export const start = Date.UTC(2026, 8, 1, 8);
const kinds = SignalKind.options.filter((kind) => kind !== 'number-changed');
export const codes = [131026, 131049, 131050, 130472, 131056, 131000, undefined];

/** Histories of up to ninety days: a few messages with statuses in any order, and any other facts. */
const someFact: fc.Arbitrary<SignalFact> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    hours: fc.integer({ min: 0, max: 90 * 24 }),
    ref: fc.integer({ min: 0, max: 8 }),
    code: fc.constantFrom(...codes),
  })
  .map(({ kind, hours, ref, code }) => ({
    kind,
    occurredAt: start + hours * HOUR_MS,
    ...(familyOf(kind) === 'delivery' ? { messageRef: `mr_${ref}` } : {}),
    ...(kind === 'message-failed' && code !== undefined ? { code } : {}),
  }));
export const someFacts = fc.array(someFact, { minLength: 1, maxLength: 25 });
export const endOf = (facts: readonly SignalFact[]) =>
  Math.max(...facts.map((one) => one.occurredAt));
export const assess = (facts: readonly SignalFact[], asOf: number) =>
  assessContact(facts, { priors, asOf });

/** Of a block, against a phone that is on. */
const odds = (facts: readonly SignalFact[], asOf: number) => {
  const { causes } = assess(facts, asOf);
  return causes.blocked / causes.reachable;
};
/** Odds with one more message that does not arrive, over odds without it. */
export const changeOfOdds = (facts: readonly SignalFact[], later: number, wait: number) => {
  const occurredAt = endOf(facts) + later * HOUR_MS;
  const sent: SignalFact = { kind: 'message-sent', occurredAt, messageRef: 'mr_new' };
  const asOf = occurredAt + wait * HOUR_MS;
  return odds([...facts, sent], asOf) / odds(facts, asOf);
};
