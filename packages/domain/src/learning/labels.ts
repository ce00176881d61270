import { type OutcomeKind, DAY_MS } from '@tact/contracts';
import type { SignalFact } from '../block-likelihood/evidence/facts.ts';
import { dayOf } from '../block-likelihood/model/states.ts';
import { signsOfLife } from '../signals/kinds.ts';

/** What somebody told of a contact; epoch milliseconds of when it was so. */
export type Outcome = { readonly kind: OutcomeKind; readonly at: number };

/** What an outcome says of a block. A phone that was lost or abroad had not blocked anybody. */
const meaning: Record<OutcomeKind, 'blocked' | 'not-blocked' | 'somebody-else'> = {
  'said-blocked': 'blocked',
  'said-not-blocked': 'not-blocked',
  abroad: 'not-blocked',
  'phone-lost': 'not-blocked',
  'number-wrong': 'somebody-else',
};

export type Label = { readonly said: 'blocked' | 'not-blocked'; readonly at: number };

/** A number that was wrong: the history is of two people, and teaches nothing about either. */
export const isOfSomebodyElse = (outcomes: readonly Outcome[]): boolean =>
  outcomes.some(({ kind }) => meaning[kind] === 'somebody-else');

/** The latest word of a stretch of time, half open; of two at one instant the innocent one stands. */
export const labelWithin = (
  outcomes: readonly Outcome[],
  { from, until }: { readonly from: number; readonly until: number },
): Label | undefined => {
  let latest: Label | undefined;
  for (const { kind, at } of outcomes) {
    const said = meaning[kind];
    if (said === 'somebody-else' || at < from || at >= until) continue;
    const isLater = latest === undefined || at > latest.at;
    if (isLater || (at === latest?.at && said === 'not-blocked')) latest = { said, at };
  }
  return latest;
};

/** Someone a model can be judged by: what it says as of `asOf` is held against what became known afterwards. */
export type Example = {
  readonly asOf: number;
  readonly truth: 'said-blocked' | 'not-blocked' | 'unlabelled';
};

/** Epoch milliseconds; Infinity where there is none. */
const firstSignOfLife = (
  facts: readonly SignalFact[],
  { splitAt, until }: { readonly splitAt: number; readonly until: number },
): number => {
  let firstAt = Infinity;
  for (const { kind, occurredAt } of facts) {
    const isWithin = occurredAt >= splitAt && occurredAt < until;
    if (isWithin && signsOfLife.has(kind)) firstAt = Math.min(firstAt, occurredAt);
  }
  return firstAt;
};

/**
 * The one example a contact gives after the split. Words of people first; then the first sign of life, which
 * proves that there was no block; whoever stays silent is unlabelled. A model never sees the day it is asked about.
 */
export const exampleOf = (
  facts: readonly SignalFact[],
  outcomes: readonly Outcome[],
  { splitAt, until }: { readonly splitAt: number; readonly until: number },
): Example | undefined => {
  if (isOfSomebodyElse(outcomes)) return undefined;
  const label = labelWithin(outcomes, { from: splitAt, until });
  const knownAt = label?.at ?? firstSignOfLife(facts, { splitAt, until });
  const asOf = knownAt === Infinity ? until : dayOf(knownAt) * DAY_MS;
  if (!facts.some(({ occurredAt }) => occurredAt < asOf)) return undefined;
  if (label) return { asOf, truth: label.said === 'blocked' ? 'said-blocked' : 'not-blocked' };
  return { asOf, truth: knownAt === Infinity ? 'unlabelled' : 'not-blocked' };
};
