import { expect, jest, test } from '@jest/globals';
import { memoryOfNobody } from '../../stores/memory.ts';
import { nobody } from '../../stores/rows.ts';
import { expiringCache } from './expiring-cache.ts';

type Value = { readonly number: number };
const value = (number: number): Value => ({ number });
const memory = memoryOfNobody<Value>({ name: 'test', holds: nobody, because: 'A test.' });
const BEGAN = 1_800_000_000_000;

test('forgets by time and by number, the oldest first', () => {
  let now = BEGAN;
  const cache = expiringCache(memory, () => now, { ttlMs: 60_000, entriesMax: 2 });
  cache.set('a', value(1));
  cache.set('b', value(2));
  cache.set('a', value(3));
  cache.set('c', value(4));
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([value(3), undefined, value(4)]);
  now = BEGAN + 59_999;
  expect(cache.get('a')).toEqual(value(3));
  // Being asked for prolongs nothing.
  now = BEGAN + 60_000;
  expect([cache.get('a'), cache.get('c'), cache.size]).toEqual([undefined, undefined, 0]);
});

test('forgets what nobody asks for any more', () => {
  jest.useFakeTimers();
  try {
    const cache = expiringCache(memory, Date.now, { ttlMs: 60_000, entriesMax: 9 });
    cache.set('a', value(1));
    jest.advanceTimersByTime(30_000);
    cache.set('b', value(2));
    jest.advanceTimersByTime(30_000);
    cache.set('c', value(3));
    expect(cache.size).toBe(2);
  } finally {
    jest.useRealTimers();
  }
});

test('forgets while nothing happens at all', () => {
  jest.useFakeTimers();
  try {
    const cache = expiringCache(memory, Date.now, { ttlMs: 60_000, entriesMax: 9 });
    cache.set('a', value(1));
    jest.advanceTimersByTime(30_000);
    cache.set('b', value(2));
    jest.advanceTimersByTime(30_000);
    expect(cache.size).toBe(1);
    jest.advanceTimersByTime(30_000);
    expect(cache.size).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});
