import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { KeyedMutex } from './keyed-mutex.ts';

test('one name goes one at a time, in order, past failures; another name does not wait', async () => {
  const mutex = new KeyedMutex();
  const seen: string[] = [];
  const work = (name: string, ms: number) => async () => {
    seen.push(`${name} begins`);
    await sleep(ms);
    seen.push(`${name} ends`);
    if (name === 'a1') throw new Error('refused');
    return name;
  };
  const results = await Promise.allSettled([
    mutex.run('a', work('a1', 20)),
    mutex.run('a', work('a2', 1)),
    mutex.run('b', work('b1', 1)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(seen.indexOf('a2 begins')).toBeGreaterThan(seen.indexOf('a1 ends'));
  expect(seen.indexOf('b1 ends')).toBeLessThan(seen.indexOf('a1 ends'));
});
