import { expect, test } from '@jest/globals';
import { Clock, ClockNotTrusted } from './clock.ts';

const dayMs = 86_400_000;

test('a clock that is moved goes on from there, and who follows it hears of it', () => {
  const clock = new Clock({ startAt: new Date('2026-11-02T08:00:00Z'), mayMove: true });
  const before = clock.nowMs();
  let received = 0;
  const end = clock.onMove(() => (received += 1));
  clock.moveTo(dayMs);
  clock.moveTo(dayMs);
  expect(clock.nowMs() - before).toBeGreaterThanOrEqual(dayMs);
  expect(clock.nowMs() - before).toBeLessThan(dayMs + 60_000);
  expect([received, clock.advancedMs]).toEqual([1, dayMs]);
  end();
  clock.moveTo(2 * dayMs);
  expect(received).toBe(1);
});

test.each([0, dayMs - 1, Number.NaN])('it never goes back, so not to %d either', (advancedMs) => {
  const clock = new Clock({ advancedMs: dayMs, mayMove: true });
  expect(() => clock.moveTo(advancedMs)).toThrow('the clock goes forward alone');
  expect(clock.advancedMs).toBe(dayMs);
});

test('outside the embedded platform it is the real one, whatever anybody says', () => {
  const clock = new Clock({ advancedMs: dayMs });
  expect(clock.advancedMs).toBe(0);
  expect(() => clock.moveTo(dayMs)).toThrow('in the embedded platform alone');
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
