import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { counted, outboundOf, seenLeavingOf, showsLeaving } from './outbound.ts';
import { civilDateOf, isTimeZone } from '../calendar/civil-days.ts';
import { capUsage, type Outbound } from './pressure-cap.ts';

const timeZone = 'Europe/Paris';
const MINUTE_MS = 60_000;
const ms = (instant: string) => Date.parse(instant);
const sent = (instant: string, isFree = false): Outbound => ({
  atMs: ms(instant),
  messageRef: undefined,
  isFree,
});
const promised = (atMs: number): Outbound => ({
  atMs,
  messageRef: undefined,
  isFree: false,
  promisedOn: 'whatsapp',
});
const usage = (outbound: readonly Outbound[], now: string) =>
  capUsage(outbound, { nowMs: ms(now), timeZone, max: 3, windowMs: DAY_MS });
const folded = (...outbound: readonly Outbound[]): readonly Outbound[] =>
  outbound.reduce<readonly Outbound[]>(counted, []);

describe('the rolling day', () => {
  test('is empty before the first message, and leaves room at once', () => {
    const now = '2026-11-02T09:00:00.000Z';
    expect(usage([], now)).toEqual({ rolling: 0, localDay: 0, free: 0, roomAtMs: ms(now) });
  });

  test('ends to the millisecond', () => {
    const out = [sent('2026-11-01T09:00:00.000Z'), sent('2026-11-01T09:00:00.001Z')];
    expect(usage(out, '2026-11-02T09:00:00.000Z')).toMatchObject({ rolling: 1, localDay: 0 });
  });

  test('shows what the person needs apart, of that day only', () => {
    const out = [
      sent('2026-11-01T08:00:00Z', true),
      sent('2026-11-02T08:00:00Z', true),
      sent('2026-11-02T08:30:00Z'),
    ];
    expect(usage(out, '2026-11-02T09:00:00Z')).toMatchObject({ rolling: 1, localDay: 1, free: 1 });
  });

  test('counts what carries a later time than now', () => {
    const out = [sent('2026-11-02T10:00:00Z'), sent('2026-11-04T10:00:00Z')];
    expect(usage(out, '2026-11-02T09:00:00Z')).toMatchObject({ rolling: 2, localDay: 2 });
  });

  test('leaves room when the third newest message has left it', () => {
    const out = ['08:00', '08:10', '08:20', '08:30'].map((at) => sent(`2026-11-02T${at}:00.000Z`));
    expect(usage(out, '2026-11-02T09:00:00Z').roomAtMs).toBe(ms('2026-11-03T08:10:00.000Z'));
  });
});

describe('the person’s calendar day', () => {
  // Clocks are set back in Paris on 25 October 2026: the day has 25 hours, from 22:00 to 23:00 in UTC.
  const early = ['22:10', '22:20', '22:30'].map((at) => sent(`2026-10-24T${at}:00.000Z`));

  test('still counts what has left the rolling day, and leaves room when it ends', () => {
    const { rolling, localDay, roomAtMs } = usage(early, '2026-10-25T22:45:00.000Z');
    expect({ rolling, localDay }).toEqual({ rolling: 0, localDay: 3 });
    // To the second, and never before the day has ended.
    expect(roomAtMs % 1_000).toBe(0);
    expect(roomAtMs).toBeGreaterThanOrEqual(ms('2026-10-25T23:00:00.000Z'));
    expect(roomAtMs).toBeLessThanOrEqual(ms('2026-10-25T23:00:01.000Z'));
  });

  test('does not hold back below the cap', () => {
    const now = '2026-10-25T22:45:00.000Z';
    expect(usage(early.slice(1), now)).toMatchObject({ localDay: 2, roomAtMs: ms(now) });
  });

  test('is over at the person’s midnight', () => {
    const out = [sent('2026-11-02T22:59:59.999Z'), sent('2026-11-02T23:00:00.000Z')];
    expect(usage(out, '2026-11-02T23:30:00Z')).toMatchObject({ rolling: 2, localDay: 1 });
  });

  test('is nobody’s day in an unknown zone', () => {
    expect(() => civilDateOf(0, 'Europe/Nowhere')).toThrow(RangeError);
    expect(isTimeZone('Europe/Nowhere')).toBe(false);
    expect(isTimeZone(undefined)).toBe(false);
    expect(isTimeZone(timeZone)).toBe(true);
  });
});

describe('a promised message', () => {
  const promisedAt = ms('2026-11-02T08:00:00.000Z');
  const countOf = (offsetMs: number) =>
    folded(promised(promisedAt), {
      atMs: promisedAt + offsetMs,
      messageRef: 'mr_1',
      isFree: false,
    }).length;

  test('is the one that leaves from two seconds before to a quarter of an hour after', () => {
    expect([-2_001, -2_000, 15 * MINUTE_MS, 15 * MINUTE_MS + 1].map(countOf)).toEqual([2, 1, 1, 2]);
  });

  test('takes no other promise’s place', () => {
    expect(folded(promised(promisedAt), promised(promisedAt + MINUTE_MS))).toHaveLength(2);
  });
});

