import { Client } from 'pg';
import { SUPERUSER } from './cluster.ts';

/** The database of the platform; the server's own `postgres` database stays empty. */
const DATABASE = 'tact';

export function urlOf(port: number, password: string): string {
  return `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${DATABASE}`;
}

/**
 * True when the server on this port opens with our password and is the process that wrote the pid file. SCRAM proves
 * both ways, so another program on a reused port cannot pass; the platform's database is made at the first meeting.
 */
export async function answers(port: number, password: string, startedAt: number): Promise<boolean> {
  const client = new Client({
    ...{ host: '127.0.0.1', port, password, user: SUPERUSER, database: 'postgres' },
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ started: string; made: boolean }>(
      `select floor(extract(epoch from pg_postmaster_start_time()))::text as started,
              exists (select from pg_database where datname = '${DATABASE}') as made`,
    );
    if (Math.abs(Number(rows[0]?.started) - startedAt) > 2) return false;
    if (rows[0]?.made !== true) await client.query(`create database ${DATABASE}`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
