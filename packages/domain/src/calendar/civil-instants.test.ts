import { describe, expect, test } from '@jest/globals';
import { instantIn } from './civil-instants.ts';

describe('a civil time in a zone or at an offset', () => {
  test.each([
    ['2026-01-05T09:00:00', 'Z', '2026-01-05T09:00:00Z'],
    ['2026-01-05T09:00:00', '+01:00', '2026-01-05T08:00:00Z'],
    ['2026-01-05T09:00:00.25', '-05:30', '2026-01-05T14:30:00.25Z'],
    ['2026-01-05T09:00:00', 'UTC', '2026-01-05T09:00:00Z'],
    ['2026-01-05T09:00:00', 'Europe/Paris', '2026-01-05T08:00:00Z'],
    ['2026-07-05T09:00:00', 'Europe/Paris', '2026-07-05T07:00:00Z'],
    ['2026-07-05T09:00:00', 'America/Port-au-Prince', '2026-07-05T13:00:00Z'],
    // The clock shows 2:30 twice, and a half year before not at all.
    ['2026-10-25T02:30:00', 'Europe/Paris', '2026-10-25T00:30:00Z'],
    ['2026-03-29T02:30:00', 'Europe/Paris', '2026-03-29T01:30:00Z'],
  ])('%s %s', (civil, zone, instant) => {
    expect(instantIn(civil, zone)).toBe(instant);
  });

  test.each([
    ['2026-01-05T09:00:00', undefined],
    ['2026-02-30T09:00:00', 'UTC'],
    ['2026-02-30T09:00:00', 'Z'],
    ['2026-01-05T25:00:00', 'Europe/Paris'],
    ['2026-01-05T09:00:00', 'Mars/Olympus'],
    ['2026-01-05T09:00:00', '+99:00'],
    ['soon', 'UTC'],
  ])('%s %s is none', (civil, zone) => {
    expect(instantIn(civil, zone)).toBeUndefined();
  });

  test('what is no text is a defect of the caller', () => {
    expect(() => instantIn(undefined as never, 'UTC')).toThrow(TypeError);
  });
});
