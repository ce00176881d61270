import type { Channel } from '@tact/contracts';

/** One message of ours to a person, seen leaving or promised by a decision. */
export type Outbound = {
  readonly atMs: number;
  readonly messageRef: string | undefined;
  /** A message the person needs: shown, but not counted against the cap. */
  readonly isFree: boolean;
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

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

const newFormat = (timeZone: string): Intl.DateTimeFormat | undefined => {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  } catch (error) {
    // An unknown zone is an answer here, not a defect: the rules fail closed on it.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

const formatOf = (timeZone: string): Intl.DateTimeFormat | undefined => {
  if (!formats.has(timeZone)) formats.set(timeZone, newFormat(timeZone));
  return formats.get(timeZone);
};

/** Whether the runtime knows a zone by this name; an erased one is known by none. */
export const isTimeZone = (timeZone: unknown): timeZone is string =>
  typeof timeZone === 'string' && formatOf(timeZone) !== undefined;

/** The civil date of an instant in a zone, as `2026-11-02`. Throws RangeError for an unknown zone. */
export const localDate = (atMs: number, timeZone: string): string => {
  const format = formatOf(timeZone);
  if (!format) throw new RangeError('No such time zone: ask isTimeZone first.');
  return format.format(atMs);
};

/** The first instant after `atMs` whose civil date in the zone is a later one, to the second. */
const nextLocalDay = (atMs: number, timeZone: string): number => {
  const today = localDate(atMs, timeZone);
  let [before, after] = [atMs, atMs + 26 * 3_600_000];
  while (after - before > 1_000) {
    const middle = Math.floor((before + after) / 2);
    if (localDate(middle, timeZone) === today) before = middle;
    else after = middle;
  }
  return Math.ceil(after / 1_000) * 1_000;
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
  const today = localDate(nowMs, timeZone);
  const isToday = ({ atMs, isFree }: Outbound) => !isFree && localDate(atMs, timeZone) >= today;
  const localDay = outbound.filter(isToday).length;
  const leaving = rolling.toSorted((left, right) => right - left)[max - 1];
  const roomAtMs = Math.max(
    nowMs,
    leaving === undefined ? nowMs : leaving + windowMs,
    localDay >= max ? nextLocalDay(nowMs, timeZone) : nowMs,
  );
  return { rolling: rolling.length, localDay, free, roomAtMs };
};
