import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testDatabase } from '../../../../testing/src/postgres.ts';
import type { TestDatabase } from '../../../../testing/src/postgres.ts';
import { Clock } from '../../config/clock.ts';
import { openDatabase } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import { accessMigrations } from './access-migrations.ts';
import { ApiKeys } from './api-keys.ts';
import { KeyChanges } from './key-changes.ts';

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

const requested = { tenantId: 'acme', scopes: ['contacts:write' as const], label: 'shop' };

test('a drawn key opens, and its text is nowhere in the database', async () => {
  const { key, keyId } = await keys.create({ ...requested, environment: 'test' });
  expect(key).toMatch(/^tact_test_[\w-]{43}$/);
  expect(await keys.verify(key)).toEqual({
    actorId: keyId,
    keyId,
    tenantId: 'acme',
    scopes: ['contacts:write'],
  });
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
  const { key } = await watched.create({ ...requested, expiresAt: new Date(now.getTime() + 1000) });
  expect(await watched.verify(key)).toBeDefined();
  expect(await watched.refusalOf(key)).toBeUndefined();
  now = new Date(now.getTime() + 1000);
  expect(await watched.verify(key)).toBeUndefined();
  expect(await watched.refusalOf(key)).toBe('expired');
});

test('a revoked key is closed; another tenant cannot revoke it', async () => {
  const { key, keyId } = await keys.create(requested);
  expect(await keys.revoke('other', keyId)).toBe(false);
  expect(await keys.verify(key)).toBeDefined();
  expect(await keys.revoke('acme', keyId)).toBe(true);
  expect(await keys.verify(key)).toBeUndefined();
  expect(await keys.revoke('acme', keyId)).toBe(false);
  expect(await keys.refusalOf(key)).toBe('revoked');
  expect(await keys.refusalOf(`tact_test_${'x'.repeat(43)}`)).toBeUndefined();
});

/** What another process would do: a connection and a cache of its own. */
const elsewhere = async () => {
  const own = await openDatabase({ url: server.url, schema: 'access' });
  const others = new ApiKeys(own.queryable, new Clock());
  const changes = new KeyChanges(own, () => others.forget());
  const close = async () => {
    await changes.close();
    await own.close();
  };
  return { others, changes, close };
};

const closed = async (others: ApiKeys, key: string, msMax: number): Promise<void> => {
  const began = performance.now();
  while ((await others.verify(key)) !== undefined) {
    expect(performance.now() - began).toBeLessThan(msMax);
    await new Promise((resolve) => setImmediate(resolve));
  }
};

test('a key revoked by one process is closed in the others as soon as they hear of it', async () => {
  const { others, changes, close } = await elsewhere();
  try {
    await changes.listen();
    const { key, keyId } = await keys.create(requested);
    expect(await others.verify(key)).toBeDefined();
    await keys.revoke('acme', keyId);
    await closed(others, key, 2000);
  } finally {
    await close();
  }
});

