import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { inspect } from 'node:util';
import { EntitySchema } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { openDataSource, queryableOf } from './data-source.ts';
import { type Database, openDatabase } from './database.ts';
import { type Migration, migrate } from './migrations.ts';

type Person = { phone: string; seen: number };
const Person = new EntitySchema<Person>({
  name: 'person',
  columns: { phone: { type: 'text', primary: true }, seen: { type: 'int8' } },
});

const migrations: Migration[] = [
  { name: 'AddSeen1763632800002', up: 'ALTER TABLE person ADD seen bigint NOT NULL DEFAULT 0' },
  {
    name: 'CreatePerson1763632800001',
    up: async (tx) => void (await tx.query('CREATE TABLE person (phone text PRIMARY KEY)')),
  },
];

let scratch: TestDatabase;
let database: Database;

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'people' });
});

afterAll(async () => {
  await database?.close();
  await scratch?.drop();
});

const phone = '+33612345678';

const thrown = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

test('concurrent starts migrate once, in the order of the times', async () => {
  const done = await Promise.all([1, 2, 3, 4].map(() => migrate(database, migrations)));
  expect(done.flat()).toEqual(['CreatePerson1763632800001', 'AddSeen1763632800002']);
});

test('a schema that is up to date is found so over one connection', async () => {
  const { hostname, port } = new URL(scratch.url);
  let connections = 0;
  const between = createServer((caller) => {
    connections += 1;
    caller.pipe(connect(Number(port), hostname)).pipe(caller);
  });
  await once(between.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(scratch.url);
  url.port = String((between.address() as AddressInfo).port);
  const counted = await openDatabase({ url: url.href, schema: 'people', poolSize: 1 });
  const before = connections;
  expect(await migrate(counted, migrations)).toEqual([]);
  expect(connections - before).toBe(1);
  await counted.close();
  between.close();
});

test('a migration that fails leaves nothing behind and may be mended', async () => {
  const broken = { name: 'Broken1763632800003', up: 'CREATE TABLE half (a int); SELECT 1/0' };
  await expect(migrate(database, [...migrations, broken])).rejects.toThrow('22012');
  expect(await database.queryable.query(`SELECT to_regclass('half') AS half`)).toEqual([
    { half: null },
  ]);
  const mended = [...migrations, { ...broken, up: 'CREATE TABLE half (a int)' }];
  expect(await migrate(database, mended)).toHaveLength(1);
});

test('a schema that a newer version made is refused in a sentence, and left alone', async () => {
  const error = await thrown(() => migrate(database, migrations));
  expect(error).toMatchObject({
    name: 'StartupRefusal',
    message:
      'The schema people was made by a newer version of Tact (it has Broken1763632800003, this version ends at AddSeen1763632800002): start that version, or restore a backup from before the upgrade.',
  });
});

describe('errors', () => {
  test('carry no value and no parameter, from pg and from TypeORM', async () => {
    const insert = 'INSERT INTO person (phone) VALUES ($1)';
    await database.queryable.query(insert, [phone]);
    const source = await openDataSource({ url: scratch.url, schema: 'people' }, [Person]);
    const errors = [
      await thrown(() => database.queryable.query(insert, [phone])),
      await thrown(() => database.transaction((tx) => tx.query(insert, [phone]))),
      await thrown(() => database.queryable.query('SELECT $1::int', [`x${phone}`])),
      await thrown(() => queryableOf(source.manager).query(insert, [phone])),
      await thrown(() =>
        source.transaction((manager) => queryableOf(manager).query(insert, [phone])),
      ),
    ];
    await source.destroy();
    for (const error of errors) {
      expect(error).toMatchObject({ name: 'DatabaseError' });
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain('336123');
    }
    expect(errors[0]).toMatchObject({ code: '23505', constraint: 'person_pkey' });
  });

  test('a wrong DATABASE_URL is one sentence without the password', async () => {
    const url = new URL(scratch.url);
    url.password = 'hush-hush';
    const noDatabase = new URL(scratch.url);
    noDatabase.pathname = '/nowhere';
    const opened = (change: (url: URL) => void): Promise<unknown> => {
      const wrong = new URL(url);
      change(wrong);
      return thrown(() => openDatabase({ url: wrong.href, schema: 'people' }));
    };
    const errors = await Promise.all([
      opened((wrong) => (wrong.port = '1')),
      thrown(() => openDatabase({ url: noDatabase.href, schema: 'people' })),
      opened((wrong) => (wrong.username = 'nobody-here')),
      thrown(() => openDatabase({ url: 'hush-hush', schema: 'people' })),
    ]);
    for (const error of errors) {
      const { message } = error as Error;
      expect(message).toMatch(/^DATABASE_URL .+: .+$/);
      expect(inspect(error, { depth: null })).not.toContain('hush-hush');
    }
    expect((errors[1] as Error).message).toContain('this database does not exist');
  });
});

test('int8 is a number, and one beyond 2^53 is refused', async () => {
  expect(await database.queryable.query('SELECT 9007199254740991::int8 AS n')).toEqual([
    { n: Number.MAX_SAFE_INTEGER },
  ]);
  await expect(database.queryable.query('SELECT 9007199254740992::int8 AS n')).rejects.toThrow(
    '2^53',
  );
});

test('a transaction rolls back as one, and its connection is used again', async () => {
  await database
    .transaction(async (tx) => {
      await tx.query(`INSERT INTO person (phone) VALUES ('gone')`);
      throw new Error('no');
    })
    .catch(() => undefined);
  expect(await database.queryable.query(`SELECT * FROM person WHERE phone = 'gone'`)).toEqual([]);
});

test('read-model rows are reached by their entity', async () => {
  const source = await openDataSource({ url: scratch.url, schema: 'people' }, [Person]);
  const rows = source.getRepository(Person);
  await rows.upsert({ phone: 'a', seen: 3 }, ['phone']);
  expect(await rows.findOneByOrFail({ phone: 'a' })).toMatchObject({ phone: 'a', seen: 3 });
  expect(await queryableOf(source.manager).query('DELETE FROM person RETURNING phone')).not.toEqual(
    [],
  );
  await source.destroy();
});
