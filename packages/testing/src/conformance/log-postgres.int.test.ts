import { join } from 'node:path';
import { describe } from '@jest/globals';
import { startEmbeddedPostgres } from '@tact/infra';
import { Client } from 'pg';
import { scratchFolder } from '../scratch.ts';
import type { LogFixture } from './fixture.ts';
import { logConformance } from './log-conformance.ts';
import { family, signalAll } from './processes.ts';

/** The log on a server of its own, so that it can die while the services' database lives. */
const openFixture = async (): Promise<LogFixture> => {
  const dataDir = join(scratchFolder(), 'log');
  let server = await startEmbeddedPostgres({ dataDir, durability: 'test' });
  const tell = async (text: string, values: unknown[]): Promise<void> => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    try {
      await client.query(text, values);
    } finally {
      await client.end();
    }
  };
  return {
    name: 'postgres',
    spec: { kind: 'postgres', url: server.url },
    kill: async () => {
      signalAll(family(server.pid), 'SIGKILL');
      await server.exited;
    },
    restart: async () => {
      server = await startEmbeddedPostgres({ dataDir, durability: 'test', port: server.port });
    },
    freeze: () => signalAll(family(server.pid), 'SIGSTOP'),
    thaw: () => signalAll(family(server.pid), 'SIGCONT'),
    expire: (topic) =>
      tell('DELETE FROM log.record WHERE topic = (SELECT id FROM log.topic WHERE name = $1)', [
        topic,
      ]),
    forget: (group) => tell('DELETE FROM log.claim WHERE group_name = $1', [group]),
    close: () => server.stop(),
  };
};

describe('the message log on PostgreSQL', () => {
  logConformance('postgres', openFixture);
});
