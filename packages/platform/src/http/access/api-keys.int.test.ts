import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testDatabase } from '../../../../testing/src/postgres.ts';
import type { TestDatabase } from '../../../../testing/src/postgres.ts';
import { Clock } from '../../config/clock.ts';
import { openDatabase } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import { accessMigrations } from './access-migrations.ts';
import { ApiKeys } from './api-keys.ts';

let server: TestDatabase;
let database: Database;
let keys: ApiKeys;

beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url, schema: 'access' });
  await migrate(database, accessMigrations);
  keys = new ApiKeys(database.queryable, new Clock());
});
afterAll(async () => {
  await database?.close();
  await server?.drop();
});

const wanted = { tenantId: 'acme', scopes: ['contacts:write' as const], label: 'shop' };

test('a drawn key opens, and its text is nowhere in the database', async () => {
  const { key, keyId } = await keys.create({ ...wanted, environment: 'test' });
  expect(key).toMatch(/^tact_test_[\w-]{43}$/);
  expect(await keys.verify(key)).toEqual({ keyId, tenantId: 'acme', scopes: ['contacts:write'] });
  const rows = await database.queryable.query('SELECT k::text AS row FROM access.api_keys k');
  expect(JSON.stringify(rows)).not.toContain(key.split('_').slice(2).join('_'));
});

test.each(['', 'nonsense', `tact_test_${'x'.repeat(43)}`, 'tact_test_short'])(
  'an unknown key opens nothing: %s',
  async (key) => {
    expect(await keys.verify(key)).toBeUndefined();
  },
);

test('an expired key is closed, also when it was used a moment ago', async () => {
  let now = new Date();
  const watched = new ApiKeys(database.queryable, { now: () => now });
  const { key } = await watched.create({ ...wanted, expiresAt: new Date(now.getTime() + 1000) });
  expect(await watched.verify(key)).toBeDefined();
  now = new Date(now.getTime() + 1000);
  expect(await watched.verify(key)).toBeUndefined();
});

test('a revoked key is closed; another tenant cannot revoke it', async () => {
  const { key, keyId } = await keys.create(wanted);
  expect(await keys.revoke('other', keyId)).toBe(false);
  expect(await keys.verify(key)).toBeDefined();
  expect(await keys.revoke('acme', keyId)).toBe(true);
  expect(await keys.verify(key)).toBeUndefined();
  expect(await keys.revoke('acme', keyId)).toBe(false);
});

test('the same key may be ensured at every start', async () => {
  const key = `tact_demo_${'a1'.repeat(24)}`;
  const [first, second] = [await keys.ensure(key, wanted), await keys.ensure(key, wanted)];
  expect(second).toBe(first);
  await expect(keys.ensure('demo', wanted)).rejects.toThrow('tact_<env>_');
});

test('services that start together agree on the same first key', async () => {
  for (let round = 0; round < 30; round += 1) {
    const key = `tact_demo_${String(round).padStart(43, '0')}`;
    const ids = await Promise.all(Array.from({ length: 8 }, () => keys.ensure(key, wanted)));
    expect(new Set(ids).size).toBe(1);
  }
});
