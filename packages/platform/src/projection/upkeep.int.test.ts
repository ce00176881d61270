import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ProjectionRebuild, ProjectionSummary } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { eventStoreMigrations } from '../event-store/schema.ts';
import type { Database } from '../postgres/database.ts';
import type { Projection } from './projection.ts';
import type { ProjectionRunner } from './runner.ts';
import { projectionMigrations } from './schema.ts';
import { openCounter, tally, counterMigrations } from './testing/counter-worker.ts';
import { doubled, openUpkeep } from './testing/upkeep-worker.ts';
import type { ProjectionUpkeep } from './upkeep.ts';

let scratch: TestDatabase;
let database: Database;
let store: EventStore;
let runner: ProjectionRunner;
let open: (() => Promise<void>)[];

beforeEach(async () => {
  scratch = await testDatabase();
  open = [];
  ({ database, store, runner } = await openCounter(scratch.url, [
    ...eventStoreMigrations,
    ...projectionMigrations,
    ...counterMigrations,
  ]));
});

afterEach(async () => {
  for (const close of open) await close();
  await runner?.stop();
  await store?.close();
  await database?.close();
  await scratch?.drop();
});

const fill = (from: number, count: number): Promise<unknown> =>
  store.appendMany(
    Array.from({ length: count }, (_, nth) => ({
      stream: `s-${(from + nth) % 50}`,
      expected: 'any' as const,
      events: [{ type: 'Counted', data: { value: from + nth } }],
      context: { tenantId: 't', subject: 's' },
    })),
  );

const rowsOf = (): Promise<unknown[]> =>
  database.queryable.query('SELECT * FROM tally ORDER BY stream');
/** Straight from the events, past every projection. */
const truth = (times: number): Promise<unknown[]> =>
  database.queryable.query(
    `SELECT stream, count(*) AS count, (sum((data->>'value')::bigint) * $1)::bigint AS total,
       max(version) AS last_version FROM events GROUP BY stream ORDER BY stream`,
    [times],
  );

const started = async (projection: Projection): Promise<ProjectionUpkeep> => {
  const { upkeep, close } = await openUpkeep(scratch.url, projection, 50);
  open.push(close);
  upkeep.start();
  return upkeep;
};

const until = async (look: () => Promise<boolean>): Promise<void> => {
  while (!(await look())) await pause(10);
};
const current = (upkeep: ProjectionUpkeep) =>
  until(async () => {
    const { state, lag } = await upkeep.show();
    return state === 'current' && lag === 0;
  });