describe('counted messages', () => {
  test('stand oldest first, in whatever order they come', () => {
    const [first, second, third] = ['07:00', '08:00', '09:00'].map((at) =>
      sent(`2026-11-02T${at}:00Z`),
    ) as [Outbound, Outbound, Outbound];
    expect(folded(third, first, second)).toEqual([first, second, third]);
    expect(folded(first, third, second)).toEqual([first, second, third]);
  });

  test('reach back three days from the newest, to the millisecond', () => {
    const newest = sent('2026-11-05T08:00:00.000Z');
    const at = (offsetMs: number): Outbound => ({ ...newest, atMs: newest.atMs + offsetMs });
    const out = folded(at(-3 * DAY_MS), at(1 - 3 * DAY_MS), at(-DAY_MS), newest);
    expect(out).toEqual([at(1 - 3 * DAY_MS), at(-DAY_MS), newest]);
  });

  test('of each sort are a hundred at most: the oldest of the sort goes, and no other', () => {
    const start = ms('2026-11-02T08:00:00Z');
    const many = (count: number, isFree: boolean) =>
      Array.from({ length: count }, (_, nth) => ({
        atMs: start + nth * 1_000,
        messageRef: `${isFree} ${nth}`,
        isFree,
      }));
    const oneOther = many(1, false);
    const hundred = folded(...oneOther, ...many(100, true));
    expect(hundred).toHaveLength(101);
    const after = folded(...oneOther, ...many(101, true));
    expect(after).toHaveLength(101);
    const refs = after.map(({ messageRef }) => messageRef);
    expect(refs).toContain('false 0');
    expect(refs).not.toContain('true 0');
    expect(refs).toContain('true 1');
  });
});

describe('a message of which the hour alone is known', () => {
  const at = '2026-11-01T09:00:00.000Z';
  const within = outboundOf({ at, precision: 'hour' });

  test('counts until a day after the last instant of its hour', () => {
    expect(usage([within], '2026-11-02T09:59:59.998Z')).toMatchObject({ rolling: 1 });
    expect(usage([within], '2026-11-02T09:59:59.999Z')).toMatchObject({ rolling: 0 });
  });

  test('is of the day that it may be of', () => {
    // Midnight in Kolkata is at half past an hour.
    const late = outboundOf({ at: '2026-11-01T18:00:00.000Z', precision: 'hour' });
    const limits = { nowMs: ms('2026-11-02T09:00:00.000Z'), max: 3, windowMs: DAY_MS };
    expect(capUsage([late], { ...limits, timeZone: 'Asia/Kolkata' }).localDay).toBe(1);
  });

  test('never takes the place of a promise, and an exact one does', () => {
    const promise = promised(ms('2026-11-01T09:59:59.000Z'));
    expect(folded(promise, within)).toHaveLength(2);
    expect(folded(within, promise)).toHaveLength(2);
    expect(folded(promise, outboundOf({ at: '2026-11-01T09:59:59.500Z' }))).toHaveLength(1);
  });

  test('is one more for every other of its hour, and free where the person needs it', () => {
    expect(folded(within, within)).toHaveLength(2);
    const needed = outboundOf({ at, precision: 'hour', messageCategory: 'utility' });
    expect(usage([needed], '2026-11-01T10:00:00Z')).toMatchObject({ rolling: 0, free: 1 });
    const promotion = outboundOf({ at, precision: 'hour', messageCategory: 'marketing' });
    expect(promotion).toEqual(within);
  });

  test.each([
    { at, precision: 'hour' },
    { at, precision: 'hour', messageCategory: 'utility' },
    { at, messageRef: 'mr_1' },
    { at, messageRef: 'mr_1', messageCategory: 'utility' },
  ] as const)('is told on as it was told: %o', (seen) => {
    expect(seenLeavingOf(outboundOf(seen))).toEqual(seen);
  });

  test('is told on where it was seen leaving, and a promise is not', () => {
    expect(seenLeavingOf(promised(ms(at)))).toBeUndefined();
    expect(seenLeavingOf(outboundOf({ at }))).toBeUndefined();
  });
});

test('a signal shows a message leaving that can be told apart, and none of a history', () => {
  const signal = { kind: 'message-read', messageRef: 'mr_1' } as const;
  expect(showsLeaving(signal)).toBe(true);
  expect(showsLeaving({ ...signal, backfill: false })).toBe(true);
  expect(showsLeaving({ ...signal, backfill: true })).toBe(false);
  expect(showsLeaving({ kind: 'message-read' })).toBe(false);
  expect(showsLeaving({ ...signal, kind: 'message-dropped' })).toBe(false);
});
