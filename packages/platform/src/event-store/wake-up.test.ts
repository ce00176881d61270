import { expect, test } from '@jest/globals';
import { Waiter } from './wake-up.ts';

const wakes = async (subjects: readonly string[] | undefined, about?: readonly string[]) => {
  const waiter = new Waiter(() => undefined, { subjects, pollMs: () => Infinity });
  const stop = new AbortController();
  let isAwake = false;
  const waiting = waiter.next(stop.signal).then(() => (isAwake = !stop.signal.aborted));
  waiter.signal(about && new Set(about));
  await Promise.resolve().then(() => new Promise(setImmediate));
  stop.abort();
  await waiting;
  return isAwake;
};

test('a waiter is woken by what is about its subjects, and by what may be about anything', async () => {
  expect(await wakes(['signals', 'policies'], ['signals'])).toBe(true);
  expect(await wakes(['policies'], ['signals'])).toBe(false);
  expect(await wakes(['policies'])).toBe(true);
  expect(await wakes(undefined, ['signals'])).toBe(true);
});
