import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Log } from '../observability/logger.ts';
import { Rounds } from './rounds.ts';

const quiet = { warn: () => undefined } as unknown as Log;

test('rounds never overlap, and a stop waits for the one in hand', async () => {
  const seen: string[] = [];
  const rounds = new Rounds({
    everyMs: 2,
    log: quiet,
    complaint: 'unused',
    round: async () => {
      seen.push('begin');
      await pause(15);
      seen.push('end');
    },
  });
  rounds.start();
  await pause(40);
  await rounds.stop();
  expect(seen.length).toBeGreaterThanOrEqual(2);
  expect(seen).toEqual(seen.map((_, nth) => (nth % 2 === 0 ? 'begin' : 'end')));
});

test('a round that fails is said and tried again; one that a stop ends is not said', async () => {
  const said: string[] = [];
  const log = { warn: (_: object, text: string) => said.push(text) } as unknown as Log;
  let tries = 0;
  const again = Promise.withResolvers<void>();
  const rounds = new Rounds({
    everyMs: 2,
    log,
    complaint: 'could not look',
    round: async (signal) => {
      tries += 1;
      if (tries === 1) throw new Error('away');
      again.resolve();
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('ended')), { once: true });
      });
    },
  });
  rounds.start();
  await again.promise;
  await rounds.stop();
  expect(said).toEqual(['could not look']);
});
