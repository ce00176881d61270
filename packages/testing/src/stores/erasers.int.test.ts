import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase, type Queryable } from '@tact/platform';
import { Client } from 'pg';
import { startConstellation } from '../constellation.ts';
import { testDatabase, type TestDatabase } from '../postgres.ts';
import { declaredStores } from './declared.ts';
import { brokenBy, type ErasableTable, overlookedBy, type Stage } from './eraser-contract.ts';
import { dropChecks } from './planted-rows.ts';

let server: TestDatabase;
let client: Client;
const databases = new Map<string, Database>();

beforeAll(async () => {
  server = await testDatabase();
  const tact = await startConstellation({}, server);
  await tact.stop();
  client = new Client({ connectionString: server.url });
  await client.connect();
  await dropChecks(client);
  for (const service of new Set(declaredStores.map((one) => one.service))) {
    databases.set(service, await openDatabase({ url: server.url, schema: service }));
  }
}, 120_000);
afterAll(async () => {
  for (const database of databases.values()) await database.close();
  await client.end();
  await server.drop();
});

const stageOf = (service: string): Stage => ({
  client,
  transaction: <T>(work: (tx: Queryable) => Promise<T>) =>
    databases.get(service)!.transaction(work),
});

const erasable = declaredStores.flatMap(({ service, store }) =>
  store.kind === 'table' && store.eraser !== undefined
    ? [{ name: store.name, service, store }]
    : [],
);

test('the registry has erasers', () => {
  expect(erasable.length).toBeGreaterThan(40);
});

describe.each(erasable)('$name', ({ service, store }) => {
  test('is emptied of one person, wholly, once, and of nobody else', async () => {
    expect(await brokenBy(store, stageOf(service))).toEqual([]);
  });

  test('has a counter that finds what no locator leads to', async () => {
    expect(await overlookedBy(store, stageOf(service))).toEqual([]);
  });
});

describe('the contract itself', () => {
  const sample = () => erasable.find(({ name }) => name === 'ingestion.contact_links')!;
  const brokenWith = (eraser: Partial<ErasableTable['eraser']>): Promise<readonly string[]> => {
    const { service, store } = sample();
    return brokenBy({ ...store, eraser: { ...store.eraser, ...eraser } }, stageOf(service));
  };
  const run = async (tx: Queryable, text: string, values: readonly unknown[] = []) =>
    (await tx.query(`${text} RETURNING 1`, values)).length;

  test('is broken by an eraser that takes everybody', async () => {
    expect(await brokenWith({ erase: (tx) => run(tx, 'DELETE FROM contact_links') })).toEqual(
      expect.arrayContaining([
        'a bystander’s rows changed',
        'other rows changed',
        'a bystander is counted otherwise',
      ]),
    );
  });

  test('is broken by one that takes nobody', async () => {
    expect(await brokenWith({ erase: () => Promise.resolve(2) })).toContain(
      'something of the person is left',
    );
  });

  test('is broken by one that knows a column less', async () => {
    const text = 'DELETE FROM contact_links WHERE contact_id = ANY ($1)';
    const erase: ErasableTable['eraser']['erase'] = (tx, { contactIds }) =>
      run(tx, text, [contactIds]);
    expect(await brokenWith({ erase })).toContain('something of the person is left');
  });

  test('is broken by one that knows an id less', async () => {
    const { store } = sample();
    const erase: ErasableTable['eraser']['erase'] = (tx, person) =>
      store.eraser.erase(tx, { ...person, contactIds: person.contactIds.slice(0, 1) });
    expect(await brokenWith({ erase })).toContain('something of the person is left');
  });

  test('is broken by one that does something each time', async () => {
    const { store } = sample();
    const erase: ErasableTable['eraser']['erase'] = async (tx, person) =>
      (await store.eraser.erase(tx, person)) || 1;
    expect(await brokenWith({ erase })).toEqual(['a second erasure has an effect']);
  });

  test('is broken by a counter that trusts its eraser', async () => {
    const { service, store } = sample();
    const count = () => Promise.resolve(0);
    const blind = { ...store, eraser: { ...store.eraser, count } };
    expect(await brokenBy(blind, stageOf(service))).toContain(
      'the counter does not count what was planted',
    );
    expect(await overlookedBy(blind, stageOf(service))).not.toEqual([]);
  });
});
