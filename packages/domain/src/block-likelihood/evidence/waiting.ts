import type { SignalFamily } from '@tact/contracts';
import { signsOfLife } from '../../signals/kinds.ts';
import { fateOf, type History, type Message } from './facts.ts';

/** A stretch in which at least one message of ours waited without a sign of the phone, half open. */
export type Wait = { readonly from: number; readonly until: number };

/** Instants of life in time order. */
export const lifeOf = (
  { messages, others }: History,
  families: ReadonlySet<SignalFamily>,
): readonly number[] => {
  const life: number[] = [];
  if (families.has('delivery')) {
    for (const { arrivals } of messages) life.push(...arrivals.values());
  }
  for (const [kind, { family, instants }] of others) {
    if (families.has(family) && signsOfLife.has(kind)) life.push(...instants);
  }
  return life.toSorted((a, b) => a - b);
};

/** The first of sorted instants at or after one, or Infinity. */
const firstFrom = (sorted: readonly number[], at: number): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return sorted[low] ?? Infinity;
};

/**
 * When a message waited. Any later sign of life ends the wait: what had not come by then was lost or
 * sent into a block that is over, and says nothing more.
 */
export const waitOf = (
  message: Message,
  life: readonly number[],
  timeToLiveMs: number,
): Wait | undefined => {
  const { sentAt, arrivals, droppedAt = Infinity } = message;
  const fate = fateOf(message);
  if (sentAt === undefined || fate === 'censored' || fate === 'unreachable') return undefined;
  const arrivedAt = Math.min(...arrivals.values());
  const until = Math.min(firstFrom(life, sentAt), arrivedAt, droppedAt, sentAt + timeToLiveMs);
  return until > sentAt ? { from: sentAt, until } : undefined;
};

/** Overlapping waits are one: the phone answers for all of them at once. */
export const merged = (waits: readonly Wait[]): readonly Wait[] => {
  const joined: Wait[] = [];
  for (const wait of waits.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && wait.from < last.until) {
      joined[joined.length - 1] = { from: last.from, until: Math.max(last.until, wait.until) };
    } else joined.push(wait);
  }
  return joined;
};
