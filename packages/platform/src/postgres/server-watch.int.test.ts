import { connect, createServer, type AddressInfo } from 'node:net';
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
});

test('a server that takes its time to let somebody in is not silent', async () => {
  const real = new URL(server.url);
  const askForPassword = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
  let probes = 0;
  // As where a directory is asked for every password, or a pooler hands out connections one by one.
  const door = createServer((near) => {
    near
      .on('error', () => undefined)
      .once('data', (first: Buffer) => {
        if (first.includes('tact-probe')) {
          probes += 1;
          return near.write(askForPassword);
        }
        const far = connect(Number(real.port || 5432), real.hostname);
        far.on('error', () => undefined).write(first);
        return near.pipe(far).pipe(near);
      });
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const url = new URL(server.url);
  url.host = `127.0.0.1:${(door.address() as AddressInfo).port}`;
  const database = await openDatabase({ url: url.href, schema: 'public', poolSize: 1 });
  expect(await database.queryable.query('SELECT 1 AS one FROM pg_sleep(8)')).toEqual([{ one: 1 }]);
  expect(probes).toBeGreaterThan(0);
  await database.close();
  door.close();
});
