import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { retentionLimits, StoreList, topics } from '@tact/contracts';
import { RegisteredStores } from '@tact/platform';
import { Client } from 'pg';
import { type Constellation, definitions, startConstellation } from '../constellation.ts';
import { declaredStores, namesOf } from './declared.ts';

let tact: Constellation;
let client: Client;

beforeAll(async () => {
  tact = await startConstellation();
  client = new Client({ connectionString: tact.databaseUrl });
  await client.connect();
}, 120_000);
afterAll(async () => {
  await client.end();
  await tact.stop();
});

/** Parts of a table that is split are the table. */
const tables = async (): Promise<readonly string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition
       AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`,
  );
  return rows.map(({ name }) => name).toSorted();
};

describe('nothing is kept that is not declared, and nothing declared that is not kept', () => {
  test('tables of all schemas', async () => {
    expect(namesOf('table')).toEqual(await tables());
  });

  test('a table that nobody declares is found', async () => {
    await client.query('CREATE TABLE scoring.kept_in_secret (contact_id text)');
    const undeclared = (await tables()).filter((name) => !namesOf('table').includes(name));
    await client.query('DROP TABLE scoring.kept_in_secret');
    expect(undeclared).toEqual(['scoring.kept_in_secret']);
  });

  test('topics', async () => {
    expect(namesOf('topic')).toEqual(Object.keys(topics).toSorted());
    const { rows } = await client.query<{ name: string }>('SELECT name FROM log.topic');
    expect(namesOf('topic')).toEqual(rows.map(({ name }) => name).toSorted());
  });

  test('columns by which a person is found are there', async () => {
    const { rows } = await client.query<{ column: string }>(
      `SELECT table_schema || '.' || table_name || '.' || column_name AS column FROM information_schema.columns`,
    );
    const known = new Set(rows.map(({ column }) => column));
    const named = declaredStores.flatMap(({ store: { kind, name, locator } }) =>
      kind === 'table' && locator.by !== 'none'
        ? locator.columns.map((column) => `${name}.${column.replace('[]', '')}`)
        : [],
    );
    expect(named.filter((column) => !known.has(column))).toEqual([]);
    expect(named.length).toBeGreaterThan(50);
  });
});

test('one part declares a store, in one service', () => {
  const names = declaredStores.map(({ store }) => store.name);
  expect(names.filter((name, nth) => names.indexOf(name) !== nth)).toEqual([]);
  const [scoring] = definitions.filter(({ name }) => name === 'scoring');
  const twice = { ...scoring!, stores: [...scoring!.stores, scoring!.stores[0]!] };
  expect(() => new RegisteredStores(twice)).toThrow('declare the store scoring.');
});

test('a class of retention is used, or it is none', () => {
  const used = new Set(declaredStores.map(({ store }) => store.retention));
  expect(Object.keys(retentionLimits).filter((name) => !used.has(name as never))).toEqual([]);
});

describe('GET /stores', () => {
  const listOf = async (service: string, key?: string): Promise<Response> => {
    const origin = tact.services.find((one) => one.service === service)?.origin;
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    return await fetch(`${origin}/stores`, { headers });
  };

  test('says what the service declares, by a hash that follows from it alone', async () => {
    const { apiKey } = await import('../constellation.ts');
    for (const definition of definitions) {
      const answer = await listOf(definition.name, apiKey);
      expect(answer.status).toBe(200);
      const list = StoreList.parse(await answer.json());
      expect(list).toEqual(new RegisteredStores(definition).list());
      const fewer = { ...definition, stores: definition.stores.slice(1) };
      expect(new RegisteredStores(fewer).list().sha256).not.toBe(list.sha256);
      const other = { ...definition, stores: definition.stores.toReversed() };
      expect(new RegisteredStores(other).list().sha256).toBe(list.sha256);
    }
  });

  test('tells it to nobody without a key', async () => {
    expect((await listOf('scoring')).status).toBe(401);
  });
});
