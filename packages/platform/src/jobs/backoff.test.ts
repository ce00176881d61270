import { expect, test } from '@jest/globals';
import { backoffOf } from './backoff.ts';

const usual = { first: 1_000, max: 60_000 };

test('pauses double from the first to the longest, less up to a half by chance', () => {
  const whole = [1, 2, 3, 6, 7, 40].map((attempt) => backoffOf(usual, attempt, 1));
  expect(whole).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  expect(backoffOf(usual, 2, 0)).toBe(1_000);
  expect(backoffOf(usual, 2, 0.5)).toBe(1_500);
});
