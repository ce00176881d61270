import { expect, test } from '@jest/globals';
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
