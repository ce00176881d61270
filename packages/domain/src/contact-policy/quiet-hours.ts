import type { QuietHours } from '@tact/contracts';
import { civilDateOf, plusDays, wallMinuteOf } from '../calendar/civil-days.ts';
import { instantIn } from '../calendar/civil-instants.ts';

const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;

/** Minutes since midnight by a wall clock. */
const minuteOf = (time: string): number =>
  Number(time.slice(0, 2)) * HOUR_MINUTES + Number(time.slice(3));

const timeOf = (minute: number): string => {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(Math.floor(minute / HOUR_MINUTES))}:${two(minute % HOUR_MINUTES)}`;
};

/** The hours as spans of one day, of which none goes over midnight: half-open, in minutes. */
const spansOf = (hours: readonly QuietHours[]): readonly (readonly [number, number])[] =>
  hours.flatMap(({ from, to }): (readonly [number, number])[] => {
    const [start, end] = [minuteOf(from), minuteOf(to)];
    if (start < end) return [[start, end]];
    return [
      [start, DAY_MINUTES],
      [0, end],
    ];
  });

/** Every minute of a day, true where it is quiet. */
const dayOf = (hours: readonly QuietHours[]): readonly boolean[] => {
  const day = Array<boolean>(DAY_MINUTES).fill(false);
  for (const [start, end] of spansOf(hours)) day.fill(true, start, end);
  return day;
};

/** The fewest hours that say what several said together: sorted, and none beside another. */
export const joinedHours = (hours: readonly QuietHours[]): readonly QuietHours[] => {
  const day = dayOf(hours);
  const starts = day.flatMap((isQuiet, minute) =>
    isQuiet && day.at(minute - 1) === false ? [minute] : [],
  );
  // Quiet all day long, there is no minute at which it begins.
  if (starts.length === 0) return hours.length === 0 ? [] : [{ from: '00:00', to: '00:00' }];
  return starts.map((start) => {
    let end = start;
    while (day[end % DAY_MINUTES] === true) end += 1;
    return { from: timeOf(start), to: timeOf(end % DAY_MINUTES) };
  });
};

/** Whether the first hold at every minute at which the second do. */
export const holdsAll = (hours: readonly QuietHours[], others: readonly QuietHours[]): boolean => {
  const own = dayOf(hours);
  return dayOf(others).every((isQuiet, minute) => !isQuiet || own[minute] === true);
};

const isQuietAt = (hours: readonly QuietHours[], atMs: number, timeZone: string): boolean => {
  const minute = wallMinuteOf(atMs, timeZone);
  return spansOf(hours).some(([start, end]) => start <= minute && minute < end);
};

/** Two days on, every end of an hour has come once, also where a clock left it out. */
const daysAhead = [0, 1, 2];

/**
 * When a quiet time around an instant ends, in milliseconds since the epoch: the first instant at which the person's clock
 * shows none of the hours. Undefined where it is not quiet; Infinity where it never ends.
 */
export const quietUntil = (
  hours: readonly QuietHours[],
  atMs: number,
  timeZone: string,
): number | undefined => {
  // Most people name none, and a clock of a zone is not free to ask.
  if (hours.length === 0 || !isQuietAt(hours, atMs, timeZone)) return undefined;
  const today = civilDateOf(atMs, timeZone);
  const ends = daysAhead.flatMap((days) =>
    hours.flatMap(({ to }) => {
      const instant = instantIn(`${plusDays(today, days)}T${to}:00`, timeZone);
      return instant === undefined ? [] : [Date.parse(instant)];
    }),
  );
  const open = ends.filter((endMs) => endMs > atMs && !isQuietAt(hours, endMs, timeZone));
  return Math.min(...open);
};
