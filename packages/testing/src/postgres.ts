import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@tact/infra';
import { Client } from 'pg';

const data = fileURLToPath(new URL('../../../.cache/test-postgres/data', import.meta.url));

export type TestDatabase = { name: string; url: string; drop(): Promise<void> };

/** Whether a database may outlive its file: our server goes with the last run, and one that was given keeps nothing of ours. */
export const mayKeepDatabases = (): boolean => !process.env['TACT_TEST_PG_URL'];

let server: Promise<{ url: string }> | undefined;

/**
 * The PostgreSQL server of this machine's tests: `TACT_TEST_PG_URL`, else an embedded one without fsync that all jest
 * workers and runs share; the last run to end stops it. A test that kills its server starts one of its own.
 */
export const testPostgres = (): Promise<{ url: string }> => {
  const given = process.env['TACT_TEST_PG_URL'];
  if (given) return Promise.resolve({ url: given });
  return (server ??= startEmbeddedPostgres({ dataDir: data, durability: 'test' }));
};

/**
 * A fresh database, empty or a copy of one that nobody is connected to; call `drop` in afterAll, whatever connections
 * are still open.
 */
export const testDatabase = async (
  from: Pick<TestDatabase, 'name'> = { name: 'template0' },
): Promise<TestDatabase> => {
  const { url } = await testPostgres();
  const name = `t_${process.env['TACT_TEST_RUN'] ?? process.pid}_${randomBytes(6).toString('hex')}`;
  await administer(url, `create database ${name} template ${from.name}`);
  // What tests search for in dumps of rows must stand there in letters, also where it is stored in bytes.
  await administer(url, `alter database ${name} set bytea_output = 'escape'`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    name,
    url: own.href,
    drop: () => administer(url, `drop database if exists ${name} with (force)`),
  };
};

const administer = async (url: string, statement: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};
