import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { plusDays, plusMonths } from '../calendar/civil-days.ts';
import { isWorkingDay } from '../calendar/territories.ts';
import { dueDates, extendedDueDates, pausedDaysBetween } from './legal-calendar.ts';

const paris = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' });
const parisDay = (instant: string): string => paris.format(new Date(instant));

describe('the due date is a calendar month in Paris, rolled past days off', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-02-28', '2026-03-02'],
    ['2028-01-31T12:00:00Z', '2028-02-29', '2028-02-29'],
    ['2026-03-05T12:00:00Z', '2026-04-05', '2026-04-07'],
    ['2026-08-31T12:00:00Z', '2026-09-30', '2026-09-30'],
    ['2026-11-25T12:00:00Z', '2026-12-25', '2026-12-28'],
    // Half past ten at night in UTC is already the first of April in Paris.
    ['2026-03-31T22:30:00Z', '2026-05-01', '2026-05-04'],
  ])('%s', (receivedAt, internal, legal) => {
    const { internalDue, legalDue } = dueDates(new Date(receivedAt));
    expect([parisDay(internalDue), parisDay(legalDue)]).toEqual([internal, legal]);
  });
});

test('a due date is the last second of its day, in summer and in winter', () => {
  expect(dueDates(new Date('2026-06-10T08:00:00Z')).internalDue).toBe('2026-07-10T21:59:59.000Z');
  expect(dueDates(new Date('2026-11-10T08:00:00Z')).internalDue).toBe('2026-12-10T22:59:59.000Z');
});

describe('thirty days are not a month, over the 1,096 receipt days of 2026 to 2028', () => {
  const noon = Date.UTC(2026, 0, 1, 12);
  const receipts = Array.from({ length: 1096 }, (_, day) => new Date(noon + day * DAY_MS));
  const naive = (received: Date, days: number) =>
    parisDay(new Date(received.getTime() + days * DAY_MS).toISOString());

  test('they would be late on 70 of them, all from 31 January to 29 February, early on 759', () => {
    const late = receipts.filter((day) => naive(day, 30) > parisDay(dueDates(day).legalDue));
    const early = receipts.filter((day) => naive(day, 30) < parisDay(dueDates(day).legalDue));
    expect([late.length, early.length]).toEqual([70, 759]);
    expect(late.every((day) => /-(01-31|02-\d\d)T/.test(day.toISOString()))).toBe(true);
  });

  test('thirty and sixty days would be late on 36 against the three months of an extension', () => {
    const late = receipts.filter((day) => naive(day, 90) > parisDay(dueDates(day, 3).legalDue));
    expect(late).toHaveLength(36);
  });

  test('extended and paused it is three calendar months and the days of the pause', () => {
    for (const day of receipts) {
      for (const paused of [0, 1, 17]) {
        const { internalDue, legalDue } = extendedDueDates(day, paused);
        const due = plusDays(plusMonths(parisDay(day.toISOString()), 3), paused);
        const legal = parisDay(legalDue);
        expect([day, parisDay(internalDue)]).toEqual([day, due]);
        expect([day, isWorkingDay(legal, 'FR'), legal >= due]).toEqual([day, true, true]);
        // Nothing between the two is a working day.
        for (let one = due; one < legal; one = plusDays(one, 1)) {
          expect([day, isWorkingDay(one, 'FR')]).toEqual([day, false]);
        }
      }
    }
  });

  test('a pause never gives more days than it lasted', () => {
    for (const day of receipts) {
      for (const hours of [1, 23, 24, 25, 100]) {
        const resumed = new Date(day.getTime() + hours * HOUR_MS);
        const days = pausedDaysBetween(day, resumed);
        expect([day, days]).toEqual([day, Math.trunc(hours / 24)]);
      }
    }
  });

  test('the legal date is a working day, never before the internal one', () => {
    for (const day of receipts) {
      const { internalDue, legalDue } = dueDates(day);
      expect(legalDue >= internalDue && internalDue > day.toISOString()).toBe(true);
      expect([0, 6]).not.toContain(new Date(parisDay(legalDue)).getUTCDay());
    }
  });
});

test('an extension counts three months from receipt, not two from the first due date', () => {
  expect(parisDay(dueDates(new Date('2026-11-30T12:00:00Z'), 3).internalDue)).toBe('2027-02-28');
});
