import { expect, test } from '@jest/globals';
import { easter, holidaysIn, isWorkingDay, territories } from './territories.ts';

test('Easter is where the church has it', () => {
  expect([1961, 2024, 2025, 2026, 2027, 2038, 2285].map(easter)).toEqual([
    '1961-04-02',
    '2024-03-31',
    '2025-04-20',
    '2026-04-05',
    '2027-03-28',
    '2038-04-25',
    '2285-03-22',
  ]);
  // A first year of the moon's cycle, and the two exceptions of a late full moon.
  expect([2014, 1981, 2049].map(easter)).toEqual(['2014-04-20', '1981-04-19', '2049-04-18']);
});

test('the holidays of a year in metropolitan France', () => {
  expect(holidaysIn('FR', 2026).toSorted()).toEqual([
    '2026-01-01',
    '2026-04-06',
    '2026-05-01',
    '2026-05-08',
    '2026-05-14',
    '2026-05-25',
    '2026-07-14',
    '2026-08-15',
    '2026-11-01',
    '2026-11-11',
    '2026-12-25',
  ]);
});

test('each holiday names the text that made it one', () => {
  for (const { source } of territories.FR.holidays) expect(source).toMatch(/^(?:Code|Loi) /);
});

test('a holiday begins with the law that made it one', () => {
  expect(holidaysIn('FR', 1981)).not.toContain('1981-05-08');
  expect(holidaysIn('FR', 1982)).toContain('1982-05-08');
});

test('who works on a day', () => {
  expect(
    ['2026-05-08', '2026-05-09', '2026-05-11', '2026-05-25'].map((day) => isWorkingDay(day, 'FR')),
  ).toEqual([false, false, true, false]);
});
