import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { EventStore } from '../event-store/event-store.ts';
import type { ProjectedEvent, StreamAppend } from '../event-store/events.ts';
import { eventStoreMigrations } from '../event-store/schema.ts';
import type { Database } from '../postgres/database.ts';
import { PositionWentBackwards, ProjectionVersionDiffers } from './checkpoint.ts';
import { type Fold, sourceOf } from './projection.ts';
import { rebuild } from './rebuild.ts';
import { ProjectionRunner } from './runner.ts';
import { projectionMigrations } from './schema.ts';
import { openCounter, tally, counterMigrations } from './testing/counter-worker.ts';

let scratch: TestDatabase;
let database: Database;
let store: EventStore;
let runner: ProjectionRunner;

beforeEach(async () => {
  scratch = await testDatabase();
  ({ database, store, runner } = await openCounter(scratch.url, [
    ...eventStoreMigrations,
    ...projectionMigrations,
    ...counterMigrations,
  ]));
});

afterEach(async () => {
  await runner?.stop();
  await store?.close();
  await database?.close();
  await scratch?.drop();
});

const counted = (nth: number): StreamAppend => ({
  stream: `s-${nth % 50}`,
  expected: 'any',
  events: [{ type: 'Counted', data: { value: nth } }],
  context: { tenantId: 't', subject: 's' },
});
const fill = (from: number, count: number): Promise<unknown> =>
  store.appendMany(Array.from({ length: count }, (_, nth) => counted(from + nth)));

const rowsOf = (): Promise<unknown[]> =>
  database.queryable.query('SELECT * FROM tally ORDER BY stream');
const truth = (): Promise<unknown[]> =>
  database.queryable
    .query(`SELECT stream, count(*) AS count, sum((data->>'value')::bigint)::bigint AS total,
    max(version) AS last_version FROM events GROUP BY stream ORDER BY stream`);
const caughtUp = async (): Promise<void> => {
  while ((await runner.lag()).lag > 0) await pause(20);
};

