import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { partitionOf } from '@tact/platform';
import type { Stage } from './stage.ts';
import { PARTITIONS, countOf, until } from './scene.ts';
import { effectsByKey, numbered, upTo } from './service.ts';
import { startWorker } from './workers.ts';

const keys = Array.from({ length: 30 }, (_, nth) => `key-${nth}`);

export const groupDemands = (stage: Stage): void => {
  stage.report.demand(
    'T8',
    'SIGTERM under load exits within 10 s and leaves the group',
    ({ note }) => leaveUnderLoad(stage, note),
  );
};

const leaveUnderLoad = async (stage: Stage, note: (text: string) => void): Promise<void> => {
  const scene = await stage.scene();
  const { service, log, topic, group } = scene;
  const relay = scene.relay();
  const slow = { ...scene.task('consumer', 'leaving'), handlerMs: 300 };
  const leaving = startWorker(slow);
  const staying = startWorker({ ...slow, name: 'staying' });
  await Promise.all([leaving.ready, staying.ready]);
  const load = { n: 0, stop: false };
  const traffic = (async () => {
    while (!load.stop) {
      load.n += 1;
      await service.store.appendMany(keys.map((key) => numbered({ key, n: load.n })));
      await pause(50);
    }
  })();
  const by = (name: string) =>
    countOf(scene, 'SELECT count(*) AS count FROM effects WHERE worker = $1', [name]);
  await until(async () => (await by('leaving')) > 100 && (await by('staying')) > 100, 20_000);
  const termedAt = performance.now();
  leaving.signal('SIGTERM');
  const { code } = await leaving.exited;
  const exitMs = Math.round(performance.now() - termedAt);
  // Partitions come to the other at once when the group was left, and only after the lease when it was not.
  const reached = load.n;
  const partitions = async (): Promise<number> => {
    const rows = await service.database.queryable.query<{ key: string }>(
      `SELECT DISTINCT key FROM effects WHERE worker = 'staying' AND n > $1`,
      [reached],
    );
    return new Set(rows.map(({ key }) => partitionOf(key, PARTITIONS))).size;
  };
  const leftAt = performance.now();
  const everywhere = new Set(keys.map((key) => partitionOf(key, PARTITIONS))).size;
  const taken = await until(async () => (await partitions()) === everywhere, 8_000);
  const takenMs = Math.round(performance.now() - leftAt);
  load.stop = true;
  await traffic;
  await until(
    async () => (await log.admin.lag(group, [topic])).every(({ lag }) => lag === 0),
    20_000,
  );
  staying.signal('SIGTERM');
  await staying.exited;
  await relay.stop();
  expect({ code, taken }).toEqual({ code: 0, taken: true });
  expect(exitMs).toBeLessThan(10_000);
  const effects = await effectsByKey(service.database, group);
  expect(Object.fromEntries(effects)).toEqual(
    Object.fromEntries(keys.map((key) => [key, upTo(load.n)])),
  );
  note(`exit after ${exitMs} ms, its partitions taken ${takenMs} ms later`);
};
