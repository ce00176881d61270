import type { Client } from 'pg';
import { lastWritten } from '../event-store/event-store.ts';
import { ADVISORY_CLASS } from '../postgres/advisory.ts';
import type { Database } from '../postgres/database.ts';

const leaseName = 'relay';

export type Checkpoint = {
  readonly position: number;
  /** The last shard_seq given out, per shard. */
  readonly shardSeqs: Readonly<Record<string, number>>;
};

/** The lease is lost: nothing more may be published or moved by this relay. */
export class RelayFenced extends Error {
  override readonly name = 'RelayFenced';
}

/**
 * The right to publish: a session lock that one relay of the service holds, and an epoch that every write
 * of the checkpoint must name. The lock alone would let a paused relay block the others for ever; the epoch
 * alone would let two publish at once.
 */
export class RelayLease {
  readonly #client: Client;
  readonly #leaseMs: number;
  readonly #epoch: number;
  #checkpoint: Checkpoint;
  #renewedAt: number;

  private constructor(client: Client, leaseMs: number, taken: Checkpoint & { epoch: number }) {
    this.#client = client;
    this.#leaseMs = leaseMs;
    this.#epoch = taken.epoch;
    this.#checkpoint = taken;
    this.#renewedAt = performance.now();
  }

  /** Undefined while another relay lives. One that was silent for its whole lease loses its session. */
  static async take(client: Client, leaseMs: number): Promise<RelayLease | undefined> {
    if (!(await lock(client)) && !((await endSilentHolder(client)) && (await lock(client)))) {
      return undefined;
    }
    const { rows } = await client.query<Checkpoint & { epoch: number }>(
      `INSERT INTO relay_checkpoint AS r (name, position, shard_seqs, epoch, holder_pid, lease_until)
       VALUES ($1, 0, '{}', 1, pg_backend_pid(), clock_timestamp() + $2 * interval '1 ms')
       ON CONFLICT (name) DO UPDATE SET epoch = r.epoch + 1, holder_pid = EXCLUDED.holder_pid,
         lease_until = EXCLUDED.lease_until
       RETURNING position, shard_seqs AS "shardSeqs", epoch`,
      [leaseName, leaseMs],
    );
    const [taken] = rows;
    if (taken === undefined) throw new Error('the relay checkpoint could not be taken');
    // A checkpoint lost in a crash of the server publishes the same records again under the same counts.
    await client.query('SET synchronous_commit = off');
    return new RelayLease(client, leaseMs, taken);
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** Moves the checkpoint and renews the lease. */
  async advance(next: Checkpoint): Promise<void> {
    await this.#write('the checkpoint could not be moved', {
      name: 'relay_advance',
      text: `UPDATE relay_checkpoint SET position = $1, shard_seqs = $2,
               lease_until = clock_timestamp() + $3 * interval '1 ms'
             WHERE name = $4 AND epoch = $5 AND position = $6 RETURNING 1`,
      values: [
        next.position,
        JSON.stringify(next.shardSeqs),
        this.#leaseMs,
        leaseName,
        this.#epoch,
        this.#checkpoint.position,
      ],
    });
    this.#checkpoint = next;
  }

  /** Says how far the events go, for whoever would ask about it otherwise. */
  async renew(): Promise<{ readonly last: unknown }> {
    const { last } = await this.#write<{ last: unknown }>('the lease could not be renewed', {
      text: `UPDATE relay_checkpoint SET lease_until = clock_timestamp() + $1 * interval '1 ms'
             WHERE name = $2 AND epoch = $3 RETURNING (${lastWritten}) AS last`,
      values: [this.#leaseMs, leaseName, this.#epoch],
    });
    return { last };
  }

  /** Called before every publish: after a pause of this process the lease may be someone else's. */
  async prove(): Promise<void> {
    if (performance.now() - this.#renewedAt > this.#leaseMs / 2) await this.renew();
  }

  /** A write that changes nothing was refused by the epoch; one that fails lost the session, and the lock with it. */
  async #write<Row extends object>(
    what: string,
    query: { name?: string; text: string; values: unknown[] },
  ): Promise<Row> {
    const sentAt = performance.now();
    const { rows } = await this.#client.query<Row>(query).catch((error: unknown) => {
      throw new RelayFenced(what, { cause: error });
    });
    const [row] = rows;
    if (row === undefined) throw new RelayFenced(`${what}: another relay holds the lease`);
    this.#renewedAt = sentAt;
    return row;
  }
}

const lock = async (client: Client): Promise<boolean> => {
  const { rows } = await client.query<{ taken: boolean }>(
    `SELECT pg_try_advisory_lock(${ADVISORY_CLASS}, hashtext(current_schema() || ' relay')) AS taken`,
  );
  return rows[0]?.taken === true;
};

/** A stopped process keeps its connection, and with it the lock: its session is ended for it. */
const endSilentHolder = async (client: Client): Promise<boolean> => {
  const { rows } = await client.query<{ ended: boolean }>(
    `SELECT pg_terminate_backend(r.holder_pid, 2000) AS ended FROM relay_checkpoint r
     JOIN pg_locks l ON l.pid = r.holder_pid AND l.locktype = 'advisory' AND l.granted
       AND l.classid = ${ADVISORY_CLASS} AND l.objid = hashtext(current_schema() || ' relay')::bigint & 4294967295
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     WHERE r.name = $1 AND r.lease_until < clock_timestamp()`,
    [leaseName],
  );
  return rows[0]?.ended === true;
};

export type Pending = {
  /** Events not yet published, those that never will be (private types) included until they are passed. */
  readonly depth: number;
  /** Position of the first of them. */
  readonly oldest: number | undefined;
};

const DEPTH_MAX = 100_000;

/** How much waits to be published; counts up to 100,000. */
export const readPending = async (database: Database): Promise<Pending> => {
  const [row] = await database.queryable.query<{ depth: number; oldest: number | null }>(
    `SELECT (SELECT count(*) FROM (SELECT FROM events WHERE position > c.position LIMIT ${DEPTH_MAX}) AS e) AS depth,
       (SELECT position FROM events WHERE position > c.position ORDER BY position LIMIT 1) AS oldest
     FROM (SELECT coalesce((SELECT position FROM relay_checkpoint WHERE name = $1), 0) AS position) AS c`,
    [leaseName],
  );
  return { depth: row?.depth ?? 0, oldest: row?.oldest ?? undefined };
};
