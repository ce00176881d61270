import { Client, type ClientBase, type ClientConfig, Pool, TypeOverrides } from 'pg';
import { currentContext } from '../observability/context.ts';
import { cleanError, connectionSentence } from './errors.ts';
import { FairQueue } from './fair-queue.ts';
import type { Queryable } from './queryable.ts';
import { watchedSocket } from './server-watch.ts';

export type DatabaseOptions = {
  readonly url: string;
  /** The service's own schema: every unqualified name in platform SQL means a table of it. */
  readonly schema: string;
  readonly poolSize?: number;
  readonly applicationName?: string;
  /** Milliseconds; a statement that runs longer is cancelled. */
  readonly statementTimeoutMs?: number;
  /** Milliseconds; an open transaction that does nothing for longer is ended, because readers wait for appenders. */
  readonly idleInTransactionTimeoutMs?: number;
};

/** Of one transaction, instead of those of its connection; whole milliseconds. */
export type TxLimits = {
  readonly statementTimeoutMs: number;
  readonly idleInTransactionTimeoutMs: number;
};

/** A service's door to its schema; a class so that it can be injected. */
export abstract class Database {
  abstract readonly schema: string;
  abstract readonly url: string;
  abstract readonly queryable: Queryable;
  abstract readonly pool: Pool;
  abstract transaction<T>(work: (tx: Queryable) => Promise<T>, limits?: TxLimits): Promise<T>;
  /** A connection of its own, outside the pool: commit queues, LISTEN, session locks. The caller ends it. */
  abstract connect(purpose: string): Promise<Client>;
  abstract close(): Promise<void>;
}

/**
 * Transactions leave connections to single queries, which are short: what everybody waits for (the look-ups of
 * webhooks, the probe) must not queue behind what one caller started.
 */
const transactionsAtOnce = (poolSize: number): number =>
  Math.min(poolSize, Math.max(2, poolSize - 2));

/**
 * Milliseconds that a connection is kept unused: longer than from one round of the service to the next, since opening
 * one costs as much as hundreds of the queries that they ask.
 */
const UNUSED_MS_MAX = 90_000;

const INT8 = 20;
const schemaName = /^[a-z][a-z0-9_]{0,62}$/;

/** Opens the pool and proves that the server answers; a wrong url is one sentence, without the password. */
export const openDatabase = async (options: DatabaseOptions): Promise<Database> => {
  if (!schemaName.test(options.schema)) {
    throw new Error(`"${options.schema}" is not a schema name: lower case letters, digits, _`);
  }
  if (!URL.canParse(options.url)) throw connectionSentence(options.url, { code: 'not a URL' });
  const config = clientConfig(options);
  const poolSize = options.poolSize ?? 10;
  const pool = new Pool({ ...config, max: poolSize, idleTimeoutMillis: UNUSED_MS_MAX });
  const queue = new FairQueue(transactionsAtOnce(poolSize));
  // An idle connection that breaks is dropped by the pool; the next query opens another and reports.
  pool.on('error', () => undefined);
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw connectionSentence(options.url, error);
  }
  return {
    schema: options.schema,
    url: options.url,
    queryable: queryableOfClient(pool),
    pool,
    transaction: (work, limits) =>
      queue.run(currentContext()?.actorId ?? '', () => transaction(pool, work, limits)),
    connect: async (purpose) => {
      const client = new Client({
        ...config,
        application_name: `${config.application_name}/${purpose}`,
      });
      client.on('error', () => undefined);
      await client.connect().catch((error: unknown) => {
        throw connectionSentence(options.url, error);
      });
      return client;
    },
    close: () => pool.end(),
  };
};

/** How every connection of Tact is set up; shared with the TypeORM data source. */
export const clientConfig = (
  options: DatabaseOptions,
): ClientConfig & { application_name: string } => {
  const types = new TypeOverrides();
  types.setTypeParser(INT8, safeInteger);
  const idleMs = options.idleInTransactionTimeoutMs ?? 30_000;
  return {
    connectionString: options.url,
    application_name: options.applicationName ?? `tact-${options.schema}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    stream: watchedSocket(options.url),
    types,
    options: [
      `search_path=${options.schema}`,
      `statement_timeout=${options.statementTimeoutMs ?? 30_000}`,
      `idle_in_transaction_session_timeout=${idleMs}`,
      'timezone=UTC',
      'datestyle=ISO',
      // A look-up by many keys asks for each once: remembering the answers only costs.
      'enable_memoize=off',
    ]
      .map((setting) => `-c ${setting}`)
      .join(' '),
  };
};

/** A position beyond 2^53 would silently change; failing loudly is the better of two ends. */
const safeInteger = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('an int8 is beyond 2^53');
  return value;
};

export const queryableOfClient = (client: Pick<ClientBase, 'query'> | Pool): Queryable => {
  return {
    async query<Row>(text: string, values: readonly unknown[] = [], name?: string): Promise<Row[]> {
      try {
        const given = values as unknown[];
        const result = await (name === undefined
          ? client.query(text, given)
          : client.query({ name, text, values: given }));
        return result.rows as Row[];
      } catch (error) {
        throw cleanError(error);
      }
    },
  };
};

/** The settings go along with BEGIN, in the same round trip. */
const beginWith = ({ statementTimeoutMs, idleInTransactionTimeoutMs }: TxLimits): string =>
  `BEGIN; SET LOCAL statement_timeout = ${Math.ceil(statementTimeoutMs)};
   SET LOCAL idle_in_transaction_session_timeout = ${Math.ceil(idleInTransactionTimeoutMs)}`;

const transaction = async <T>(
  pool: Pool,
  work: (tx: Queryable) => Promise<T>,
  limits?: TxLimits,
): Promise<T> => {
  const effects = new Set<() => void>();
  const afterCommit = (effect: () => void): void => void effects.add(effect);
  const result = await committed(pool, (tx) => work(Object.assign(tx, { afterCommit })), limits);
  for (const effect of effects) effect();
  return result;
};

/** Resolves with what the work gave once that is durable. */
const committed = async <T>(
  pool: Pool,
  work: (tx: Queryable) => Promise<T>,
  limits?: TxLimits,
): Promise<T> => {
  const client = await pool.connect().catch((error: unknown) => {
    throw cleanError(error);
  });
  // A connection that breaks while the work awaits something else must not end the process.
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  const tx = queryableOfClient(client);
  try {
    await client.query(limits === undefined ? 'BEGIN' : beginWith(limits));
    const result = await work(tx);
    await tx.query('COMMIT');
    return result;
  } catch (error) {
    await tx.query('ROLLBACK').catch((rollbackError: unknown) => {
      broken = rollbackError as Error;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
};
