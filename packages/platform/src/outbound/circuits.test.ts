import { expect, test } from '@jest/globals';
import { HOUR_MS } from '@tact/contracts';
import { Circuits } from './circuits.ts';

test('a host that fails again and again rests for longer and longer; one answer makes it well', () => {
  let now = 0;
  const circuits = new Circuits(() => now);
  for (let nth = 0; nth < 4; nth += 1) circuits.failed('a');
  expect(circuits.restMs('a')).toBeUndefined();
  circuits.failed('a');
  expect([circuits.restMs('a'), circuits.restMs('b')]).toEqual([1_000, undefined]);
  now = 1_000;
  // One tries, the others go on waiting for what it finds.
  expect([circuits.restMs('a'), circuits.restMs('a')]).toEqual([undefined, 1_000]);
  circuits.failed('a');
  expect(circuits.restMs('a')).toBe(2_000);
  for (let nth = 0; nth < 20; nth += 1) circuits.failed('a');
  expect(circuits.restMs('a')).toBe(30_000);
  circuits.answered('a', undefined);
  expect(circuits.restMs('a')).toBeUndefined();
});

test('a host that asks for time gets it, up to an hour', () => {
  let now = 0;
  const circuits = new Circuits(() => now);
  circuits.answered('a', 120_000);
  circuits.answered('b', 10 * HOUR_MS);
  expect([circuits.restMs('a'), circuits.restMs('b')]).toEqual([120_000, HOUR_MS]);
  now = 120_000;
  expect(circuits.restMs('a')).toBeUndefined();
});
