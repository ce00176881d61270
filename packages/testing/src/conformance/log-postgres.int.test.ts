import { join } from 'node:path';
import { describe } from '@jest/globals';
import { startEmbeddedPostgres } from '@tact/infra';
import { scratchFolder } from '../scratch.ts';
import type { LogFixture } from './fixture.ts';
import { logConformance } from './log-conformance.ts';
import { family, signalAll } from './processes.ts';

/** The log on a server of its own, so that it can die while the services' database lives. */
const openFixture = async (): Promise<LogFixture> => {
  const dataDir = join(scratchFolder(), 'log');
  let server = await startEmbeddedPostgres({ dataDir, durability: 'test' });
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
    close: () => server.stop(),
  };
};

describe('the message log on PostgreSQL', () => {
  logConformance('postgres', openFixture);
});
