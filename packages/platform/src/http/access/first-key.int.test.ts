import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../../testing/src/postgres.ts';
import { Clock } from '../../config/clock.ts';
import { openDatabase, type Database } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import { accessMigrations } from './access-migrations.ts';
import { ApiKeyRegister } from './api-key-register.ts';
import { ApiKeys, drawKey, keyIdOf } from './api-keys.ts';
import { ensureFirstKey } from './first-key.ts';

let scratch: TestDatabase;
let database: Database;
const clock = new Clock();
const tenantId = 'demo';

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'access', poolSize: 4 });
  await migrate(database, accessMigrations);
});
afterAll(async () => {
  await database.close();
  await scratch.drop();
});
beforeEach(() => database.queryable.query('DELETE FROM access.api_keys'));

const ensure = (key: string, replaces = false) =>
  ensureFirstKey(database, clock, { key, tenantId, replaces });
const works = async (key: string) =>
  (await new ApiKeys(database.queryable, clock).verify(key)) !== undefined;

test('four services make one first key, and a repeated start changes nothing', async () => {
  const { key } = drawKey();
  const made = await Promise.all([1, 2, 3, 4].map(() => ensure(key)));
  expect([made.flat(), await ensure(key), await works(key)]).toEqual([[], [], true]);
});

test('a second full key is not drawn unasked: the sentence names the one there is', async () => {
  const [first, second] = [drawKey().key, drawKey().key];
  await ensure(first);
  await expect(ensure(second)).rejects.toMatchObject({
    name: 'StartupRefusal',
    message: expect.stringMatching(
      new RegExp(`${keyIdOf(first)}, made \\d{4}-\\d\\d-\\d\\d.*credentials\\.json.*--new-key`),
    ),
  });
  expect([await works(first), await works(second)]).toEqual([true, false]);
});

test('a key that takes its place knowingly revokes it, whoever comes first', async () => {
  const [first, second] = [drawKey().key, drawKey().key];
  await ensure(first);
  const revoked = await Promise.all([1, 2, 3, 4].map(() => ensure(second, true)));
  expect(revoked.flat()).toEqual([keyIdOf(first)]);
  expect([await works(first), await works(second)]).toEqual([false, true]);
  // An old process with the old settings does not bring it back.
  await ensure(first, true);
  expect([await works(first), await works(second)]).toEqual([false, true]);
});

test('the successor of a rotation and a first key that was revoked stand in nobody’s way', async () => {
  const { key } = drawKey();
  await ensure(key);
  const rotated = await database.transaction((tx) =>
    new ApiKeyRegister(clock).rotate(tx, {
      tenantId,
      keyId: keyIdOf(key),
      commandId: undefined,
      environment: 'demo',
      overlapSeconds: 60,
    }),
  );
  const successor = 'key' in rotated ? (rotated.key ?? '') : '';
  expect(await ensure(successor)).toEqual([]);
  const keys = new ApiKeys(database.queryable, clock);
  for (const one of [key, successor]) await keys.revoke(tenantId, keyIdOf(one));
  const fresh = drawKey().key;
  await ensure(fresh);
  expect(await works(fresh)).toBe(true);
});

test('the first key of an older data folder acts on all tenants as before, and so does its successor', async () => {
  const older = await testDatabase();
  const access = await openDatabase({ url: older.url, schema: 'access', poolSize: 1 });
  const isOlder = ({ name }: { name: string }): boolean => !name.startsWith('OperatorScope');
  await migrate(access, accessMigrations.filter(isOlder));
  const keys = new ApiKeys(access.queryable, clock);
  const [first, successor, program] = [drawKey().key, drawKey().key, drawKey().key];
  const scopes = ['contacts:read', 'admin'] as const;
  for (const key of [first, successor])
    await keys.ensure(key, { tenantId, scopes, label: 'bootstrap' });
  await keys.ensure(program, { tenantId, scopes, label: 'a program' });
  await migrate(access, accessMigrations);
  const scopesOf = async (key: string) => (await keys.verify(key))?.scopes;
  keys.forget();
  expect([await scopesOf(first), await scopesOf(successor), await scopesOf(program)]).toEqual([
    [...scopes, 'operator'],
    [...scopes, 'operator'],
    scopes,
  ]);
  await access.close();
  await older.drop();
});
