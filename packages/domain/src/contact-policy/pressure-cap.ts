import type { Channel } from '@tact/contracts';
import { civilDayAround } from '../calendar/civil-days.ts';

/** One message of ours to a person, seen leaving or promised by a decision. */
export type Outbound = {
  readonly atMs: number;
  readonly messageRef: string | undefined;
  /** A message the person needs: shown, but not counted against the cap. */
  readonly isFree: boolean;
  /** The hour alone is known: it stands at the end of it, and may be of before or after any promise within it. */
  readonly isWithinHour?: true;
  /** The channel of a reservation whose message has not been seen leaving yet. */
  readonly promisedOn?: Channel;
};

export type CapUsage = {
  /** Messages in the rolling 24 hours before now. */
  readonly rolling: number;
  /** Messages in the person's calendar day so far. */
  readonly localDay: number;
  /** Messages of the rolling 24 hours that the person needs: shown, never counted. */
  readonly free: number;
  /** The earliest instant at which both counts leave room, in milliseconds since the epoch. */
  readonly roomAtMs: number;
};

type CapLimits = {
  readonly nowMs: number;
  readonly timeZone: string;
  /** Most messages in each of the two days. */
  readonly max: number;
  readonly windowMs: number;
};

/**
 * How much of the cap is used: a rolling day and the person's calendar day, counted apart, because
 * the stricter of the two decides. Facts that carry a later time than now count too.
 */
export const capUsage = (
  outbound: readonly Outbound[],
  { nowMs, timeZone, max, windowMs }: CapLimits,
): CapUsage => {
  const recent = outbound.filter(({ atMs }) => atMs > nowMs - windowMs);
  const free = recent.filter(({ isFree }) => isFree).length;
  const rolling = recent.filter(({ isFree }) => !isFree).map(({ atMs }) => atMs);
  const today = civilDayAround(nowMs, timeZone);
  const isToday = ({ atMs, isFree }: Outbound) => !isFree && atMs >= today.startMs;
  const localDay = outbound.filter(isToday).length;
  const leaving = rolling.toSorted((left, right) => right - left)[max - 1];
  const roomAtMs = Math.max(
    nowMs,
    leaving === undefined ? nowMs : leaving + windowMs,
    localDay >= max ? today.endMs : nowMs,
  );
  return { rolling: rolling.length, localDay, free, roomAtMs };
};
