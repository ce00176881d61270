import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { holdsAll, joinedHours, quietUntil } from './quiet-hours.ts';

const paris = 'Europe/Paris';
const night = [{ from: '21:00', to: '08:00' }];
const until = (hours: Parameters<typeof quietUntil>[0], at: string, zone = paris) => {
  const untilMs = quietUntil(hours, Date.parse(at), zone);
  return untilMs === undefined || untilMs === Infinity ? untilMs : new Date(untilMs).toISOString();
};

describe('quiet hours are half-open, by the clock of the zone', () => {
  test.each([
    ['2026-11-30T19:59:59.999Z', undefined],
    ['2026-11-30T20:00:00.000Z', '2026-12-01T07:00:00.000Z'],
    ['2026-12-01T00:30:00.000Z', '2026-12-01T07:00:00.000Z'],
    ['2026-12-01T06:59:59.999Z', '2026-12-01T07:00:00.000Z'],
    ['2026-12-01T07:00:00.000Z', undefined],
  ])('from 21 to 8 at %s: %s', (at, end) => {
    expect(until(night, at)).toBe(end);
  });

  test('the same instant is day elsewhere', () => {
    expect(until(night, '2026-11-30T20:00:00.000Z', 'America/New_York')).toBeUndefined();
  });

  test('of nobody who named none', () => {
    expect(until([], '2026-11-30T23:00:00.000Z')).toBeUndefined();
  });

  test('one that ends where another begins goes on', () => {
    const two = [
      { from: '21:00', to: '07:00' },
      { from: '07:00', to: '10:15' },
    ];
    expect(until(two, '2026-11-30T21:00:00.000Z')).toBe('2026-12-01T09:15:00.000Z');
  });

  test('all day long they never end', () => {
    expect(until([{ from: '00:00', to: '00:00' }], '2026-11-30T12:00:00.000Z')).toBe(Infinity);
    const halves = [
      { from: '06:00', to: '18:00' },
      { from: '18:00', to: '06:00' },
    ];
    expect(until(halves, '2026-11-30T12:00:00.000Z')).toBe(Infinity);
  });

  test('an end that the clock leaves out is the instant it goes on at', () => {
    // On 29 March 2026 it goes from 2 to 3 in the night.
    expect(until([{ from: '22:00', to: '02:30' }], '2026-03-29T00:30:00.000Z')).toBe(
      '2026-03-29T01:30:00.000Z',
    );
    expect(until([{ from: '22:00', to: '02:30' }], '2026-03-29T01:10:00.000Z')).toBeUndefined();
  });

  test('an hour that the clock shows twice is quiet twice', () => {
    // On 25 October 2026 it shows 2 to 3 twice.
    const hour = [{ from: '02:00', to: '02:30' }];
    expect(until(hour, '2026-10-25T00:10:00.000Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(until(hour, '2026-10-25T00:40:00.000Z')).toBeUndefined();
    // The second time its end is behind it by the first clock, and the next day’s is the one left.
    expect(until(hour, '2026-10-25T01:10:00.000Z')).toBe('2026-10-26T01:30:00.000Z');
  });

  test('a zone a quarter past the hour counts its own minutes', () => {
    expect(
      until([{ from: '12:00', to: '12:01' }], '2026-11-30T06:15:00.000Z', 'Asia/Kathmandu'),
    ).toBe('2026-11-30T06:16:00.000Z');
  });
});

describe('several hours together', () => {
  test.each([
    [[], []],
    [[{ from: '21:00', to: '08:00' }], [{ from: '21:00', to: '08:00' }]],
    [
      [
        { from: '12:00', to: '14:00' },
        { from: '21:00', to: '23:00' },
        { from: '22:00', to: '08:00' },
      ],
      [
        { from: '12:00', to: '14:00' },
        { from: '21:00', to: '08:00' },
      ],
    ],
    [
      [
        { from: '00:00', to: '08:00' },
        { from: '20:00', to: '00:00' },
      ],
      [{ from: '20:00', to: '08:00' }],
    ],
    [
      [
        { from: '06:00', to: '18:00' },
        { from: '17:00', to: '07:00' },
      ],
      [{ from: '00:00', to: '00:00' }],
    ],
    [[{ from: '09:05', to: '09:06' }], [{ from: '09:05', to: '09:06' }]],
  ])('%j are %j', (hours, joined) => {
    expect(joinedHours(hours)).toEqual(joined);
  });

  const minute = fc.nat(24 * 12 - 1).map((nth) => {
    const two = (part: number) => String(part).padStart(2, '0');
    return `${two(Math.floor(nth / 12))}:${two((nth % 12) * 5)}`;
  });
  const hours = fc.array(fc.record({ from: minute, to: minute }), { maxLength: 4 });

  test('say the same as one by one, and hold each other', () => {
    fc.assert(
      fc.property(hours, hours, (some, others) => {
        const joined = joinedHours([...some, ...others]);
        expect(holdsAll(joined, [...some, ...others])).toBe(true);
        expect(holdsAll([...some, ...others], joined)).toBe(true);
        expect(joinedHours(joined)).toEqual(joined);
      }),
      { numRuns: 40 },
    );
  });

  test('hold others only where they hold every minute of them', () => {
    expect(holdsAll(night, [{ from: '22:00', to: '23:00' }])).toBe(true);
    expect(holdsAll(night, [{ from: '07:00', to: '08:01' }])).toBe(false);
    expect(holdsAll([], night)).toBe(false);
    expect(holdsAll([], [])).toBe(true);
  });
});
