import { describe, expect, test } from '@jest/globals';
import { instantOf } from './civil-times.ts';

describe('times as files write them', () => {
  test.each([
    ['2026-01-05T09:00:00Z', undefined, '2026-01-05T09:00:00Z'],
    ['2026-01-05T09:00:00.250Z', undefined, '2026-01-05T09:00:00.25Z'],
    ['2026-01-05T10:00:00+01:00', undefined, '2026-01-05T09:00:00Z'],
    ['2026-01-05 10:00:00+0100', undefined, '2026-01-05T09:00:00Z'],
    ['2026-01-05 10:00 -05:00', undefined, '2026-01-05T15:00:00Z'],
    ['2026-01-05 10:00', 'Europe/Paris', '2026-01-05T09:00:00Z'],
    ['2026-07-05 10:00', 'Europe/Paris', '2026-07-05T08:00:00Z'],
    ['2026/01/05 10:00', 'Europe/Paris', '2026-01-05T09:00:00Z'],
    ['2026-01-05', 'Europe/Paris', '2026-01-04T23:00:00Z'],
    ['2026-01-05 9:05 PM', 'America/New_York', '2026-01-06T02:05:00Z'],
    ['2026-01-05 12:05 AM', 'UTC', '2026-01-05T00:05:00Z'],
    ['2026-10-25 02:30', 'Europe/Paris', '2026-10-25T00:30:00Z'],
    ['2026-03-29 02:30', 'Europe/Paris', '2026-03-29T01:30:00Z'],
  ])('%s (%s)', (cell, zone, instant) => {
    expect(instantOf(cell, { zone })).toBe(instant);
  });

  test.each([
    ['05/01/2026 10:00', 'dmy', '2026-01-05T10:00:00Z'],
    ['01/05/2026 10:00', 'mdy', '2026-01-05T10:00:00Z'],
    ['5.1.2026', 'dmy', '2026-01-05T00:00:00Z'],
  ] as const)('%s, %s', (cell, order, instant) => {
    expect(instantOf(cell, { zone: 'UTC', order })).toBe(instant);
  });

  test.each([
    '2026-01-05 10:00',
    '2026-01-05',
    '05/01/2026',
    '2026-02-30T00:00:00Z',
    'now',
    '45000.5',
    '',
  ])('%j without a zone is none', (cell) => {
    expect(instantOf(cell, {})).toBeUndefined();
  });
});
