import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { HOUR_MS } from '@tact/contracts';
import { Clock } from '../config/clock.ts';
import type { Log } from '../observability/logger.ts';
import { PeriodicTask } from './periodic-task.ts';

const quiet = { warn: () => undefined } as unknown as Log;

test('rounds never overlap, and a stop waits for the one in hand', async () => {
  const seen: string[] = [];
  const task = new PeriodicTask({
    everyMs: 2,
    log: quiet,
    complaint: 'unused',
    run: async () => {
      seen.push('begin');
      await pause(15);
      seen.push('end');
    },
  });
  task.start();
  await pause(40);
  await task.stop();
  expect(seen.length).toBeGreaterThanOrEqual(2);
  expect(seen).toEqual(seen.map((_, nth) => (nth % 2 === 0 ? 'begin' : 'end')));
});

test('a round that fails is said and tried again; one that a stop ends is not said', async () => {
  const said: string[] = [];
  const log = { warn: (_: object, text: string) => said.push(text) } as unknown as Log;
  let tries = 0;
  const again = Promise.withResolvers<void>();
  const task = new PeriodicTask({
    everyMs: 2,
    log,
    complaint: 'could not look',
    run: async (signal) => {
      tries += 1;
      if (tries === 1) throw new Error('away');
      again.resolve();
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('ended')), { once: true });
      });
    },
  });
  task.start();
  await again.promise;
  await task.stop();
  expect(said).toEqual(['could not look']);
});

test('rounds that only follow a clock are made although it is not trusted', async () => {
  const clock = new Clock({ mayMove: true });
  clock.noteSkew(5_000);
  const seen = Promise.withResolvers<void>();
  const task = new PeriodicTask({
    everyMs: HOUR_MS,
    follows: clock,
    log: quiet,
    complaint: 'unused',
    run: () => Promise.resolve(seen.resolve()),
  });
  task.start();
  clock.moveTo(1_000);
  await seen.promise;
  await task.stop();
});

test('a clock that is moved is followed at once, and one that is not trusted decides nothing', async () => {
  const clock = new Clock({ mayMove: true });
  const said: string[] = [];
  let seen = 0;
  const [once, twice] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const task = new PeriodicTask({
    everyMs: HOUR_MS,
    clock,
    log: { warn: (_: object, text: string) => said.push(text) } as unknown as Log,
    complaint: 'could not decide',
    run: () => {
      seen += 1;
      (seen === 1 ? once : twice).resolve();
      return Promise.resolve();
    },
  });
  task.start();
  clock.moveTo(1_000);
  await once.promise;
  clock.moveTo(2_000);
  await twice.promise;
  clock.noteSkew(5_000);
  clock.moveTo(3_000);
  await pause(5);
  await task.stop();
  clock.noteSkew(0);
  clock.moveTo(4_000);
  expect([seen, said]).toEqual([2, ['could not decide']]);
});
