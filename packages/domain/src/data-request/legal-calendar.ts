import {
  type CivilDate,
  civilDateOf,
  civilDay,
  plusDays,
  plusMonths,
} from '../calendar/civil-days.ts';
import { isWorkingDay, territories, type Territory } from '../calendar/territories.ts';

/**
 * Legal due dates of a data request: Art. 12(3) GDPR with Reg. 1182/71 Art. 3. The period is a
 * calendar month on the civil date in Paris, not thirty days, which would be late on 70 of the 1,096
 * receipt days of 2026-2028.
 */
const territory: Territory = 'FR';
const { timeZone } = territories[territory];

export type DueDates = {
  /** Same date next month, end of that day in Paris, RFC 3339 UTC: the date we work to. */
  readonly internalDue: string;
  /** The same rolled past Saturday, Sunday and public holidays: the date the law gives. */
  readonly legalDue: string;
};

const rolled = (date: CivilDate): CivilDate =>
  isWorkingDay(date, territory) ? date : rolled(plusDays(date, 1));

/** The last second of a civil day in Paris, as an instant. */
const endOfDay = (date: CivilDate): string =>
  new Date(civilDay(date, timeZone).endMs - 1_000).toISOString();

/** Due dates of a request that reached us at this instant by any channel. `months` is 3 once extended. */
export const dueDates = (receivedAt: Date, months = 1): DueDates => {
  const due = plusMonths(civilDateOf(receivedAt.getTime(), timeZone), months);
  return { internalDue: endOfDay(due), legalDue: endOfDay(rolled(due)) };
};
