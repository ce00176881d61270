import { DAY_MS } from '@tact/contracts';
import { channels } from './channels.ts';
import { currentPolicy } from './policy-versions.ts';
import type { Outbound } from './pressure-cap.ts';

/** The cap looks back a rolling day and a calendar day; anything older can no longer count. */
const LOOK_BACK_MS = 3 * DAY_MS;

const withoutPromise = (
  outbound: readonly Outbound[],
  { atMs, isFree }: Outbound,
): readonly Outbound[] => {
  const { promiseKept } = currentPolicy;
  const kept = outbound.findIndex(
    (one) =>
      !isFree &&
      one.promisedOn !== undefined &&
      channels[one.promisedOn].isSeenLeaving &&
      atMs >= one.atMs - promiseKept.beforeMs &&
      atMs <= one.atMs + promiseKept.afterMs,
  );
  return kept === -1 ? outbound : outbound.toSpliced(kept, 1);
};

/**
 * The cap is a few messages, so the newest of each sort decide it: a person who got thousands in a day
 * is not folded thousands of times over. Beyond this many, the counts shown with a decision stop growing.
 */
const KEPT_MAX = 100;

const newestOf = (outbound: readonly Outbound[], isFree: boolean): readonly Outbound[] => {
  if (outbound.length <= KEPT_MAX) return outbound;
  const alike = outbound.filter((one) => one.isFree === isFree);
  const [oldest] = alike;
  return alike.length > KEPT_MAX ? outbound.filter((one) => one !== oldest) : outbound;
};

/** The messages with one more: oldest first, and only as many as the cap can still ask for. */
export const counted = (outbound: readonly Outbound[], added: Outbound): readonly Outbound[] => {
  const others = added.promisedOn === undefined ? withoutPromise(outbound, added) : outbound;
  const all = [...others, added].toSorted((left, right) => left.atMs - right.atMs);
  const newest = all.at(-1)?.atMs ?? 0;
  const recent = all.filter(({ atMs }) => atMs > newest - LOOK_BACK_MS);
  return newestOf(recent, added.isFree);
};
