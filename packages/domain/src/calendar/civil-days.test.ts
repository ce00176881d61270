import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import fc from 'fast-check';
import {
  civilDateOf,
  civilDay,
  civilDayAround,
  dayOf,
  isTimeZone,
  isWeekend,
  plusDays,
  plusMonths,
  wallMinuteOf,
} from './civil-days.ts';

const hoursOf = (date: string, timeZone: string): number => {
  const { startMs, endMs } = civilDay(date, timeZone);
  return (endMs - startMs) / HOUR_MS;
};

describe('a civil day is as long as its place makes it', () => {
  test.each([
    ['2026-03-29', 'Europe/Paris', 23],
    ['2026-10-25', 'Europe/Paris', 25],
    ['2026-06-01', 'Europe/Paris', 24],
    ['2026-06-01', 'Asia/Kathmandu', 24],
    // Half an hour of summer time.
    ['2026-04-05', 'Australia/Lord_Howe', 24.5],
    // Midnight is skipped: the day begins at one.
    ['2024-04-26', 'Africa/Cairo', 23],
    // A day that never was: Samoa went over the date line.
    ['2011-12-30', 'Pacific/Apia', 0],
  ])('%s in %s: %d hours', (date, timeZone, hours) => {
    expect(hoursOf(date, timeZone)).toBe(hours);
  });
});

test('days follow each other without a gap, and each instant is in one', () => {
  const zones = ['Europe/Paris', 'America/Sao_Paulo', 'Asia/Tehran', 'Pacific/Auckland', 'UTC'];
  const from = Date.UTC(2015, 0, 1);
  fc.assert(
    fc.property(
      fc.integer({ min: from, max: from + 20 * 365 * DAY_MS }),
      fc.constantFrom(...zones),
      (atMs, zone) => {
        const { startMs, endMs } = civilDayAround(atMs, zone);
        const date = civilDateOf(atMs, zone);
        expect(startMs <= atMs && atMs < endMs).toBe(true);
        expect(civilDateOf(endMs - 1, zone)).toBe(date);
        expect(civilDateOf(startMs, zone)).toBe(date);
        expect(civilDateOf(endMs, zone)).toBe(plusDays(date, 1));
      },
    ),
  );
});

test('the last instant of a day is in it, the next one in the day after', () => {
  const day = civilDayAround(Date.UTC(2026, 9, 25, 12), 'Europe/Paris');
  expect(civilDayAround(day.endMs - 1, 'Europe/Paris')).toEqual(day);
  expect(civilDayAround(day.endMs, 'Europe/Paris').startMs).toBe(day.endMs);
  expect(civilDayAround(day.startMs, 'Europe/Paris')).toEqual(day);
  expect(civilDayAround(day.startMs - 1, 'Europe/Paris').endMs).toBe(day.startMs);
});

test('a month later is the same date, or the last one of a shorter month', () => {
  expect(plusMonths('2026-01-31', 1)).toBe('2026-02-28');
  expect(plusMonths('2028-01-31', 1)).toBe('2028-02-29');
  expect(plusMonths('2026-11-30', 3)).toBe('2027-02-28');
  expect(plusDays('2026-12-31', 1)).toBe('2027-01-01');
});

test('zones are known by name, weekends by their day', () => {
  expect(
    ['Europe/Paris', 'UTC', 'Mars/Olympus', '', undefined, { erased: true }].map(isTimeZone),
  ).toEqual([true, true, false, false, false, false]);
  expect(() => civilDateOf(0, 'Mars/Olympus')).toThrow(RangeError);
  expect(['2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30'].map(isWeekend)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('a day of a likelihood is one of UTC', () => {
  expect([dayOf(0), dayOf(DAY_MS - 1), dayOf(DAY_MS), dayOf(-1)]).toEqual([0, 0, 1, -1]);
});

test('the minute of the day is that of the clock on the wall there', () => {
  const at = Date.parse('2026-07-01T22:30:00Z');
  expect(wallMinuteOf(at, 'UTC')).toBe(22 * 60 + 30);
  expect(wallMinuteOf(at, 'Europe/Paris')).toBe(30);
  expect(wallMinuteOf(at, 'Asia/Kathmandu')).toBe(4 * 60 + 15);
});
