import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Outbox, Relay } from '@tact/platform';
import type { Stage } from './stage.ts';
import { countEffects, until } from './scene.ts';
import type { Scene } from './scene.ts';
import { effectsByKey, effectsOf, numbered, upTo } from './service.ts';

const keys = Array.from({ length: 20 }, (_, nth) => `key-${nth}`);
const KILLED_MS = 20_000;
const FROZEN_MS = 45_000;
const RECOVERY_MS_MAX = 10_000;
/** Or ten times what a command takes while the log is up, where the machine is busy with something else. */
const COMMAND_MS_MAX = 2_000;

export const outageDemands = (stage: Stage): void => {
  stage.report.demand(
    'T4',
    'server of the log killed 20 s, frozen 45 s: commands go on, recovery <= 10 s, nothing lost',
    ({ note }) => outages(stage, note),
    180_000,
  );
};

type Traffic = { n: number; slowestMs: number; stop(): Promise<void> };

/** Commands at 20 a second, as they would come by HTTP; each must end, outage or not. */
const commands = ({ service }: Scene): Traffic => {
  const stopping = new AbortController();
  const traffic: Traffic = {
    n: 0,
    slowestMs: 0,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const n = traffic.n + 1;
      await service.store.appendMany(keys.map((key) => numbered({ key, n })));
      traffic.n = n;
      traffic.slowestMs = Math.max(traffic.slowestMs, performance.now() - startedAt);
      await pause(50);
    }
  })();
  return traffic;
};

const outages = async (stage: Stage, note: (text: string) => void): Promise<void> => {
  const scene = await stage.scene();
  const { service, group } = scene;
  const fixture = stage.fixture();
  const relay = scene.relay();
  const consumer = scene.consumer(effectsOf(group));
  await consumer.start();
  const traffic = commands(scene);
  await until(async () => (await countEffects(scene)) > 200, 20_000);
  const usualMs = traffic.slowestMs;

  await fixture.kill();
  const dead = await duringOutage(relay, KILLED_MS);
  await fixture.restart();
  const afterKill = await recovery(scene, traffic);

  fixture.freeze();
  const frozen = await duringOutage(relay, FROZEN_MS);
  fixture.thaw();
  const afterFreeze = await recovery(scene, traffic);

  await traffic.stop();
  const whole = keys.length * traffic.n;
  await until(async () => (await countEffects(scene)) >= whole, 20_000);
  await consumer.stop();
  await relay.stop();
  note(`recovered in ${afterKill} and ${afterFreeze} ms, outbox up to ${frozen.depth} events`);
  expect(Math.max(afterKill, afterFreeze)).toBeLessThan(RECOVERY_MS_MAX);
  expect(traffic.slowestMs).toBeLessThan(Math.max(COMMAND_MS_MAX, 10 * usualMs));
  // What waits is to be seen: as many events as were appended, the oldest as old as the outage.
  expect(dead.depth).toBeGreaterThan(1_000);
  expect(dead.oldestAgeMs).toBeGreaterThan(KILLED_MS * 0.9);
  expect(frozen.oldestAgeMs).toBeGreaterThan(FROZEN_MS * 0.9);
  const effects = await effectsByKey(service.database, group);
  expect(Object.fromEntries(effects)).toEqual(
    Object.fromEntries(keys.map((key) => [key, upTo(traffic.n)])),
  );
};

const duringOutage = async (relay: Relay, forMs: number): Promise<Outbox> => {
  await pause(forMs);
  return relay.outbox();
};

/** Milliseconds until everything appended up to now has its effect. */
const recovery = async (scene: Scene, traffic: Traffic): Promise<number> => {
  const owed = traffic.n * keys.length;
  const startedAt = performance.now();
  await until(async () => (await countEffects(scene)) >= owed, 60_000);
  return Math.round(performance.now() - startedAt);
};
