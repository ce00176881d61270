import { Temporal } from 'temporal-polyfill';

/**
 * RFC 3339 in UTC of a civil date and time (`2026-11-02T08:00:00`) in a zone or at an offset (`+01:00`, `Z`). Of an hour
 * that a clock shows twice it is the earlier, of one it leaves out the later. Undefined for what no clock shows.
 */
export const instantIn = (civil: string, zone: string | undefined): string | undefined => {
  if (zone === undefined) return undefined;
  try {
    const isOffset = zone === 'Z' || /^[+-]/.test(zone);
    const instant = isOffset
      ? Temporal.Instant.from(`${civil}${zone}`)
      : Temporal.PlainDateTime.from(civil).toZonedDateTime(zone).toInstant();
    return instant.toString();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};