const startWorker = (): ChildProcess =>
  spawn(
    process.execPath,
    [
      '--experimental-transform-types',
      '--no-warnings',
      '--conditions=tact-source',
      fileURLToPath(new URL('testing/upkeep-worker.ts', import.meta.url)),
      scratch.url,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );

const recordOf = async () => {
  const rows = await database.queryable.query<{ id: string; state: string; position: number }>(
    'SELECT rebuild_id AS id, state, position FROM projection_rebuilds ORDER BY started_at',
  );
  return rows;
};

test('a raised version answers from the old rows until the new ones are swapped in', async () => {
  await fill(0, 3_000);
  await runner.catchUp();
  const old = await rowsOf();
  const [before] = await database.queryable.query<{ position: number }>(
    'SELECT position FROM checkpoints',
  );
  // Held here, no rebuild can end: what is read meanwhile are the rows of the version before.
  const held = await database.connect('test');
  await held.query('BEGIN; SELECT FROM checkpoints FOR UPDATE');
  const upkeep = await started(doubled(2));
  await until(async () => (await recordOf())[0]?.position === 3_000);
  await fill(3_000, 200);
  expect(await rowsOf()).toEqual(old);
  expect(ProjectionSummary.parse(await upkeep.show())).toMatchObject({
    state: 'rebuilding',
    version: 2,
    position: before?.position,
    lag: 200,
    latestRebuild: { state: 'running', progress: { of: 'events', done: 3_000, total: 3_000 } },
  });
  await held.query('ROLLBACK');
  await held.end();
  await current(upkeep);
  expect(await rowsOf()).toEqual(await truth(2));
  // Rows of another version are not to be the same: nothing is compared.
  expect((await upkeep.show()).latestRebuild).not.toHaveProperty('comparison');
  await fill(3_200, 100);
  await current(upkeep);
  expect(await rowsOf()).toEqual(await truth(2));
}, 60_000);

test('a rebuild that was killed in the middle goes on where its last batch ended', async () => {
  await fill(0, 25_000);
  await fill(25_000, 20_000);
  await runner.catchUp();
  const worker = startWorker();
  await until(async () => ((await recordOf())[0]?.position ?? 0) > 0);
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  const [left] = await recordOf();
  expect(left?.position).toBeLessThan(45_000);
  expect(await rowsOf()).toEqual(await truth(1));
  const upkeep = await started(doubled(2));
  await current(upkeep);
  expect(await rowsOf()).toEqual(await truth(2));
  // One rebuild it was, and each event was counted once in it.
  expect(
    await database.queryable.query(
      'SELECT rebuild_id AS id, state, events FROM projection_rebuilds',
    ),
  ).toEqual([{ id: left?.id, state: 'swapped', events: 45_000 }]);
}, 120_000);

test('of two processes one builds, and both follow the new rows', async () => {
  await fill(0, 5_000);
  await runner.catchUp();
  const [one, other] = await Promise.all([started(doubled(2)), started(doubled(2))]);
  await Promise.all([current(one), current(other)]);
  expect(await recordOf()).toMatchObject([{ state: 'swapped' }]);
  await fill(5_000, 500);
  await current(one);
  expect(await rowsOf()).toEqual(await truth(2));
});

test('an operator’s rebuild runs beside the traffic and says how the rows compared', async () => {
  await fill(0, 2_000);
  const upkeep = await started(tally);
  await current(upkeep);
  await database.queryable.query(`UPDATE tally SET total = 0 WHERE stream = 's-7'`);
  const { rebuildId } = ProjectionRebuild.parse(await upkeep.rebuild());
  await until(async () => (await upkeep.find(rebuildId))?.state === 'swapped');
  expect(ProjectionRebuild.parse(await upkeep.find(rebuildId))).toMatchObject({
    comparison: { liveRows: 50, newRows: 50, same: false },
  });
  expect(await rowsOf()).toEqual(await truth(1));
  await fill(2_000, 100);
  await current(upkeep);
  expect(await rowsOf()).toEqual(await truth(1));
});

test('rows of a later release are left alone, and a person is told', async () => {
  await fill(0, 100);
  await runner.catchUp();
  await database.queryable.query('UPDATE checkpoints SET version = 7');
  const upkeep = await started(tally);
  await until(async () => (await upkeep.trouble())?.what === 'rows-newer');
  expect(await upkeep.show()).toMatchObject({ state: 'newer', version: 1 });
  await expect(upkeep.rebuild()).rejects.toMatchObject({ slug: 'unprocessable' });
  expect(await recordOf()).toEqual([]);
});

test('a shadow of other tables than these is not gone on with', async () => {
  await fill(0, 1_000);
  await runner.catchUp();
  await database.queryable.query(`INSERT INTO projection_rebuilds
      (rebuild_id, projection, version, shape, state, position, started_at, erasures, updated_at)
    VALUES ('rb_0000000000', 'tally', 2, 'another', 'running', 900, now(), 0, now());
    CREATE SCHEMA tallies_rebuild_tally; CREATE TABLE tallies_rebuild_tally.tally (stream text)`);
  const upkeep = await started(doubled(2));
  await current(upkeep);
  expect(await recordOf()).toEqual([{ id: 'rb_0000000000', state: 'swapped', position: 1_000 }]);
  expect(await rowsOf()).toEqual(await truth(2));
});

test('what fails again and again is told, and the old rows go on answering', async () => {
  await fill(0, 1_000);
  await runner.catchUp();
  const poison: Projection = {
    ...tally,
    version: 2,
    handle: () => Promise.reject(new Error('not readable')),
  };
  const upkeep = await started(poison);
  await until(async () => (await upkeep.trouble())?.what === 'rebuild-failed');
  await until(async () => (await recordOf()).at(-1)?.state === 'failed');
  expect(await rowsOf()).toEqual(await truth(1));
  expect(await upkeep.show()).toMatchObject({
    state: 'outdated',
    latestRebuild: { state: 'failed' },
  });
  const shadows = await database.queryable.query(
    `SELECT FROM pg_namespace WHERE nspname = 'tallies_rebuild_tally'`,
  );
  expect(shadows).toEqual([]);
}, 60_000);
