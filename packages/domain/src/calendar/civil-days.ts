import { Temporal } from 'temporal-polyfill';
import { DAY_MS } from '@tact/contracts';
import { boundedCache } from './bounded-cache.ts';

/** A date of a wall calendar, without a place: `2026-11-02`. Two of them compare as texts. */
export type CivilDate = string;

/** Instants from `startMs` on and before `endMs`, in milliseconds since the epoch. */
export type Window = { readonly startMs: number; readonly endMs: number };

const dateOf = (date: CivilDate): Temporal.PlainDate => Temporal.PlainDate.from(date);

/** More zones than there are would be texts that somebody made up. */
const ZONES_MAX = 1_000;
const known = boundedCache<boolean>(ZONES_MAX);

const isKnown = (timeZone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    // An unknown zone is an answer here, not a defect: the rules fail closed on it.
    if (error instanceof RangeError) return false;
    throw error;
  }
};

/** Whether the runtime knows a zone by this name; an erased one is known by none. */
export const isTimeZone = (timeZone: unknown): timeZone is string => {
  if (typeof timeZone !== 'string') return false;
  const kept = known.get(timeZone);
  if (kept !== undefined) return kept;
  const answer = isKnown(timeZone);
  known.set(timeZone, answer);
  return answer;
};

/** The civil date of an instant in a zone. Throws RangeError for an unknown zone. */
export const civilDateOf = (atMs: number, timeZone: string): CivilDate =>
  Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();

/**
 * The instants of a civil day in a zone: 23, 24 or 25 hours, and other lengths where a zone moved. Half-open, so that
 * two days share no instant and lose none. Throws RangeError for an unknown zone.
 */
export const civilDay = (date: CivilDate, timeZone: string): Window => {
  const day = dateOf(date);
  const startOf = (one: Temporal.PlainDate): number =>
    one.toZonedDateTime(timeZone).epochMilliseconds;
  return { startMs: startOf(day), endMs: startOf(day.add({ days: 1 })) };
};

/** The day that was asked for last in a zone: most questions of an hour are about the same one. */
const lastDays = boundedCache<Window>(ZONES_MAX);

/** The civil day around an instant. Throws RangeError for an unknown zone. */
export const civilDayAround = (atMs: number, timeZone: string): Window => {
  const last = lastDays.get(timeZone);
  if (last !== undefined && last.startMs <= atMs && atMs < last.endMs) return last;
  const day = civilDay(civilDateOf(atMs, timeZone), timeZone);
  lastDays.set(timeZone, day);
  return day;
};

export const plusDays = (date: CivilDate, days: number): CivilDate =>
  dateOf(date).add({ days }).toString();

/** The same date `months` later, or the last day of that month when it is shorter. */
export const plusMonths = (date: CivilDate, months: number): CivilDate =>
  dateOf(date).add({ months }, { overflow: 'constrain' }).toString();

/** Saturday and Sunday. */
export const isWeekend = (date: CivilDate): boolean => dateOf(date).dayOfWeek >= 6;

/** Days since the epoch in UTC: what likelihoods count in, because no person's place is known to them. */
export const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);

const HOUR_MINUTES = 60;

/** The minute of the day that a clock in a zone shows at an instant, from 0 on. Throws RangeError for an unknown zone. */
export const wallMinuteOf = (atMs: number, timeZone: string): number => {
  const { hour, minute } =
    Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
  return hour * HOUR_MINUTES + minute;
};
