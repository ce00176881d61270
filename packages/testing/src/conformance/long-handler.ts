import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect } from '@jest/globals';
import type { Consumer } from '@tact/platform';
import type { Stage } from './stage.ts';
import { countEffects, until } from './scene.ts';
import type { Scene } from './scene.ts';
import { effectsByKey, effectsOf, numbered } from './service.ts';

const HANDLER_MS = 30_000;
const keys = Array.from({ length: 12 }, (_, nth) => `slow-${nth}`);

type Seen = { started: number; ended: number; effects: Map<string, number[]>; secondEarly: number };

/** A handler that takes 30 s and does not listen, while a second member joins the group. */
const play = async (scene: Scene): Promise<Seen> => {
  const { service, group } = scene;
  const relay = scene.relay();
  let started = 0;
  let ended = 0;
  const slow: Consumer['handle'] = async (tx, events, signal) => {
    started += 1;
    await pause(HANDLER_MS);
    ended += 1;
    await effectsOf(group, 'first')(tx, events, signal);
  };
  const limits = { handlerTimeoutMs: HANDLER_MS + 10_000 };
  const first = scene.consumer(slow, limits);
  await first.start();
  await service.store.appendMany(
    keys.flatMap((key) => [numbered({ key, n: 1 }), numbered({ key, n: 2 })]),
  );
  await until(async () => started >= 2, 10_000);
  const second = scene.consumer(effectsOf(group, 'second'), limits);
  await second.start();
  await pause(HANDLER_MS - 5_000);
  const secondEarly = await countEffects(scene);
  await until(async () => (await countEffects(scene)) >= keys.length * 2, HANDLER_MS + 45_000);
  // Whatever the first member still does must change nothing.
  await until(async () => ended >= started, HANDLER_MS);
  const effects = await effectsByKey(service.database, group);
  await Promise.all([first.stop({ drainMs: 100 }), second.stop({ drainMs: 100 })]);
  await relay.stop();
  return { started, ended, effects, secondEarly };
};

/** Starts at the beginning of the suite, because it is mostly waiting; judged near its end. */
export const openLongHandler = (stage: Stage): { demand(): void } => {
  let playing: Promise<Seen> | undefined;
  beforeAll(async () => {
    const scene = await stage.scene(2);
    playing = play(scene);
    playing.catch(() => undefined);
  });
  return {
    demand: () =>
      stage.report.demand(
        'T9',
        'a rebalance during a 30 s handler: stale work rolls back',
        async ({ note }) => {
          if (playing === undefined) throw new Error('the scene was not opened');
          const { started, ended, effects, secondEarly } = await playing;
          expect(Object.fromEntries(effects)).toEqual(
            Object.fromEntries(keys.map((key) => [key, [1, 2]])),
          );
          expect(ended).toBe(started);
          // The second member did the work of its partition while the first was still at it.
          expect(secondEarly).toBeGreaterThan(0);
          note(
            `${started} runs of the slow handler, ${secondEarly} effects by the other meanwhile`,
          );
        },
        150_000,
      ),
  };
};
