import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '@tact/infra';
import {
  consumerMigrations,
  EventStore,
  eventStoreMigrations,
  jobMigrations,
  migrate,
  openDatabase,
  projectionMigrations,
  relayMigrations,
} from '@tact/platform';
import type { Bench, Scratch } from './bench.ts';

export type BenchServer = { readonly url: string; readonly version: string; stop(): Promise<void> };

/** `DATABASE_URL`, else an embedded server for this run alone, since another run would stop a shared one. A server that does not wait for its disk is refused. */
export const openServer = async (folder: string): Promise<BenchServer> => {
  const given = process.env['DATABASE_URL'];
  const server =
    given === undefined
      ? await startEmbeddedPostgres({ dataDir: join(folder, 'data'), durability: 'full' })
      : undefined;
  const url = given ?? server?.url ?? '';
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ fsync: string; wait: string; version: string }>(
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS wait,
       current_setting('server_version') AS version`,
  );
  await client.end();
  const [row] = rows;
  if (row?.fsync !== 'on' || row.wait === 'off') {
    await server?.stop();
    throw new Error('The bench wants fsync = on and synchronous_commit = on');
  }
  const stop = async (): Promise<void> => {
    await server?.stop();
    if (server !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  return { url, version: row.version, stop };
};

/** Gives a case its scratch schemas and clears them away after it. */
export const withBench = async <T>(
  options: { readonly url: string; readonly seconds: number },
  work: (bench: Bench) => Promise<T>,
): Promise<T> => {
  const cleanups: (() => Promise<unknown>)[] = [];
  const scratch = async (
    requested: { readonly commitQueues?: number; readonly poolSize?: number } = {},
  ): Promise<Scratch> => {
    const schema = `bench_${randomBytes(4).toString('hex')}`;
    const { url } = options;
    const database = await openDatabase({ url, schema, poolSize: requested.poolSize ?? 4 });
    // At once, as a service's: a schema that knows later ones than these is taken for a newer version's.
    await migrate(database, [
      ...eventStoreMigrations,
      ...relayMigrations,
      ...consumerMigrations,
      ...projectionMigrations,
      ...jobMigrations,
    ]);
    const store = new EventStore({ database, commitQueues: requested.commitQueues ?? 1 });
    const openRaw = async (): Promise<Client> => {
      const client = await database.connect('raw');
      cleanups.unshift(() => client.end());
      return client;
    };
    cleanups.push(async () => {
      await store.close();
      await database.pool.query(`DROP SCHEMA ${schema} CASCADE`);
      await database.close();
    });
    return { database, store, raw: await openRaw(), openRaw };
  };
  try {
    return await work({ ...options, scratch });
  } finally {
    for (const cleanup of cleanups) await cleanup();
  }
};
