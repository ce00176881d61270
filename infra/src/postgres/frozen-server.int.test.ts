import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { scratchFolder } from '../../../packages/testing/src/scratch.ts';
import { childrenOf, isAlive } from '../processes.ts';
import { startEmbeddedPostgres } from './server.ts';
import type { EmbeddedPostgres } from './server.ts';

let home: string;
let server: EmbeddedPostgres | undefined;

beforeEach(() => {
  home = scratchFolder();
});
afterEach(async () => {
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
});

const start = async (port?: number): Promise<EmbeddedPostgres> => {
  server = await startEmbeddedPostgres({
    dataDir: join(home, 'data'),
    ...(port === undefined ? {} : { port }),
  });
  return server;
};

const session = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

test.each([
  ['the server alone is stopped', false],
  ['every process of it is stopped', true],
])(
  'a frozen server says nothing; killed, it starts again with what it held: %s',
  async (_case, withSessions) => {
    const frozen = await start();
    const client = await session(frozen.url);
    await client.query('CREATE TABLE kept AS SELECT 1 AS one');
    expect(await frozen.speaks(5_000)).toBe(true);
    const sessions = childrenOf(frozen.pid);
    expect(sessions.length).toBeGreaterThan(1);
    for (const one of [frozen.pid, ...(withSessions ? sessions : [])]) process.kill(one, 'SIGSTOP');
    expect(await frozen.speaks(200)).toBe(false);
    await frozen.kill();
    await frozen.exited;
    expect(sessions.filter(isAlive)).toEqual([]);
    const again = await start(frozen.port);
    const fresh = await session(again.url);
    expect((await fresh.query('SELECT one FROM kept')).rows).toEqual([{ one: 1 }]);
    await fresh.end();
  },
  90_000,
);

test('a server without a free connection still speaks', async () => {
  const running = await start();
  const { url } = running;
  const first = await session(url);
  const { rows } = await first.query<{ max: number }>(
    `SELECT current_setting('max_connections')::int AS max`,
  );
  const others = await Promise.allSettled(
    Array.from({ length: rows[0]?.max ?? 0 }, () => session(url)),
  );
  expect(others.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
  expect(await running.speaks(5_000)).toBe(true);
  await first.end();
  for (const one of others) if (one.status === 'fulfilled') await one.value.end();
}, 90_000);
