import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { testDatabase } from '../../../../testing/src/postgres.ts';
import type { TestDatabase } from '../../../../testing/src/postgres.ts';
import { Clock } from '../../config/clock.ts';
import { openDatabase } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { accessMigrations } from './access-migrations.ts';
import { ApiKeys } from './api-keys.ts';

let server: TestDatabase;
let database: Database;
let keys: ApiKeys;
let looks: { count: number; running: number; runningMax: number };
let duringLook: () => Promise<unknown> = () => Promise.resolve();

/** The database, with its look-ups counted. */
const watched = (): Queryable => ({
  query: async (text, values, name) => {
    looks.count += 1;
    looks.running += 1;
    looks.runningMax = Math.max(looks.runningMax, looks.running);
    const rows = await database.queryable.query(text, values, name);
    await duringLook();
    looks.running -= 1;
    return rows as never;
  },
});

beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url, schema: 'access' });
  await migrate(database, accessMigrations);
});
afterAll(async () => {
  await database?.close();
  await server?.drop();
});
beforeEach(() => {
  looks = { count: 0, running: 0, runningMax: 0 };
  duringLook = () => Promise.resolve();
  keys = new ApiKeys(database.queryable, new Clock(), watched());
});

const junk = () => `tact_live_${randomBytes(32).toString('base64url')}`;
const requested = { tenantId: 'acme', scopes: ['contacts:write' as const], label: 'shop' };

test('a text that is not shaped like a key is never looked up', async () => {
  for (const text of ['', 'junk', 'tact_live_short', `${junk()}!`, 'x'.repeat(16_384)]) {
    expect(await keys.verify(text)).toBeUndefined();
    expect(await keys.refusalOf(text)).toBeUndefined();
  }
  expect(looks.count).toBe(0);
});

test('a refused key is one look-up, however often it comes', async () => {
  const key = junk();
  for (let nth = 0; nth < 50; nth += 1) {
    expect(await keys.verify(key)).toBeUndefined();
    expect(await keys.refusalOf(key)).toBeUndefined();
  }
  expect(looks.count).toBe(1);
});

test('invented keys hold one connection, and a key not seen before is answered among them', async () => {
  const made = await Promise.all(Array.from({ length: 10 }, () => keys.create(requested)));
  looks = { count: 0, running: 0, runningMax: 0 };
  let answers = 0;
  const waits: number[] = [];
  const flood = Array.from({ length: 64 }, async (_, nth) => {
    for (let round = 0; round < 60; round += 1) {
      const before = answers;
      const one = nth === round ? made[nth] : undefined;
      const identity = await keys.verify(one?.key ?? junk());
      answers += 1;
      if (!one) continue;
      waits.push(answers - before);
      expect(identity?.keyId).toBe(one.keyId);
    }
  });
  await Promise.all(flood);
  expect(looks.runningMax).toBe(1);
  expect(looks.count).toBeLessThan(64 * 60 * 0.1);
  expect(waits).toHaveLength(10);
  // Two queries at most went before its own answer, each for everybody who waited then.
  expect(Math.max(...waits)).toBeLessThanOrEqual(3 * 64);
});

test('a key that is made after its text was refused works at once in this process', async () => {
  const key = junk();
  expect(await keys.verify(key)).toBeUndefined();
  await keys.ensure(key, requested);
  expect(await keys.verify(key)).toBeDefined();
});

test('a key revoked while it is being looked up is not remembered as it was', async () => {
  const { key, keyId } = await keys.create(requested);
  // The row was read, its answer is on the way, and only then the key is revoked and everybody told.
  duringLook = async () => {
    duringLook = () => Promise.resolve();
    await keys.revoke('acme', keyId);
  };
  await keys.verify(key);
  expect(await keys.verify(key)).toBeUndefined();
  expect(await keys.refusalOf(key)).toBe('revoked');
});

test('while the database is away keys are told so, and not that they are wrong', async () => {
  const { key } = await keys.create(requested);
  duringLook = () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
  await expect(keys.verify(key)).rejects.toThrow('gone');
  duringLook = () => Promise.resolve();
  expect(await keys.verify(key)).toBeDefined();
});
