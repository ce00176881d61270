import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { assessContact } from '../verdict/assess.ts';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import { outsideMs } from './censoring.ts';
import type { CensoredWindow, SignalFact } from './facts.ts';

const start = Date.UTC(2026, 8, 1, 8);
const day = (nth: number, hours = 0) => start + nth * DAY_MS + hours * HOUR_MS;
const sent = (nth: number, messageRef: string): SignalFact => ({
  kind: 'message-sent',
  occurredAt: day(nth),
  messageRef,
});
const delivered = (at: number, messageRef: string): SignalFact => ({
  kind: 'message-delivered',
  occurredAt: at,
  messageRef,
});
const missed = (nth: number): SignalFact => ({ kind: 'call-not-ringing', occurredAt: day(nth, 3) });
const blocked = (
  facts: readonly SignalFact[],
  asOf: number,
  incidents: readonly CensoredWindow[] = [],
): number => assessContact(facts, { priors, asOf, incidents }).probability;

/** Ten days of answers, then a message that is stuck and calls that do not ring. */
const lively = Array.from({ length: 10 }, (_, nth) => [
  sent(nth, `m${nth}`),
  delivered(day(nth, 1), `m${nth}`),
]).flat();
const silent = [...lively, sent(11, 'stuck'), missed(12), sent(13, 'stuck too'), missed(14)];

describe('a tenant-wide incident', () => {
  test('takes its weight from the silence of its window', () => {
    const asOf = day(16);
    const suspected = blocked(silent, asOf);
    const known = blocked(silent, asOf, [{ from: day(10), until: Infinity }]);
    const never = blocked(lively, asOf);
    expect(suspected).toBeGreaterThan(4 * known);
    // A message that was lost in an outage leaves no more doubt than one that was never sent.
    expect(known).toBeLessThan(1.5 * never);
  });

  test('leaves what speaks for life', () => {
    const alive = [...silent, delivered(day(15), 'stuck')];
    const incident = [{ from: day(10), until: day(20) }];
    expect(blocked(alive, day(16), incident)).toBeLessThan(blocked(silent, day(16), incident));
    expect(blocked(alive, day(16), incident)).toBeCloseTo(blocked(alive, day(16)), 2);
  });

  test('says nothing of what is silent before and after it', () => {
    const asOf = day(30);
    const short = blocked([...silent, sent(20, 'later'), missed(22)], asOf, [
      { from: day(11), until: day(15) },
    ]);
    expect(short).toBeGreaterThan(4 * blocked(lively, asOf));
  });

  test('elsewhere in time it changes nothing', () => {
    const asOf = day(16);
    const after = { from: day(40), until: day(41) };
    expect(blocked(silent, asOf, [after])).toBeCloseTo(blocked(silent, asOf), 12);
  });

  // By a trace they do, rightly: a phone that is off rings in one call of a hundred and a blocked caller's in two, so a
  // silent call that is censored spoke, a little, against the block. No such call outweighs its message.
  test('after the last answer it makes a block likelier by a trace at most, however many there are', () => {
    const aWindow = fc
      .record({ from: fc.integer({ min: 240, max: 700 }), hours: fc.integer({ min: 1, max: 300 }) })
      .map(({ from, hours }) => ({
        from: start + from * HOUR_MS,
        until: start + (from + hours) * HOUR_MS,
      }));
    fc.assert(
      fc.property(
        fc.array(aWindow, { maxLength: 4 }),
        fc.integer({ min: 0, max: 15 }),
        (windows, later) => {
          const asOf = day(16 + later);
          expect(blocked(silent, asOf, windows)).toBeLessThanOrEqual(blocked(silent, asOf) * 1.01);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('the order of windows does not matter, nor that they overlap', () => {
    const windows = [
      { from: day(10), until: day(13) },
      { from: day(12), until: day(15) },
    ];
    const one = [{ from: day(10), until: day(15) }];
    expect(blocked(silent, day(16), windows)).toBe(blocked(silent, day(16), windows.toReversed()));
    expect(blocked(silent, day(16), windows)).toBeCloseTo(blocked(silent, day(16), one), 12);
  });
});

test('what lies outside of windows is counted once', () => {
  const windows = [
    { from: 40, until: 60 },
    { from: 10, until: 30 },
    { from: 20, until: 35 },
    { from: 90, until: Infinity },
  ];
  expect(outsideMs(windows, { from: 0, until: 100 })).toBe(100 - 25 - 20 - 10);
  expect(outsideMs([], { from: 5, until: 9 })).toBe(4);
  expect(outsideMs(windows, { from: 12, until: 20 })).toBe(0);
});