test('a change made by hand is heard too, and a lost connection is opened again', async () => {
  const { others, changes, close } = await elsewhere();
  try {
    await changes.listen();
    const listeners = () =>
      database.queryable.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE '%/keys' AND query LIKE 'LISTEN%'`,
      );
    const [first] = await listeners();
    await database.queryable.query('SELECT pg_terminate_backend($1)', [first?.pid]);
    while ((await listeners())[0]?.pid === first?.pid || (await listeners()).length === 0);
    const { key, keyId } = await keys.create(requested);
    expect(await others.verify(key)).toBeDefined();
    await database.queryable.query(
      `UPDATE access.api_keys SET expires_at = now() - interval '1 s' WHERE key_id = $1`,
      [keyId],
    );
    await closed(others, key, 2000);
  } finally {
    await close();
  }
});

test('where nobody listens, a key is still closed within five seconds', async () => {
  const { others, close } = await elsewhere();
  try {
    const { key, keyId } = await keys.create(requested);
    expect(await others.verify(key)).toBeDefined();
    await keys.revoke('acme', keyId);
    await closed(others, key, 5000);
  } finally {
    await close();
  }
});

test('the use of a key is noted to the hour, once an hour', async () => {
  let now = new Date('2026-11-20T10:41:12.345Z');
  const watched = new ApiKeys(database.queryable, { now: () => now });
  const { key, keyId } = await watched.create(requested);
  const lastUse = async () => {
    watched.forget();
    await watched.verify(key);
    return stored();
  };
  const stored = async () => {
    const [row] = await database.queryable.query<{ last_used_at: Date | null; xmin: string }>(
      'SELECT last_used_at, xmin::text FROM access.api_keys WHERE key_id = $1',
      [keyId],
    );
    return row;
  };
  /** No caller waits for the note, so the test does. */
  const noted = async (at: string) => {
    await lastUse();
    while ((await stored())?.last_used_at?.toISOString() !== at);
    return stored();
  };
  const first = await noted('2026-11-20T10:00:00.000Z');
  now = new Date('2026-11-20T10:59:59.999Z');
  expect(await lastUse()).toEqual(first);
  now = new Date('2026-11-20T11:00:00.000Z');
  await noted('2026-11-20T11:00:00.000Z');
});

test('the same key may be ensured at every start', async () => {
  const key = `tact_demo_${'a1'.repeat(24)}`;
  const [first, second] = [await keys.ensure(key, requested), await keys.ensure(key, requested)];
  expect(second).toBe(first);
  await expect(keys.ensure('demo', requested)).rejects.toThrow('tact_<env>_');
});

test('services that start together agree on the same first key', async () => {
  for (let round = 0; round < 30; round += 1) {
    const key = `tact_demo_${String(round).padStart(43, '0')}`;
    const ids = await Promise.all(Array.from({ length: 8 }, () => keys.ensure(key, requested)));
    expect(new Set(ids).size).toBe(1);
  }
});

const joined = async (staffId: string, roles: readonly string[]): Promise<void> => {
  await database.queryable.query(
    `INSERT INTO access.staff (staff_id, tenant_id, roles, language, created_at)
     VALUES ($1, 'acme', $2, 'en', now())`,
    [staffId, roles],
  );
};

test('a key of a member of staff names them, and opens no more than their roles do now', async () => {
  const actor = 'st_0000000001';
  await joined(actor, ['crm-ops']);
  const scopes = ['contacts:write', 'signals:write', 'audit:read'] as const;
  const { key, keyId } = await keys.create({ ...requested, scopes, actor });
  const named = { actorId: actor, staffId: actor, keyId, tenantId: 'acme' };
  expect(await keys.verify(key)).toEqual({ ...named, scopes: ['contacts:write', 'signals:write'] });
  await database.queryable.query(`UPDATE access.staff SET roles = '{admin}' WHERE staff_id = $1`, [
    actor,
  ]);
  keys.forget();
  expect(await keys.verify(key)).toEqual({ ...named, scopes: ['audit:read'] });
});

test('keys of whoever is dismissed are closed in other processes as soon as they hear of it', async () => {
  const { others, changes, close } = await elsewhere();
  try {
    await changes.listen();
    const actor = 'st_0000000002';
    await joined(actor, ['agent']);
    const drawn = await Promise.all([1, 2].map(() => keys.create({ ...requested, actor })));
    for (const { key } of drawn) expect(await others.verify(key)).toBeDefined();
    await database.queryable.query(
      'UPDATE access.staff SET dismissed_at = now() WHERE staff_id = $1',
      [actor],
    );
    for (const { key } of drawn) {
      await closed(others, key, 2000);
      expect(await others.refusalOf(key)).toBe('dismissed');
    }
  } finally {
    await close();
  }
});

test('a key of nobody who is there, or of somebody of another tenant, opens nothing', async () => {
  await joined('st_0000000003', ['agent']);
  const lost = await keys.create({ ...requested, actor: 'st_0000000009' });
  const foreign = await keys.create({ ...requested, tenantId: 'other', actor: 'st_0000000003' });
  for (const { key } of [lost, foreign]) expect(await keys.verify(key)).toBeUndefined();
});