/** Loaded, and idle until it is told to work. */
const startWorker = (): ChildProcessByStdio<Writable, Readable, null> => {
  const script = fileURLToPath(new URL('testing/counter-worker.ts', import.meta.url));
  return spawn(
    process.execPath,
    [
      '--experimental-transform-types',
      '--no-warnings',
      '--conditions=tact-source',
      script,
      scratch.url,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
};

const KILLS = 12;

test('T22 a worker killed 12 times beside a rogue twin leaves no wrong row', async () => {
  const traffic = new AbortController();
  const writer = (async () => {
    for (let nth = 0; !traffic.signal.aborted; nth += 200) {
      await fill(nth, 200);
      await pause(15);
    }
  })();
  const twin = startWorker();
  twin.stdout.resume();
  twin.stdin.write('work');
  // Starting costs more than working: the next is loaded while the one before it works.
  let next = startWorker();
  for (let kill = 0; kill < KILLS; kill++) {
    const worker = next;
    worker.stdin.write('work');
    if (kill + 1 < KILLS) next = startWorker();
    // Killed in the middle of work, not before its first batch; the twin works on all the while.
    await once(worker.stdout, 'data');
    await pause(10 * kill);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  traffic.abort();
  await writer;
  runner.start();
  await caughtUp();
  twin.kill('SIGKILL');
  await once(twin, 'exit');
  expect(await rowsOf()).toEqual(await truth());
}, 120_000);

describe('runner', () => {
  test('follows appends at once and applies a failed batch again', async () => {
    let failures = 0;
    const flaky = new ProjectionRunner({
      database,
      source: sourceOf(store),
      projection: {
        ...tally,
        handle: async (tx, events, context) => {
          await tally.handle(tx, events, context);
          if (failures < 2) throw new Error(`failure ${++failures}`);
        },
      },
      onFailure: () => undefined,
    });
    flaky.start();
    await fill(0, 300);
    await caughtUp();
    // It waits, and no timer will end the wait: what wakes it is the append.
    while (!store.wakeUp.isListening) await pause(10);
    const never = setTimeout;
    const timers = jest
      .spyOn(globalThis, 'setTimeout')
      .mockImplementation(() => never(() => undefined, 60_000).unref());
    await store.append(counted(1));
    await caughtUp();
    timers.mockRestore();
    await flaky.stop();
    expect(failures).toBe(2);
    expect(await rowsOf()).toEqual(await truth());
  });

  test('refuses rows of another version, and a store that was set back', async () => {
    await fill(0, 10);
    await runner.catchUp();
    const source = sourceOf(store);
    const newer = new ProjectionRunner({ database, source, projection: { ...tally, version: 2 } });
    newer.start();
    await expect(newer.done).rejects.toThrow(ProjectionVersionDiffers);
    await database.queryable.query('UPDATE checkpoints SET position = 500');
    const after = new ProjectionRunner({ database, source, projection: tally });
    await expect(after.catchUp()).rejects.toThrow(PositionWentBackwards);
  });
});

describe('rebuild', () => {
  test('under live traffic equals the live table, and the runner goes on', async () => {
    await fill(0, 6_000);
    runner.start();
    await caughtUp();
    const traffic = new AbortController();
    const writer = (async () => {
      let nth = 6_000;
      for (; !traffic.signal.aborted; nth += 20) await fill(nth, 20);
      return nth;
    })();
    const reading = (async () => {
      // The read model is never empty to those who read it meanwhile.
      while (!traffic.signal.aborted) expect((await rowsOf()).length).toBe(50);
    })();
    const seen: number[] = [];
    const report = await rebuild({
      database,
      source: sourceOf(store),
      projection: tally,
      onProgress: ({ events }) => seen.push(events),
    });
    await pause(50);
    traffic.abort();
    const written = await writer;
    await reading;
    await caughtUp();
    expect(report.differences).toEqual([
      { table: 'tally', liveRows: 50, shadowRows: 50, same: true },
    ]);
    expect(report.events).toBeGreaterThan(6_000);
    expect(written).toBeGreaterThan(report.events);
    expect(seen.at(-1)).toBe(report.events);
    expect(await rowsOf()).toEqual(await truth());
  });

  test('mends wrong rows, and says that they were', async () => {
    await fill(0, 500);
    await runner.catchUp();
    await database.queryable.query(`UPDATE tally SET total = 0 WHERE stream = 's-7'`);
    const options = { database, source: sourceOf(store) };
    const report = await rebuild({ ...options, projection: tally });
    expect(report.differences).toMatchObject([{ same: false }]);
    expect(await rowsOf()).toEqual(await truth());
    const newer = await rebuild({ ...options, projection: { ...tally, version: 2 } });
    expect(newer.differences).toEqual([]);
    expect(await rowsOf()).toEqual(await truth());
    expect(await database.queryable.query('SELECT version FROM checkpoints')).toEqual([
      { version: 2 },
    ]);
  });

  test('leaves the names of indexes, the room in pages and the rights of readers as they were', async () => {
    await fill(0, 100);
    await runner.catchUp();
    const role = `reader_${scratch.name}`;
    await database.queryable.query(`CREATE INDEX by_total ON tally (total) WHERE count > 1;
      ALTER TABLE tally SET (fillfactor = 70);
      CREATE ROLE ${role}; GRANT SELECT ON tally TO ${role}`);
    try {
      const facts = () =>
        database.queryable.query(`SELECT
          array(SELECT relname::text FROM pg_index JOIN pg_class ON oid = indexrelid
            WHERE indrelid = 'tally'::regclass ORDER BY 1) AS indexes,
          reloptions, relacl::text AS rights FROM pg_class WHERE oid = 'tally'::regclass`);
      const before = await facts();
      expect(before).toMatchObject([{ indexes: ['by_total', 'tally_pkey'] }]);
      await rebuild({ database, source: sourceOf(store), projection: tally });
      expect(await facts()).toEqual(before);
    } finally {
      await database.queryable.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  test('loses nothing behind a dead hole while somebody appends', async () => {
    await fill(0, 300);
    const undone = database.transaction(async (tx) => {
      await store.appendIn(tx, [counted(300)]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await fill(301, 300);
    await runner.catchUp();
    const other = new EventStore({ database });
    await database.transaction(async (tx) => {
      await other.appendIn(tx, [counted(601)]);
      const source = sourceOf(other);
      const report = await rebuild({ database, source, projection: tally });
      expect(report).toMatchObject({ events: 600, differences: [{ same: true }] });
    });
    await other.close();
  });

  test('by a fold equals one by the handler, over many pages and holes', async () => {
    for (let nth = 0; nth < 12_000; nth += 1_000) {
      await fill(nth, 1_000);
      const undone = database.transaction(async (tx) => {
        await store.appendIn(tx, [counted(nth), counted(nth)]);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
    }
    await runner.catchUp();
    const fold = (): Fold<ProjectedEvent> => {
      const seen: ProjectedEvent[] = [];
      return {
        add: (events) => void seen.push(...events),
        write: (tx) => tally.handle(tx, seen, { rebuilding: true }),
      };
    };
    for (const projection of [tally, { ...tally, fold }]) {
      const source = sourceOf(store);
      const report = await rebuild({ database, source, projection });
      expect(report).toMatchObject({ events: 12_000, differences: [{ same: true }] });
      expect(await rowsOf()).toEqual(await truth());
    }
  });

  test('builds a read model that was never there', async () => {
    await fill(0, 2_500);
    const report = await rebuild({
      database,
      source: sourceOf(store),
      projection: tally,
    });
    expect(report).toMatchObject({ events: 2_500, position: 2_500 });
    expect(await rowsOf()).toEqual(await truth());
    expect(await runner.catchUp()).toBe(0);
  });
});
