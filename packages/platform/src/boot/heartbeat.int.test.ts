import { DAY_MS } from '@tact/contracts';
import { Clock } from '../config/clock.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Module } from '@nestjs/common';
import { testDatabase } from '../../../testing/src/postgres.ts';
import type { TestDatabase } from '../../../testing/src/postgres.ts';
import { createLog } from '../observability/logger.ts';
import { Database, openDatabase } from '../postgres/database.ts';
import { DatabaseError } from '../postgres/errors.ts';
import { bootService } from './boot-service.ts';
import type { RunningService } from './boot-service.ts';
import { Heartbeat } from './heartbeat.ts';

@Module({})
class Empty {}

let server: TestDatabase;
let home: string;
let service: RunningService;

beforeAll(async () => {
  server = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-heartbeat-'));
  service = await bootService(
    { name: 'compliance', module: Empty, migrations: [], stores: [] },
    {
      environment: { DATABASE_URL: server.url, TACT_HOME: home, TACT_MODE: 'embedded' },
      log: createLog({ service: 'compliance', level: 'silent' }),
    },
  );
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

type Ready = { status: string; checks: object; reasons?: object };

const readiness = async (): Promise<Ready & { code: number }> => {
  const answer = await fetch(`${service.origin}/health/ready`);
  return { code: answer.status, ...((await answer.json()) as Ready) };
};

/** Readiness mends itself: it is asked until it says so, and the test's own limit ends it otherwise. */
const readyWith = async (code: number): Promise<Ready> => {
  for (;;) {
    const seen = await readiness();
    if (seen.code === code) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const beats = async (): Promise<number> => {
  const { queryable } = service.app.get(Database);
  const [row] = await queryable.query<{ beats: number }>('SELECT beats FROM heartbeat');
  return row?.beats ?? 0;
};

test('however often it is asked, something is stored once in five seconds', async () => {
  await readiness();
  const before = await beats();
  await Promise.all(Array.from({ length: 200 }, readiness));
  expect(before).toBeGreaterThan(0);
  expect((await beats()) - before).toBeLessThanOrEqual(1);
});

describe('not ready, in a word that names the part and the reason, and ready again by itself', () => {
  test('when the database is read-only', async () => {
    const other = await openDatabase({ url: server.url, schema: 'public', poolSize: 1 });
    const set = async (word: string) => {
      await other.queryable.query(`ALTER DATABASE ${server.name} ${word}`);
      await other.queryable.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    };
    try {
      await set('SET default_transaction_read_only = on');
      const seen = await readyWith(503);
      expect(seen).toMatchObject({ checks: { storage: 'down' } });
      await expect(service.app.get(Heartbeat).check()).rejects.toMatchObject({
        reason: 'read-only',
      });
    } finally {
      await other.queryable.query('SET default_transaction_read_only = off');
      await set('RESET default_transaction_read_only');
      await other.close();
    }
    expect(await readyWith(200)).not.toHaveProperty('reasons');
  }, 60_000);

  test('when the pool of the service has no connection left', async () => {
    const { pool } = service.app.get(Database);
    const held = await Promise.all(
      Array.from({ length: pool.options.max ?? 0 }, () => pool.connect()),
    );
    try {
      const seen = await readyWith(503);
      expect(seen.reasons).toMatchObject({ storage: 'no-answer' });
    } finally {
      for (const client of held) client.release();
    }
    await readyWith(200);
  }, 60_000);
});

test.each([
  ['53100', 'disk-full'],
  ['58030', 'disk-full'],
  ['25006', 'read-only'],
  ['53300', 'no-connection'],
  ['57P03', 'no-connection'],
  ['57014', 'too-slow'],
])('PostgreSQL %s is told as %s', async (code, reason) => {
  const failing = {
    transaction: () => Promise.reject(new DatabaseError('a sentence', code)),
  } as unknown as Database;
  await expect(new Heartbeat(failing, new Clock()).check()).rejects.toMatchObject({ reason });
});

test('a clock that differs from the database by more than two seconds is not trusted', async () => {
  const ahead = (byMs: number, wayMs = 0) =>
    ({
      transaction: (work: (tx: object) => Promise<unknown>) =>
        work({
          query: async () => {
            await new Promise((resolve) => setTimeout(resolve, wayMs));
            return [{ databaseMs: Date.now() + byMs }];
          },
        }),
    }) as unknown as Database;
  const trusts = (database: Database) => new Heartbeat(database, new Clock()).isClockTrusted();
  expect(await trusts(ahead(1_000))).toBe(true);
  expect(await trusts(ahead(-1_000))).toBe(true);
  expect(await trusts(ahead(DAY_MS))).toBe(false);
  expect(await trusts(ahead(-3_000))).toBe(false);
  // It looks like 2.1 s, of which the way of the answer may be 0.2: not more than two seconds are certain.
  expect(await trusts(ahead(1_900, 400))).toBe(true);
});
