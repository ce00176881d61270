import { expect, jest, test } from '@jest/globals';
import { ExpiringCache } from './expiring-cache.ts';

test('forgets by time and by number, the oldest first', () => {
  let now = 0;
  const cache = new ExpiringCache<number>(() => now, { ttlMs: 60_000, entriesMax: 2 });
  cache.set('a', 1);
  cache.set('b', 2);
  cache.set('a', 3);
  cache.set('c', 4);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([3, undefined, 4]);
  now = 60_000;
  expect([cache.get('a'), cache.get('c'), cache.size]).toEqual([undefined, undefined, 0]);
});

test('forgets what nobody asks for any more', () => {
  let now = 0;
  const cache = new ExpiringCache<number>(() => now, { ttlMs: 60_000, entriesMax: 9 });
  cache.set('a', 1);
  now = 30_000;
  cache.set('b', 2);
  now = 60_000;
  cache.set('c', 3);
  expect(cache.size).toBe(2);
});

test('forgets while nothing happens at all', () => {
  jest.useFakeTimers();
  try {
    const cache = new ExpiringCache<number>(Date.now, { ttlMs: 60_000, entriesMax: 9 });
    cache.set('a', 1);
    jest.advanceTimersByTime(30_000);
    cache.set('b', 2);
    jest.advanceTimersByTime(30_000);
    expect(cache.size).toBe(1);
    jest.advanceTimersByTime(30_000);
    expect(cache.size).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});
