import type { Client } from 'pg';
import { lastWritten } from '../event-store/wake-up.ts';
import { ADVISORY_CLASS } from '../postgres/advisory.ts';
import type { Database } from '../postgres/database.ts';
import { InTurn } from '../postgres/in-turn.ts';
import { moveWatermark } from './watermarks.ts';

const leaseName = 'relay';

/**
 * The relay publishes in two publications, each in the order of positions and with a checkpoint of its own: what is urgent
 * passes what waits. A topic belongs to one publication, so its records keep their order.
 */
export type PublicationName = typeof leaseName | 'relay-urgent';
const publicationNames = [leaseName, 'relay-urgent'] as const satisfies readonly PublicationName[];

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
  /** Two publications and the renewal share the connection. */
  readonly #turns = new InTurn();
  readonly #leaseMs: number;
  readonly #renewal: Renewal;
  readonly #epochs: ReadonlyMap<string, number>;
  readonly #checkpoints: Map<string, Checkpoint>;
  #renewedAt: number;

  private constructor(client: Client, options: LeaseOptions, taken: readonly TakenRow[]) {
    this.#client = client;
    this.#leaseMs = options.leaseMs;
    this.#renewal = renewalOf(options);
    this.#epochs = new Map(taken.map(({ name, epoch }) => [name, epoch]));
    this.#checkpoints = new Map(taken.map((row) => [row.name, row]));
    this.#renewedAt = performance.now();
  }

  /** Undefined while another relay lives. One that was silent for its whole lease loses its session. */
  static async take(client: Client, options: LeaseOptions): Promise<RelayLease | undefined> {
    const { leaseMs } = options;
    if (!(await lock(client)) && !((await endSilentHolder(client)) && (await lock(client)))) {
      return undefined;
    }
    // A publication that is new goes on where the relay was, with its counts: a topic may have come from the other publication.
    const { rows } = await client.query<TakenRow>(
      `INSERT INTO relay_checkpoint AS r (name, position, shard_seqs, epoch, holder_pid, lease_until)
       SELECT publication, coalesce(k.position, 0), coalesce(k.shard_seqs, '{}'), 1, pg_backend_pid(),
         clock_timestamp() + $3 * interval '1 ms'
       FROM unnest($2::text[]) AS publication LEFT JOIN relay_checkpoint AS k ON k.name = $1
       ON CONFLICT (name) DO UPDATE SET epoch = r.epoch + 1, holder_pid = EXCLUDED.holder_pid,
         lease_until = EXCLUDED.lease_until
       RETURNING name, position, shard_seqs AS "shardSeqs", epoch`,
      [leaseName, publicationNames, leaseMs],
    );
    if (rows.length !== publicationNames.length) {
      throw new Error('the relay checkpoint could not be taken');
    }
    // A checkpoint lost in a crash of the server publishes the same records again under the same counts.
    await client.query('SET synchronous_commit = off');
    return new RelayLease(client, options, rows);
  }

  checkpointOf(publication: PublicationName): Checkpoint {
    const checkpoint = this.#checkpoints.get(publication);
    if (checkpoint === undefined) throw new Error(`no checkpoint of ${publication} was taken`);
    return checkpoint;
  }

  /** Moves a publication's checkpoint. */
  async advance(publication: PublicationName, next: Checkpoint): Promise<void> {
    await this.#write(publication, 'the checkpoint could not be moved', {
      name: 'relay_advance',
      text: `UPDATE relay_checkpoint SET position = $1, shard_seqs = $2,
               lease_until = clock_timestamp() + $3 * interval '1 ms'
             WHERE name = $4 AND epoch = $5 AND position = $6 RETURNING 1`,
      values: [
        next.position,
        JSON.stringify(next.shardSeqs),
        this.#leaseMs,
        publication,
        this.#epochs.get(publication),
        this.checkpointOf(publication).position,
      ],
    });
    this.#checkpoints.set(publication, next);
  }

  /** Says how far the events go, for whoever would ask about it otherwise, and moves the watermark if there is one. */
  async renew(): Promise<{ readonly last: unknown }> {
    const { last } = await this.#write<{ last: unknown }>(
      leaseName,
      'the lease could not be renewed',
      {
        name: 'relay_renew',
        text: this.#renewal.text,
        values: [
          this.#leaseMs,
          leaseName,
          this.#epochs.get(leaseName),
          ...this.#renewal.moreValues,
        ],
      },
    );
    return { last };
  }

  /** Called before every publish: after a pause of this process the lease may be someone else's. */
  async prove(): Promise<void> {
    if (performance.now() - this.#renewedAt > this.#leaseMs / 2) await this.renew();
  }

  /** A write that changes nothing was refused by the epoch; one that fails lost the session, and the lock with it. */
  async #write<Row extends object>(
    publication: PublicationName,
    what: string,
    query: { name?: string; text: string; values: unknown[] },
  ): Promise<Row> {
    let sentAt = 0;
    const sent = this.#turns.run(() => {
      sentAt = performance.now();
      return this.#client.query<Row>(query);
    });
    const { rows } = await sent.catch((error: unknown) => {
      throw new RelayFenced(what, { cause: error });
    });
    const [row] = rows;
    if (row === undefined) throw new RelayFenced(`${what}: another relay holds the lease`);
    // Others look at the one row when they ask whether this relay lives.
    if (publication === leaseName) this.#renewedAt = sentAt;
    return row;
  }
}

export type LeaseOptions = {
  readonly leaseMs: number;
  /** The types whose watermark this relay moves; none without. */
  readonly watermarkOf?: readonly string[] | undefined;
};

type Renewal = { readonly text: string; readonly moreValues: readonly unknown[] };

const renewText = `UPDATE relay_checkpoint SET lease_until = clock_timestamp() + $1 * interval '1 ms'
  WHERE name = $2 AND epoch = $3 RETURNING (${lastWritten}) AS last`;

const renewalOf = ({ watermarkOf }: LeaseOptions): Renewal => {
  if (watermarkOf === undefined) return { text: renewText, moreValues: [] };
  const moved = `moved AS (${moveWatermark('$4')})`;
  return {
    text: `WITH renewed AS (${renewText}), ${moved} SELECT last FROM renewed`,
    moreValues: [watermarkOf],
  };
};

type TakenRow = Checkpoint & { readonly name: string; readonly epoch: number };

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

/** How much waits to be published; counts up to 100,000. What is urgent waits in a publication of its own. */
export const readPending = async (
  database: Database,
  urgentTypes: readonly string[],
): Promise<Pending> => {
  const [row] = await database.queryable.query<{ depth: number; oldest: number | null }>(
    `SELECT (SELECT count(*) FROM (SELECT FROM events WHERE position > c.position LIMIT ${DEPTH_MAX}) AS e) +
         (SELECT count(*) FROM events WHERE position > c.urgent AND position <= c.position AND type = ANY ($3)) AS depth,
       (SELECT position FROM events WHERE position > c.position ORDER BY position LIMIT 1) AS oldest
     FROM (SELECT coalesce(max(position) FILTER (WHERE name = $1), 0) AS position,
         coalesce(max(position) FILTER (WHERE name = $2), 0) AS urgent FROM relay_checkpoint) AS c`,
    [...publicationNames, urgentTypes],
  );
  return { depth: row?.depth ?? 0, oldest: row?.oldest ?? undefined };
};
