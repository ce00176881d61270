import { DAY_MS } from '@tact/contracts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { EventStore } from '../event-store/event-store.ts';
import { eventStoreMigrations } from '../event-store/schema.ts';
import { accessMigrations } from '../http/access/access-migrations.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { RelayLease } from './lease.ts';
import { relayMigrations } from './schema.ts';
import { beginWatermark, watermarkAges } from './watermarks.ts';

const NEVER_MS = 365 * DAY_MS;
let scratch: TestDatabase;
let access: Database;
let database: Database;
let store: EventStore;

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'telling', poolSize: 4 });
  await migrate(database, [...eventStoreMigrations, ...relayMigrations]);
  access = await openDatabase({ url: scratch.url, schema: 'access', poolSize: 1 });
  await migrate(access, accessMigrations);
  store = new EventStore({ database, source: 'telling' });
});
afterAll(async () => {
  await store?.close();
  await Promise.all([access?.close(), database?.close()]);
  await scratch?.drop();
});

const ages = () => watermarkAges(database.queryable, ['telling']);
const append = async (type: string): Promise<number> => {
  await store.append({
    stream: `thing-${type}`,
    expected: 'any',
    events: [{ type, data: {} }],
    context: { tenantId: 'demo', subject: 'thing' },
  });
  const [row] = await database.queryable.query<{ last: number }>(
    'SELECT max(position) AS last FROM events',
  );
  return row?.last ?? 0;
};

test('a source of before, or one that only begins, has told nothing; one that never was is not there', async () => {
  expect(await watermarkAges(database.queryable, ['nobody'])).toEqual([]);
  // The schema had a relay when the table was made.
  expect((await ages())[0]).toBeGreaterThan(NEVER_MS);
  await beginWatermark(access.queryable, 'new');
  await beginWatermark(access.queryable, 'new');
  const [age] = await watermarkAges(database.queryable, ['new']);
  expect(age).toBeGreaterThan(NEVER_MS);
});

test('the watermark follows every renewal, and stands still while something urgent is not published', async () => {
  const client = await database.connect('relay');
  const lease = await RelayLease.take(client, { leaseMs: 60_000, watermarkOf: ['Urgent'] });
  await lease?.renew();
  expect((await ages())[0]).toBeLessThan(60_000);

  await append('Other');
  await database.queryable.query('UPDATE access.watermarks SET told_until = to_timestamp(0)');
  await lease?.renew();
  expect((await ages())[0]).toBeLessThan(60_000);

  const position = await append('Urgent');
  await database.queryable.query('UPDATE access.watermarks SET told_until = to_timestamp(0)');
  await lease?.renew();
  expect((await ages())[0]).toBeGreaterThan(NEVER_MS);

  await lease?.advance('relay-urgent', { position, shardSeqs: {} });
  await lease?.renew();
  expect((await ages())[0]).toBeLessThan(60_000);

  // Whoever lost the lease says nothing more.
  await database.queryable.query('UPDATE relay_checkpoint SET epoch = epoch + 1');
  await database.queryable.query('UPDATE access.watermarks SET told_until = to_timestamp(0)');
  await expect(lease?.renew()).rejects.toThrow('another relay holds the lease');
  expect((await ages())[0]).toBeGreaterThan(NEVER_MS);
  await client.end();
});

// At each renewal: a look through all events of years would keep the relay's connection from publishing meanwhile.
test('a renewal reads the events behind the urgent checkpoint, and none of the many before it', async () => {
  await store.appendMany(
    Array.from({ length: 100 }, (_, nth) => ({
      stream: `many-${nth}`,
      expected: 'any' as const,
      events: Array.from({ length: 50 }, () => ({ type: 'Other', data: {} })),
      context: { tenantId: 'demo', subject: 'thing' },
    })),
  );
  const [last] = await database.queryable.query<{ position: number }>(
    'SELECT max(position) AS position FROM events',
  );
  // Nothing is analysed yet, as after a start or a burst, but the size of the table is known.
  await database.queryable.query('VACUUM events');
  const client = await database.connect('relay');
  const lease = await RelayLease.take(client, { leaseMs: 60_000, watermarkOf: ['Urgent'] });
  await lease?.advance('relay-urgent', { position: last?.position ?? 0, shardSeqs: {} });
  const scans = async (): Promise<number> => {
    await client.query('SELECT pg_stat_force_next_flush()');
    const rows = await database.queryable.query<{ scans: number }>(
      `SELECT seq_scan AS scans FROM pg_stat_user_tables
       WHERE schemaname = current_schema() AND relname = 'events'`,
    );
    return rows[0]?.scans ?? 0;
  };
  const before = await scans();
  await lease?.renew();
  expect(await scans()).toBe(before);
  expect((await ages())[0]).toBeLessThan(60_000);
  await client.end();
});
