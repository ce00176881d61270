import { expect, test } from '@jest/globals';
import { boundedCache } from './bounded-cache.ts';

const filled = (...keys: readonly string[]) => {
  const cache = boundedCache<string>(2);
  for (const key of keys) cache.set(key, key);
  return ['a', 'b', 'c'].filter((key) => cache.get(key) === key);
};

test('a full cache loses its oldest entry, and no other', () => {
  expect(filled('a', 'b')).toEqual(['a', 'b']);
  expect(filled('a', 'b', 'c')).toEqual(['b', 'c']);
});

test('an entry written again takes no second place, and is the newest', () => {
  expect(filled('a', 'b', 'b')).toEqual(['a', 'b']);
  expect(filled('a', 'b', 'a', 'c')).toEqual(['a', 'c']);
});
