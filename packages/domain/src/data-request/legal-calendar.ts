import { DAY_MS } from '@tact/contracts';
import {
  type CivilDate,
  civilDateOf,
  civilDay,
  plusDays,
  plusMonths,
} from '../calendar/civil-days.ts';
import { isWorkingDay, territories } from '../calendar/territories.ts';
import { lawAt, type LawPack } from './law-packs.ts';

export type DueDates = {
  /** Same date of a later month, end of that day in Paris, RFC 3339 UTC: the date we work to. */
  readonly internalDue: string;
  /** The same rolled past Saturday, Sunday and public holidays: the date the law gives. */
  readonly legalDue: string;
};

type Place = Pick<LawPack, 'territory'>;

const rolled = (date: CivilDate, law: Place): CivilDate =>
  isWorkingDay(date, law.territory) ? date : rolled(plusDays(date, 1), law);

/** The last second of a civil day there, as an instant. */
const endOfDay = (date: CivilDate, { territory }: Place): string =>
  new Date(civilDay(date, territories[territory].timeZone).endMs - 1_000).toISOString();

/**
 * Legal due dates of a data request: Art. 12(3) GDPR with Reg. 1182/71 Art. 3. The period is calendar months on the civil
 * date in Paris, not thirty days, which would be late on 70 of the 1,096 receipt days of 2026-2028. What was extended is
 * counted from receipt as well; days of a pause come behind.
 */
export const dueDates = (
  receivedAt: Date,
  months = lawAt(receivedAt).answeredWithinMonths,
  pausedDays = 0,
): DueDates => {
  const law = lawAt(receivedAt);
  const received = civilDateOf(receivedAt.getTime(), territories[law.territory].timeZone);
  const due = plusDays(plusMonths(received, months), pausedDays);
  return { internalDue: endOfDay(due, law), legalDue: endOfDay(rolled(due, law), law) };
};

/** The same once the period was extended. */
export const extendedDueDates = (receivedAt: Date, pausedDays: number): DueDates => {
  const { answeredWithinMonths, extendedByMonths } = lawAt(receivedAt);
  return dueDates(receivedAt, answeredWithinMonths + extendedByMonths, pausedDays);
};

/** Days by which a pause moves the due dates: the whole ones, so that the dates are never later than the law's. */
export const pausedDaysBetween = (pausedAt: Date, resumedAt: Date): number =>
  Math.floor((resumedAt.getTime() - pausedAt.getTime()) / DAY_MS);
