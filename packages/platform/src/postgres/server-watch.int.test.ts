import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testDatabase } from '../../../testing/src/postgres.ts';
import type { TestDatabase } from '../../../testing/src/postgres.ts';
import { openDatabase } from './database.ts';

let server: TestDatabase;
beforeAll(async () => {
  server = await testDatabase();
}, 60_000);
afterAll(() => server?.drop());

/** Keeps the event loop from turning, as a heavy computation does. */
const block = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

test('a busy process of ours is not taken for a silent server', async () => {
  const database = await openDatabase({ url: server.url, schema: 'public', poolSize: 1 });
  const slow = database.queryable.query('SELECT 1 AS one FROM pg_sleep(9)');
  const isDone = slow.then(() => true);
  // Long enough for the suspicion to arise, then blocked through the whole of every probe.
  while (!(await Promise.race([isDone, new Promise((r) => setTimeout(() => r(false), 300))]))) {
    block(3_000);
  }
  expect(await slow).toEqual([{ one: 1 }]);
  await database.close();
}, 30_000);
