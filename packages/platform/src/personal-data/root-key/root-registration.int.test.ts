import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../../testing/src/postgres.ts';
import { vaultTransitServer } from '../../../../testing/src/vault-transit-server.ts';
import { openDatabase, type Database } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import { LocalRootKey } from './local-root-key.ts';
import { openRegisteredRoot } from './root-registration.ts';
import { vaultMigrations } from '../schema.ts';
import { testOutbound } from '../../../../testing/src/test-outbound.ts';
import { VaultTransitRootKey } from './vault-transit-root-key.ts';

let home: string;
let scratch: TestDatabase;
let database: Database;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tact-roots-'));
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'vault', poolSize: 4 });
  await migrate(database, vaultMigrations);
});
afterEach(async () => {
  await database.close();
  await scratch.drop();
  await rm(home, { recursive: true, force: true });
});

const openIn = (folder: string) =>
  openRegisteredRoot(database, (options) => LocalRootKey.open(join(home, folder), options));
const filesIn = (folder: string) => readdir(join(home, folder)).catch(() => []);

test('first starts that race make one root, and register it', async () => {
  const keys = await Promise.all(Array.from({ length: 4 }, () => openIn('keys')));
  const derived = keys.map((key) => Buffer.from(key.derive('fence')).toString('hex'));
  expect(new Set(derived).size).toBe(1);
  expect(await filesIn('keys')).toEqual(['root.key']);
});

test('first starts that race with folders of their own: one makes a root, the others leave nothing', async () => {
  const folders = ['a', 'b', 'c', 'd'];
  const opened = await Promise.allSettled(folders.map(openIn));
  expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const found = await Promise.all(folders.map(filesIn));
  expect(found.flat()).toEqual(['root.key']);
});

test('an empty folder for a database that has a root is refused, and stays as it was', async () => {
  await openIn('keys');
  await expect(openIn('wrong')).rejects.toThrow(/There is no .*wrong\/root\.key.*restore the keys/);
  expect(await filesIn('wrong')).toEqual([]);
});

test('the same holds for the wrapped root of a remote provider', async () => {
  const server = await vaultTransitServer('token');
  const { outbound } = testOutbound();
  const open = (folder: string) =>
    openRegisteredRoot(database, ({ mayCreate }) =>
      VaultTransitRootKey.open({
        folder: join(home, folder),
        mayCreate,
        deployment: 'shop',
        address: server.url,
        mount: 'transit',
        token: () => Promise.resolve('token'),
        outbound,
      }),
    );
  await open('keys');
  const asked = server.exchanges.length;
  await expect(open('wrong')).rejects.toThrow(/There is no .*wrong\/root\.vault-transit/);
  expect([await filesIn('wrong'), server.exchanges.length]).toEqual([[], asked]);
  await outbound.close();
  await server.close();
});

test('another root key is refused before it can make a second set of contacts', async () => {
  await openIn('keys');
  await openIn('keys');
  await LocalRootKey.open(join(home, 'other'));
  await expect(openIn('other')).rejects.toThrow('not the one the vault was made with');
});
