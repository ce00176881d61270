import { expect, test } from '@jest/globals';
import { Backoff } from './backoff.ts';

test('the wait doubles up to half a minute, and a long life forgives', () => {
  const backoff = new Backoff();
  const waits = Array.from({ length: 7 }, () => backoff.nextMs(100));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(backoff.nextMs(60_000)).toBe(1_000);
  expect(backoff.nextMs(100)).toBe(2_000);
});
