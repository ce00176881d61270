import { Client } from 'pg';
import { cleanError, connectionSentence } from '../postgres/errors.ts';
import { queryableOfClient } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';

/** Where, how it begins, and what ends it early: the transaction is rolled back then. */
export type Begin = { readonly url: string; readonly sql: string; readonly signal: AbortSignal };

export type Session = { readonly client: Client; readonly queryable: Queryable };

// An empty search_path makes every name of the catalog whole; a long COPY must not meet a time limit of the server.
const settings = {
  search_path: 'pg_catalog',
  statement_timeout: '0',
  lock_timeout: '30s',
  idle_in_transaction_session_timeout: '0',
  timezone: 'UTC',
  datestyle: 'ISO',
  check_function_bodies: 'off',
  client_min_messages: 'error',
};

/** One connection in one transaction, which is rolled back unless the work commits it. Errors hold no value of a row. */
export const inTransaction = async <Result>(
  { url, sql, signal }: Begin,
  work: (session: Session) => Promise<Result>,
): Promise<Result> => {
  const client = new Client({
    connectionString: url,
    application_name: 'tact-backup',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  });
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => {
    throw connectionSentence(url, error);
  });
  try {
    signal.throwIfAborted();
    // A query that runs is cut off by it.
    signal.addEventListener('abort', () => void client.end(), { once: true });
    await client.query(sql);
    return await work({ client, queryable: queryableOfClient(client) });
  } catch (error) {
    throw cleanError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
};
