import { Client } from 'pg';
import { superuser } from './cluster.ts';

/** The database of the platform; the server's own `postgres` database stays empty. */
const databaseName = 'tact';

export const urlOf = (port: number, password: string): string => {
  return `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${databaseName}`;
};

/**
 * True when the server on this port opens with our password and is the process that wrote the pid file. SCRAM proves
 * both ways, so another program on a reused port cannot pass; the platform's database is made at the first meeting.
 */
export const answers = async (
  port: number,
  password: string,
  startedAt: number,
): Promise<boolean> => {
  const client = new Client({
    host: '127.0.0.1',
    port,
    password,
    user: superuser,
    database: 'postgres',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ started: string; made: boolean }>(
      `select floor(extract(epoch from pg_postmaster_start_time()))::text as started,
              exists (select from pg_database where datname = '${databaseName}') as made`,
    );
    if (Math.abs(Number(rows[0]?.started) - startedAt) > 2) return false;
    if (rows[0]?.made !== true) await client.query(`create database ${databaseName}`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};
