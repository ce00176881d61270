import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { partitionOf } from '@tact/platform';
import type { LogRecord } from '@tact/platform';
import type { Stage } from './stage.ts';
import { PARTITIONS, countOf, until } from './scene.ts';
import type { Scene } from './scene.ts';
import { upTo } from './service.ts';
import { startWorker } from './workers.ts';
import type { Worker } from './workers.ts';

const KEYS = 100;
const PER_KEY = 600;
const STEP_MS = 3_000;

export const orderDemands = (stage: Stage): void => {
  stage.report.demand(
    'T1',
    '100 keys x 600, members join, leave, SIGTERM, SIGKILL: nothing lost, no gap per key',
    ({ note }) => order(stage, note),
    120_000,
  );
};

const order = async (stage: Stage, note: (text: string) => void): Promise<void> => {
  const scene = await stage.scene();
  const exits: number[] = [];
  const publishing = publishAll(scene);
  const members = await come(scene, ['a', 'b']);
  await pause(STEP_MS);
  members.push(...(await come(scene, ['c'])));
  await pause(STEP_MS);
  exits.push(await go(members.shift(), 'SIGTERM'));
  await pause(STEP_MS);
  await go(members.shift(), 'SIGKILL');
  members.push(...(await come(scene, ['d', 'e'])));
  await pause(STEP_MS);
  await go(members.shift(), 'SIGKILL');
  await publishing;
  const whole = KEYS * PER_KEY;
  const complete = await until(async () => (await distinct(scene)) === whole, 60_000);
  for (const member of members) exits.push(await go(member, 'SIGTERM'));
  expect({ seen: await distinct(scene), complete }).toEqual({ seen: whole, complete: true });
  expect(await outOfOrder(scene)).toEqual([]);
  expect(exits).toEqual(exits.map(() => 0));
  const all = await countOf(scene, 'SELECT count(*) AS count FROM seen');
  note(`${whole} records, ${all - whole} seen twice`);
};

const publishAll = async ({ log, topic }: Scene): Promise<void> => {
  const keys = Array.from({ length: KEYS }, (_, nth) => `key-${nth}`);
  const perBatch = 4;
  for (let n = 1; n <= PER_KEY; n += perBatch) {
    const batch = upTo(perBatch).flatMap((more) =>
      keys.map((key): LogRecord => ({
        topic,
        partition: partitionOf(key, PARTITIONS),
        key,
        headers: { n: String(n + more - 1) },
        value: Buffer.from('{}'),
      })),
    );
    await log.publish(batch);
    await pause(100);
  }
};

const come = async (scene: Scene, names: readonly string[]): Promise<Worker[]> => {
  const workers = names.map((name) => startWorker(scene.task('seen', name)));
  await Promise.all(workers.map(({ ready }) => ready));
  return workers;
};

const go = async (worker: Worker | undefined, signal: NodeJS.Signals): Promise<number> => {
  worker?.signal(signal);
  const ended = await worker?.exited;
  return ended?.code ?? -1;
};

const distinct = (scene: Scene): Promise<number> =>
  countOf(scene, 'SELECT count(*) AS count FROM (SELECT DISTINCT key, n FROM seen) AS s');

/** Keys whose numbers, in the order in which they were first seen, are not 1, 2, 3 and so on. */
const outOfOrder = async ({ service }: Scene): Promise<string[]> => {
  const rows = await service.database.queryable.query<{ key: string }>(
    `WITH first AS (SELECT key, n, min(id) AS id FROM seen GROUP BY key, n),
       ranked AS (SELECT key, n, row_number() OVER (PARTITION BY key ORDER BY id) AS place FROM first)
     SELECT DISTINCT key FROM ranked WHERE n <> place`,
  );
  return rows.map(({ key }) => key);
};
