/**
 * Legal due dates of a data request: Art. 12(3) GDPR with Reg. 1182/71 Art. 3. The period is a
 * calendar month on the civil date in Paris, not thirty days, which would be late on 70 of the 1,096
 * receipt days of 2026-2028.
 */
const zone = 'Europe/Paris';

type CivilDate = { readonly year: number; readonly month: number; readonly day: number };

export type DueDates = {
  /** Same date next month, end of that day in Paris, RFC 3339 UTC: the date we work to. */
  readonly internalDue: string;
  /** The same rolled past Saturday, Sunday and public holidays: the date the law gives. */
  readonly legalDue: string;
};

const civilParts = new Intl.DateTimeFormat('en-CA', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

const partsIn = (instant: Date): Record<string, number> =>
  Object.fromEntries(
    civilParts.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );

const civilDate = (instant: Date): CivilDate => {
  const { year = 0, month = 0, day = 0 } = partsIn(instant);
  return { year, month, day };
};

const utc = ({ year, month, day }: CivilDate): Date => new Date(Date.UTC(year, month - 1, day));

const plusDays = (date: CivilDate, days: number): CivilDate => {
  const moved = new Date(utc(date).getTime() + days * 86_400_000);
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
};

/** The same date `months` later, or the last day of that month when it is shorter. */
const plusMonths = ({ year, month, day }: CivilDate, months: number): CivilDate => {
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return {
    year: first.getUTCFullYear(),
    month: first.getUTCMonth() + 1,
    day: Math.min(day, lastDay),
  };
};

/** Gregorian Easter Sunday (Meeus, Jones, Butcher). */
const easter = (year: number): CivilDate => {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return { year, month: Math.floor(n / 31), day: (n % 31) + 1 };
};

const fixedHolidays = ['1-1', '5-1', '5-8', '7-14', '8-15', '11-1', '11-11', '12-25'];
/** Easter Monday, Ascension Day, Whit Monday. */
const daysAfterEaster = [1, 39, 50];

const isHoliday = (date: CivilDate): boolean => {
  if (fixedHolidays.includes(`${date.month}-${date.day}`)) return true;
  const sunday = easter(date.year);
  return daysAfterEaster.some(
    (days) => utc(plusDays(sunday, days)).getTime() === utc(date).getTime(),
  );
};

const isWorkingDay = (date: CivilDate): boolean =>
  ![0, 6].includes(utc(date).getUTCDay()) && !isHoliday(date);

const rolled = (date: CivilDate): CivilDate =>
  isWorkingDay(date) ? date : rolled(plusDays(date, 1));

/** 23:59:59 in Paris of a civil date, as an instant. */
const endOfDay = (date: CivilDate): string => {
  const wanted = Date.UTC(date.year, date.month - 1, date.day, 23, 59, 59);
  // Paris is one or two hours ahead; clocks change at night, so late evening is never ambiguous.
  const offsetMs = [1, 2]
    .map((hours) => hours * 3_600_000)
    .find((ahead) => {
      const { day, hour } = partsIn(new Date(wanted - ahead));
      return day === date.day && hour === 23;
    });
  return new Date(wanted - (offsetMs ?? 0)).toISOString();
};

/** Due dates of a request that reached us at this instant by any channel. `months` is 3 once extended. */
export const dueDates = (receivedAt: Date, months = 1): DueDates => {
  const due = plusMonths(civilDate(receivedAt), months);
  return { internalDue: endOfDay(due), legalDue: endOfDay(rolled(due)) };
};
