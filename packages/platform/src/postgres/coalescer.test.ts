import { expect, test } from '@jest/globals';
import { Coalescer } from './coalescer.ts';

const double = (keys: readonly number[]) => Promise.resolve(keys.map((key) => key * 2));

test('callers that ask at the same time share queries, and each gets its own values', async () => {
  const sizes: number[] = [];
  const lane = new Coalescer<number, number>((keys) => {
    sizes.push(keys.length);
    return double(keys);
  });
  const answers = await Promise.all([lane.ask([1]), lane.ask([2, 3]), lane.ask([4]), lane.ask([])]);
  expect(answers).toEqual([[2], [4, 6], [8], []]);
  expect(sizes).toEqual([4]);
});

test('a query has a limit, except for a caller that alone asks for more', async () => {
  const sizes: number[] = [];
  const lane = new Coalescer<number, number>((keys) => {
    sizes.push(keys.length);
    return double(keys);
  }, 3);
  const asked = [[1], [2, 2], [3, 3], [4, 4, 4, 4]];
  const answers = await Promise.all(asked.map((keys) => lane.ask(keys)));
  expect(answers).toEqual(asked.map((keys) => keys.map((key) => key * 2)));
  expect(sizes).toEqual([3, 2, 4]);
});

test('a failed query fails those who were in it, and the next one runs', async () => {
  let calls = 0;
  const lane = new Coalescer<number, number>((keys) => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error('away')) : double(keys);
  });
  const [first] = await Promise.allSettled([lane.ask([1])]);
  const [second] = await Promise.allSettled([lane.ask([2])]);
  expect(first).toMatchObject({ status: 'rejected' });
  expect(second).toEqual({ status: 'fulfilled', value: [4] });
});
