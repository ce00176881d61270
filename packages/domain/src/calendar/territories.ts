import { boundedCache } from './bounded-cache.ts';
import { type CivilDate, isWeekend, plusDays } from './civil-days.ts';

type Rule =
  | { readonly on: `${number}-${number}` }
  /** Days after Easter Sunday. */
  | { readonly afterEaster: number };

/** A public holiday, with the first year it was one and the text that made it so. */
type Holiday = Rule & { readonly since: number; readonly until?: number; readonly source: string };

type Calendar = {
  readonly timeZone: string;
  /** Why this zone counts. */
  readonly zoneSource: string;
  readonly holidays: readonly Holiday[];
};

const code = 'Code du travail, art. L3133-1';

/** Where legal periods are counted. A holiday that is new or gone is a row with its year, so that old periods stay. */
export const territories = {
  FR: {
    timeZone: 'Europe/Paris',
    zoneSource: 'Décret n° 2017-292, art. 2: legal time of metropolitan France',
    holidays: [
      { on: '01-01', since: 1810, source: code },
      { afterEaster: 1, since: 1886, source: code },
      { on: '05-01', since: 1948, source: 'Code du travail, art. L3133-4' },
      { on: '05-08', since: 1982, source: 'Loi n° 81-893 du 2 octobre 1981' },
      { afterEaster: 39, since: 1802, source: code },
      { afterEaster: 50, since: 1886, source: code },
      { on: '07-14', since: 1880, source: 'Loi du 6 juillet 1880' },
      { on: '08-15', since: 1802, source: code },
      { on: '11-01', since: 1802, source: code },
      { on: '11-11', since: 1922, source: 'Loi du 24 octobre 1922' },
      { on: '12-25', since: 1802, source: code },
    ],
  },
} as const satisfies Record<string, Calendar>;

export type Territory = keyof typeof territories;

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** Gregorian Easter Sunday (Meeus, Jones, Butcher). */
export const easter = (year: number): CivilDate => {
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
  return `${year}-${twoDigits(Math.floor(n / 31))}-${twoDigits((n % 31) + 1)}`;
};

const dateIn = (year: number, holiday: Holiday): CivilDate =>
  'on' in holiday ? `${year}-${holiday.on}` : plusDays(easter(year), holiday.afterEaster);

const YEARS_MAX = 500;
const reckoned = boundedCache<readonly CivilDate[]>(YEARS_MAX);

/** The public holidays of a civil year. */
export const holidaysIn = (territory: Territory, year: number): readonly CivilDate[] => {
  const key = `${territory} ${year}`;
  const kept = reckoned.get(key);
  if (kept !== undefined) return kept;
  const found = reckon(territory, year);
  reckoned.set(key, found);
  return found;
};

const reckon = (territory: Territory, year: number): readonly CivilDate[] => {
  const { holidays }: Calendar = territories[territory];
  return holidays
    .filter(({ since, until = year }) => since <= year && year <= until)
    .map((holiday) => dateIn(year, holiday));
};

/** Neither a weekend nor a public holiday. */
export const isWorkingDay = (date: CivilDate, territory: Territory): boolean =>
  !isWeekend(date) && !holidaysIn(territory, Number(date.slice(0, 4))).includes(date);
