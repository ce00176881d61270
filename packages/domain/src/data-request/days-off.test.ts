import { describe, expect, test } from '@jest/globals';
import { dueDates } from './legal-calendar.ts';

/** The legal due date of a request that reached us a year before this day, were a year its period. */
const legalDayFor = (due: string): string => {
  const [year = 0, month = 0, day = 0] = due.split('-').map(Number);
  const { legalDue } = dueDates(new Date(Date.UTC(year - 1, month - 1, day, 12)), 12);
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(new Date(legalDue));
};

describe('a due date is rolled past', () => {
  test.each([
    ['New Year’s Day', '2027-01-01', '2027-01-04'],
    ['Labour Day', '2025-05-01', '2025-05-02'],
    ['Victory Day', '2025-05-08', '2025-05-09'],
    ['Bastille Day', '2026-07-14', '2026-07-15'],
    ['the Assumption', '2028-08-15', '2028-08-16'],
    ['All Saints’ Day', '2027-11-01', '2027-11-02'],
    ['Armistice Day', '2026-11-11', '2026-11-12'],
    ['Christmas', '2025-12-25', '2025-12-26'],
  ])('%s', (_, due, legal) => expect(legalDayFor(due)).toBe(legal));

  // Easter Mondays of the Gregorian calendar; each is followed by a working day.
  test.each([
    '2024-04-01',
    '2025-04-21',
    '2026-04-06',
    '2027-03-29',
    '2028-04-17',
    '2029-04-02',
    '2030-04-22',
    '2031-04-14',
    '2032-03-29',
    '2033-04-18',
    '2034-04-10',
    '2035-03-26',
    '2036-04-14',
    '2037-04-06',
    '2038-04-26',
    '2039-04-11',
    '2040-04-02',
    '2049-04-19',
    '2076-04-20',
    '2079-04-24',
    '2100-03-29',
    '2106-04-19',
    '2133-04-20',
    '2228-03-24',
  ])('Easter Monday, %s', (due) => {
    const next = new Date(`${due}T12:00:00Z`);
    next.setUTCDate(next.getUTCDate() + 1);
    expect(legalDayFor(due)).toBe(next.toISOString().slice(0, 10));
  });

  test.each([
    ['Ascension Day', '2026-05-14', '2026-05-15'],
    ['Whit Monday', '2026-05-25', '2026-05-26'],
    ['a Saturday', '2026-06-13', '2026-06-15'],
    ['a Sunday', '2026-06-14', '2026-06-15'],
  ])('%s', (_, due, legal) => expect(legalDayFor(due)).toBe(legal));
});

describe('a due date is kept', () => {
  test.each([
    ['Good Friday', '2026-04-03'],
    ['the day after Ascension', '2026-05-15'],
    ['the day before Whit Monday’s week', '2026-05-22'],
    ['Christmas Eve', '2026-12-24'],
    ['Boxing Day, where it is a weekday', '2025-12-26'],
    ['a Monday', '2026-06-15'],
    ['a Friday', '2026-06-12'],
  ])('on %s', (_, due) => expect(legalDayFor(due)).toBe(due));
});

describe('the last second of a due day', () => {
  test.each([
    ['the last day of winter time', '2026-02-28T12:00:00Z', '2026-03-28T22:59:59.000Z'],
    ['the day clocks are put forward', '2027-02-28T12:00:00Z', '2027-03-28T21:59:59.000Z'],
    ['the last day of summer time', '2026-09-24T12:00:00Z', '2026-10-24T21:59:59.000Z'],
    ['the day clocks are set back', '2026-09-25T12:00:00Z', '2026-10-25T22:59:59.000Z'],
    ['the last day of a year', '2026-11-30T23:30:00Z', '2027-01-01T22:59:59.000Z'],
  ])('is that of Paris on %s', (_, receivedAt, due) => {
    expect(dueDates(new Date(receivedAt)).internalDue).toBe(due);
  });
});
