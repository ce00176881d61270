import { expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { Clock, ClockNotTrusted } from './clock.ts';

test('a clock that is moved goes on from there, and who follows it hears of it', () => {
  const clock = new Clock({ startAt: new Date('2026-11-02T08:00:00Z'), mayMove: true });
  const before = clock.nowMs();
  let received = 0;
  const end = clock.onMove(() => (received += 1));
  clock.moveTo(DAY_MS);
  clock.moveTo(DAY_MS);
  expect(clock.nowMs() - before).toBeGreaterThanOrEqual(DAY_MS);
  expect(clock.nowMs() - before).toBeLessThan(DAY_MS + 60_000);
  expect([received, clock.advancedMs]).toEqual([1, DAY_MS]);
  end();
  clock.moveTo(2 * DAY_MS);
  expect(received).toBe(1);
});

test.each([0, DAY_MS - 1, Number.NaN])('it never goes back, so not to %d either', (advancedMs) => {
  const clock = new Clock({ advancedMs: DAY_MS, mayMove: true });
  expect(() => clock.moveTo(advancedMs)).toThrow('the clock goes forward alone');
  expect(clock.advancedMs).toBe(DAY_MS);
});

test('outside the embedded platform it is the real one, whatever anybody says', () => {
  const clock = new Clock({ advancedMs: DAY_MS });
  expect(clock.advancedMs).toBe(0);
  expect(() => clock.moveTo(DAY_MS)).toThrow('in the embedded platform alone');
  expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(60_000);
});

test('nothing is decided while it may be wrong by more than two seconds', () => {
  const clock = new Clock();
  for (const skewMs of [0, 2_000, -2_000]) {
    clock.noteSkew(skewMs);
    expect(clock.forDecision()).toBeInstanceOf(Date);
  }
  for (const skewMs of [2_001, -90_000]) {
    clock.noteSkew(skewMs);
    expect(() => clock.forDecision()).toThrow(ClockNotTrusted);
    expect(clock.now()).toBeInstanceOf(Date);
  }
  expect(() => clock.forDecision()).toThrow('differ by 90 s');
  clock.noteSkew(0);
  expect(clock.isTrusted).toBe(true);
});
