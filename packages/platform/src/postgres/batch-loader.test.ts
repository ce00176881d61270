import { expect, test } from '@jest/globals';
import { BatchLoader } from './batch-loader.ts';

const double = (keys: readonly number[]) => Promise.resolve(keys.map((key) => key * 2));

test('callers that ask at the same time share queries, and each gets its own values', async () => {
  const sizes: number[] = [];
  const loader = new BatchLoader<number, number>((keys) => {
    sizes.push(keys.length);
    return double(keys);
  });
  const answers = await Promise.all([
    loader.ask([1]),
    loader.ask([2, 3]),
    loader.ask([4]),
    loader.ask([]),
  ]);
  expect(answers).toEqual([[2], [4, 6], [8], []]);
  expect(sizes).toEqual([4]);
});

test('a query has a limit, except for a caller that alone asks for more', async () => {
  const sizes: number[] = [];
  const loader = new BatchLoader<number, number>((keys) => {
    sizes.push(keys.length);
    return double(keys);
  }, 3);
  const asked = [[1], [2, 2], [3, 3], [4, 4, 4, 4]];
  const answers = await Promise.all(asked.map((keys) => loader.ask(keys)));
  expect(answers).toEqual(asked.map((keys) => keys.map((key) => key * 2)));
  expect(sizes).toEqual([3, 2, 4]);
});

test('a failed query fails those who were in it, and the next one runs', async () => {
  let calls = 0;
  const loader = new BatchLoader<number, number>((keys) => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error('away')) : double(keys);
  });
  const [first] = await Promise.allSettled([loader.ask([1])]);
  const [second] = await Promise.allSettled([loader.ask([2])]);
  expect(first).toMatchObject({ status: 'rejected' });
  expect(second).toEqual({ status: 'fulfilled', value: [4] });
});
