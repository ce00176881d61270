import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { WakeUp } from './wake-up.ts';

let scratch: TestDatabase;
let database: Database;

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'waking', poolSize: 4 });
  await database.pool.query('CREATE SCHEMA waking; CREATE TABLE written (position int)');
});

afterAll(async () => {
  await database?.close();
  await scratch?.drop();
});

const lastWritten = 'SELECT max(position) AS last FROM written';
const write = () => database.pool.query('INSERT INTO written SELECT count(*) FROM written');

/** One that listens, and has had its first look. */
const listening = async () => {
  const wakeUp = new WakeUp(database, { lastWritten });
  const waiter = wakeUp.waiter();
  await waiter.next();
  while (!wakeUp.isListening) await waiter.next();
  return { wakeUp, waiter };
};

/** Wakes for nothing are allowed; a row that is written and never woken for is not. */
const wokenBy = async (act: () => Promise<unknown>): Promise<boolean> => {
  const { wakeUp, waiter } = await listening();
  await act();
  const woken = await waiter.next(AbortSignal.timeout(60_000));
  await wakeUp.close();
  return woken;
};

test('who appended without a notification, because its process died, is found by the next look', async () => {
  expect(await wokenBy(write)).toBe(true);
});

test('a waiter whose connection broke is woken, and notified again by another process', async () => {
  const { wakeUp, waiter } = await listening();
  const other = new WakeUp(database, { lastWritten });
  await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name LIKE '%/wake-up' AND datname = current_database()`,
  );
  expect(await waiter.next()).toBe(true);
  expect(wakeUp.isListening).toBe(false);
  while (!wakeUp.isListening) await waiter.next();
  while (await waiter.next(undefined, 1));
  other.signal();
  expect(await waiter.next(AbortSignal.timeout(60_000))).toBe(true);
  await Promise.all([other.close(), wakeUp.close()]);
});

test('a reader in doubt looks again though nobody appends', async () => {
  const { wakeUp, waiter } = await listening();
  wakeUp.lookAgain();
  expect(await waiter.next(AbortSignal.timeout(60_000))).toBe(true);
  await wakeUp.close();
});
