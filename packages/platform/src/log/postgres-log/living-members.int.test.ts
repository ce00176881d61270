import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client } from 'pg';
import { testDatabase, type TestDatabase } from '../../../../testing/src/postgres.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { isGone, LivingMembers } from './living-members.ts';

let scratch: TestDatabase;
let database: Database;
const connections: Client[] = [];

/** Remembers its connections, so that a test can break one as the end of a process does. */
const watched: Pick<Database, 'connect'> = {
  connect: async (purpose) => {
    const client = await database.connect(purpose);
    connections.push(client);
    return client;
  },
};

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'living', poolSize: 2 });
  await database.pool.query(
    `CREATE SCHEMA living; CREATE TABLE member (id uuid, lease_until timestamptz)`,
  );
});
afterAll(async () => {
  await database?.close();
  await scratch?.drop();
});

const enter = (id: string, leaseSeconds: number) =>
  database.queryable.query(
    `INSERT INTO member VALUES ($1, clock_timestamp() + $2 * interval '1 s')`,
    [id, leaseSeconds],
  );
const gone = async (id: string): Promise<boolean | undefined> => {
  const [row] = await database.queryable.query<{ gone: boolean }>(
    `SELECT ${isGone('m')} AS gone FROM member m WHERE id = $1`,
    [id],
  );
  return row?.gone;
};
/** Asks until it is so: a test that waits for ever has failed. */
const until = async (id: string, expected: boolean): Promise<void> => {
  while ((await gone(id)) !== expected);
};

test('a member is there for as long as its process holds its connection, whatever is left of its lease', async () => {
  const living = new LivingMembers(database);
  const [one, other] = [await living.draw(), await living.draw()];
  await enter(one, 3_600);
  await enter(other, 3_600);
  expect([await gone(one), await gone(other)]).toEqual([false, false]);
  await living.leave(one);
  expect([await gone(one), await gone(other)]).toEqual([true, false]);
  await living.close();
  await until(other, true);
});

test('a lease that is over ends a member that is silent and still connected', async () => {
  const living = new LivingMembers(database);
  const id = await living.draw();
  await enter(id, -1);
  expect(await gone(id)).toBe(true);
  await living.close();
});

test('a member of an earlier release has a lease alone', async () => {
  const id = '6f1c1a52-9b7e-4b0e-8a11-3c4d5e6f7a80';
  await enter(id, 3_600);
  expect(await gone(id)).toBe(false);
});

test('who lost the connection and lives is there again under the same name', async () => {
  const living = new LivingMembers(watched);
  const id = await living.draw();
  await enter(id, 3_600);
  const [{ pid } = { pid: 0 }] = (
    await connections.at(-1)!.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  ).rows;
  await database.queryable.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
  await until(id, true);
  await until(id, false);
  await living.close();
});
