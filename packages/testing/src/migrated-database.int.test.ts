import { afterAll, expect, test } from '@jest/globals';
import { topics } from '@tact/contracts';
import { logMigrations, migrate, migrationsOf, openDatabase } from '@tact/platform';
import { Client } from 'pg';
import { migratedDatabase, originalOf } from './migrated-database.ts';
import { testPostgres, type TestDatabase } from './postgres.ts';

const definition = {
  name: 'ingestion',
  migrations: [{ name: 'CreateThing1763632800001', up: 'CREATE TABLE thing (x int)' }],
} as const;
const edited = {
  ...definition,
  migrations: [{ ...definition.migrations[0], up: 'CREATE TABLE thing (x text)' }],
};

const databases: TestDatabase[] = [];
afterAll(async () => {
  await Promise.all(databases.map((one) => one.drop()));
});

const given = async (made: typeof definition | typeof edited): Promise<TestDatabase> => {
  const database = await migratedDatabase(made);
  databases.push(database);
  return database;
};

const asked = async (url: string, text: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};

test('a service finds nothing left to migrate, and every topic', async () => {
  const { url } = await given(definition);
  const { access, vault, own } = migrationsOf(definition);
  for (const [schema, migrations] of Object.entries({
    access,
    vault,
    ingestion: own,
    log: logMigrations,
  })) {
    const database = await openDatabase({ url, schema });
    expect([schema, await migrate(database, migrations)]).toEqual([schema, []]);
    await database.close();
  }
  const [log] = await asked(url, 'SELECT count(*)::integer AS topics FROM log.topic');
  expect(log).toEqual({ topics: Object.keys(topics).length });
});

test('what one file writes is not in the database of the next', async () => {
  const [one, other] = await Promise.all([given(definition), given(definition)]);
  await asked(one.url, 'INSERT INTO ingestion.thing VALUES (1)');
  expect(await asked(other.url, 'SELECT * FROM ingestion.thing')).toEqual([]);
});

test('an edited migration is another database, and one cut at its making is made anew', async () => {
  const { url: server } = await testPostgres();
  const [name, other] = [originalOf(definition), originalOf(edited)];
  expect(other).not.toBe(name);
  const isThere = async () =>
    (await asked(server, `SELECT FROM pg_database WHERE datname = '${other}'`)).length === 1;
  const { url } = await given(edited);
  await asked(url, "INSERT INTO ingestion.thing VALUES ('a word')");
  await asked(server, `ALTER DATABASE ${other} RENAME TO ${other}_new`);
  expect(await isThere()).toBe(false);
  const { url: again } = await given(edited);
  expect(await isThere()).toBe(true);
  expect(await asked(again, 'SELECT * FROM ingestion.thing')).toEqual([]);
});
