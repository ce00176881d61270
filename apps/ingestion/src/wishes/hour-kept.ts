import { HOUR_MS, type SignalRecorded } from '@tact/contracts';
import { wishOf, type Wish } from '@tact/domain';

/** The last hour that the database reads as JavaScript writes it. */
const lastHour = Date.UTC(9999, 11, 31, 23);

/**
 * The hour that is kept where an exact instant would lead back to a person; RFC 3339 in and out. A stop is rounded up:
 * rounded down, it would lose against words that were said before it within the hour. Anything else is rounded down.
 */
export const hourKept = (at: string, asks: Wish['asks'] | undefined): string => {
  const hours = Date.parse(at) / HOUR_MS;
  const hour = asks === 'stop' ? Math.ceil(hours) : Math.floor(hours);
  return new Date(Math.min(hour * HOUR_MS, lastHour)).toISOString();
};

/** When a wish was heard that is kept by its hour: never later than now, or it would outlive an agreement to come. */
export const heardAt = (hour: Date, now: Date): string => (hour > now ? now : hour).toISOString();

/** What a signal asks for, whether or not it is acted on. */
export const asksOf = (
  signal: Pick<SignalRecorded, 'kind' | 'code' | 'inboundType'>,
): Wish['asks'] | undefined => wishOf(signal)?.asks;
