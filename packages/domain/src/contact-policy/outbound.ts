import { DAY_MS, HOUR_MS, type MessageCategory, type SignalRecorded } from '@tact/contracts';
import { isNoMessage, provesSending } from '../signals/kinds.ts';
import { channels } from './channels.ts';
import { messageCategories } from './message-categories.ts';
import { currentPolicy } from './policy-versions.ts';
import type { Outbound } from './pressure-cap.ts';

/** The cap looks back a rolling day and a calendar day; anything older can no longer count. */
const LOOK_BACK_MS = 3 * DAY_MS;

/**
 * Whether a signal shows that a message of ours left that counts toward the cap: one that can be told from others, and
 * no history of what was sent long ago.
 */
export const showsLeaving = <
  Signal extends Pick<SignalRecorded, 'kind' | 'messageRef' | 'backfill'>,
>(
  signal: Signal,
): signal is Signal & { readonly messageRef: string } =>
  provesSending.has(signal.kind) && signal.messageRef !== undefined && signal.backfill !== true;

/** Whether a signal says of something of ours that left that it was no message. */
export const showsNone = <Signal extends Pick<SignalRecorded, 'kind' | 'messageRef'>>(
  signal: Signal,
): signal is Signal & { readonly messageRef: string } =>
  isNoMessage.has(signal.kind) && signal.messageRef !== undefined;

/** What is known of a message of ours that was seen leaving. */
export type SeenLeaving = {
  /** RFC 3339 UTC. */
  readonly at: string;
  /** `at` is the beginning of the hour, and no finer time is known. */
  readonly precision?: 'hour' | undefined;
  readonly messageRef?: string | undefined;
  readonly messageCategory?: MessageCategory | undefined;
};

/** How the cap sees it: one of which the hour alone is known at the end of that hour, so that it counts for no shorter. */
export const outboundOf = (seen: SeenLeaving): Outbound => {
  const { at, precision, messageRef, messageCategory } = seen;
  // Whatever is not known to be needed uses the cap up.
  const isFree = messageCategory !== undefined && !messageCategories[messageCategory].usesCap;
  const atMs = Date.parse(at);
  if (precision === undefined) return { atMs, messageRef, isFree };
  return { atMs: atMs + HOUR_MS - 1, messageRef, isFree, isWithinHour: true };
};

/** The same message told on, to whoever the person goes on as: the inverse of `outboundOf`, of those that were seen. */
export const seenLeavingOf = (one: Outbound): SeenLeaving | undefined => {
  const { atMs, messageRef, isFree, isWithinHour } = one;
  const category = isFree ? { messageCategory: 'utility' as const } : {};
  if (isWithinHour) {
    const at = new Date(atMs - HOUR_MS + 1).toISOString();
    return { at, precision: 'hour', ...category };
  }
  if (messageRef === undefined) return undefined;
  return { at: new Date(atMs).toISOString(), messageRef, ...category };
};

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

/**
 * The messages of two contacts that are one person: all of both. No promise of one is kept by a message of the other:
 * nobody knows whether it was that one.
 */
export const countedTogether = (
  own: readonly Outbound[],
  other: readonly Outbound[],
): readonly Outbound[] => {
  const byTime = (list: readonly Outbound[]) =>
    list.toSorted((left, right) => left.atMs - right.atMs);
  const all = byTime([...own, ...other]);
  const newest = (isFree: boolean) => all.filter((one) => one.isFree === isFree).slice(-KEPT_MAX);
  return byTime([...newest(true), ...newest(false)]);
};

/** The messages with one more: oldest first, and only as many as the cap can still ask for. */
export const counted = (outbound: readonly Outbound[], added: Outbound): readonly Outbound[] => {
  // Nobody knows whether a message of that hour was the promised one or one more, so both count.
  const isSeenExactly = added.promisedOn === undefined && added.isWithinHour === undefined;
  const others = isSeenExactly ? withoutPromise(outbound, added) : outbound;
  const all = [...others, added].toSorted((left, right) => left.atMs - right.atMs);
  const newest = all.at(-1)?.atMs ?? 0;
  const recent = all.filter(({ atMs }) => atMs > newest - LOOK_BACK_MS);
  return newestOf(recent, added.isFree);
};
