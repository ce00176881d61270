import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Needle, SweepReport } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { PostgresLog } from '../log/postgres-log/postgres-log.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { Canaries } from './canaries.ts';
import { Sweep } from './sweep.ts';

const quiet = () => undefined;
const lines = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const phone: Needle = { kind: 'phone', value: '+33639980188' };
const name: Needle = { kind: 'name', value: 'Chloé Fictive' };
const kinds: ('table' | 'topic')[] = ['table', 'topic'];

let server: TestDatabase;
let database: Database;
let log: PostgresLog;
let sweep: Sweep;
let canaries: Canaries;

beforeAll(async () => {
  server = await testDatabase();
  // Bytes as users' databases write them, and not as tests read them best.
  const before = await openDatabase({ url: server.url, schema: 'shop' });
  const [own] = await before.queryable.query<{ name: string }>('SELECT current_database() AS name');
  await before.queryable.query(`ALTER DATABASE "${own?.name}" SET bytea_output = 'hex'`);
  await before.close();
  database = await openDatabase({ url: server.url, schema: 'shop' });
  await database.queryable.query('CREATE SCHEMA shop');
  log = await PostgresLog.open({ url: server.url, lines });
  sweep = new Sweep({ database, log, logName: undefined });
  canaries = new Canaries({ database, log });
});
afterAll(async () => {
  await log?.stop({ drainMs: 0 });
  await database?.close();
  await server?.drop();
});

const look = async (
  needles: readonly Needle[],
  more: object = {},
): Promise<SweepReport['places']> => {
  const places: SweepReport['places'] = [];
  let cursor: string | undefined;
  do {
    const asked = {
      needles: [...needles],
      kinds,
      ...(cursor === undefined ? {} : { cursor }),
      ...more,
    };
    const report = await sweep.look(asked);
    places.push(...report.places);
    cursor = report.nextCursor;
  } while (cursor !== undefined);
  return places;
};
const partsWith = (places: SweepReport['places'], needle: number) =>
  places.flatMap((place) =>
    place.hits
      .filter((hit) => hit.needle === needle)
      .map(({ part, variant }) => `${place.name} ${part}: ${variant}`),
  );

test('nothing of who was never here is found, in any table of the database or topic of the log', async () => {
  const places = await look([phone, name]);
  expect(places.flatMap(({ hits }) => hits)).toEqual([]);
  expect(places.filter(({ unreadable }) => unreadable)).toEqual([]);
  const names = places.map((place) => place.name);
  expect(names).toEqual(expect.arrayContaining(['log.topic', 'pg_catalog.pg_statistic']));
  expect((await sweep.places()).places.map((place) => place.name)).toEqual(names);
});

test('bytes whose digits in hex are a number are none, also in the samples of statistics', async () => {
  const { queryable } = database;
  const digits = Buffer.from(phone.value.replace('+', '0'), 'hex');
  await queryable.query('CREATE TABLE sampled (bytes bytea)');
  await queryable.query('INSERT INTO sampled SELECT $1::bytea FROM generate_series(1, 50)', [
    digits,
  ]);
  await queryable.query('ANALYZE sampled');
  const [sample] = await queryable.query<{ text: string }>(
    `SELECT most_common_vals::text AS text FROM pg_stats WHERE tablename = 'sampled'`,
  );
  expect(sample?.text).toBeDefined();
  expect((await look([phone])).flatMap(({ hits }) => hits)).toEqual([]);
  await queryable.query('DROP TABLE sampled');
});

test('a canary is found in every column and every part of a record, and is gone once removed', async () => {
  const planted = await canaries.plant([phone, name]);
  const found = await look([phone, name], { names: [planted.table, planted.topic] });
  for (const needle of [0, 1]) {
    const parts = new Set(partsWith(found, needle).map((one) => one.split(':')[0]));
    expect(parts).toEqual(
      new Set([
        ...['words', 'list', 'told', 'structured', 'bytes', 'packed', 'deflated'].map(
          (part) => `${planted.table} ${part}`,
        ),
        ...['key', 'headers', 'value'].map((part) => `${planted.topic} ${part}`),
      ]),
    );
  }
  // The log lies in the database: its tables are looked through as tables too.
  const elsewhere = partsWith(await look([phone]), 0).filter(
    (one) => !one.startsWith(planted.table) && !one.startsWith(planted.topic),
  );
  expect(elsewhere.some((one) => one.startsWith('log.record_'))).toBe(true);
  await canaries.remove(planted.canaryId);
  await canaries.remove(planted.canaryId);
  expect((await look([phone, name])).flatMap(({ hits }) => hits)).toEqual([]);
  const names = (await sweep.places()).places.map((place) => place.name);
  expect(names).not.toContain(planted.topic);
});

test('a large table is read in steps, whole', async () => {
  await database.queryable.query(
    `CREATE TABLE shop.orders AS SELECT n, repeat('x', 500) AS filler, NULL::text AS told FROM generate_series(1, 10000) AS n`,
  );
  await database.queryable.query(
    `UPDATE shop.orders SET told = '0639980188' WHERE n IN (1, 5000, 10000)`,
  );
  const places = await look([phone], { names: ['shop.orders'] });
  expect(places.reduce((sum, { items }) => sum + items, 0)).toBe(10_000);
  const hits = places.flatMap((place) => place.hits);
  expect(hits).toContainEqual({ part: 'told', needle: 0, variant: 'national, UTF-8', count: 3 });
  await database.queryable.query('DROP TABLE shop.orders');
});

test('what this service may not read is told and not passed over', async () => {
  const role = `sweeper_${randomBytes(6).toString('hex')}`;
  await database.queryable.query(`CREATE TABLE shop.hidden (told text); CREATE ROLE ${role}`);
  // One connection, so that the role that is set is the one that reads.
  const restricted = await openDatabase({ url: server.url, schema: 'shop', poolSize: 1 });
  try {
    await restricted.queryable.query(`SET ROLE ${role}`);
    const small = new Sweep({ database: restricted, log, logName: undefined });
    const places = await small.look({ needles: [phone], kinds: ['table'], names: ['shop.hidden'] });
    expect(places.places).toMatchObject([{ name: 'shop.hidden', unreadable: true, items: 0 }]);
  } finally {
    await restricted.close();
    await database.queryable.query(`DROP TABLE shop.hidden; DROP ROLE ${role}`);
  }
});
