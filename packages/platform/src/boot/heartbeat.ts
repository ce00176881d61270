import type { Clock } from '../config/clock.ts';
import type { Health } from '../observability/health.ts';
import { Unwell, type UnwellReason } from '../observability/health.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Migration } from '../postgres/migrations.ts';
import type { Database } from '../postgres/database.ts';
import { DatabaseError } from '../postgres/errors.ts';

export const heartbeatMigrations: readonly Migration[] = [
  {
    name: 'CreateHeartbeat1764418800000',
    up: `CREATE TABLE heartbeat (name text PRIMARY KEY, beats bigint NOT NULL) WITH (fillfactor = 50);`,
  },
];

/** However often it is asked: one small transaction in so many milliseconds, and sooner while it fails. */
const GOOD_FOR_MS = 5_000;
const BAD_FOR_MS = 1_000;
const limits = { statementTimeoutMs: 1_500, idleInTransactionTimeoutMs: 1_500 };

/**
 * A row that is updated in its place would still be written on a full disk, out of what the write-ahead log has in
 * reserve, while every event is refused. So room is asked for too: a list that does not fit into its memory is written
 * into a file of about a mebibyte, which is gone with the statement.
 */
const needsRoom = "SELECT count(*) FROM unnest(array_fill(repeat('x', 8000), ARRAY[128]))";

const beat = `INSERT INTO heartbeat AS h (name, beats) VALUES ('service', 1)
  ON CONFLICT (name) DO UPDATE SET beats = h.beats + 1
  RETURNING (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "databaseMs"`;

/** What the database's answer means to an operator; a word of ours, for its own text can name what we hold. */
const reasonOf = (error: unknown): Unwell => {
  const code = error instanceof DatabaseError ? error.code : '';
  if (code === '53100' || code === '58030') return new Unwell('disk-full');
  if (code === '25006') return new Unwell('read-only');
  if (code === '57014' || code === '25P03') return new Unwell('too-slow');
  return new Unwell('no-connection');
};

/** What is wrong and since when, as far as this process saw it. */
export type StorageMatters = {
  readonly failing?: { readonly reason: UnwellReason; readonly since: Date };
  readonly skewed?: { readonly seconds: number; readonly since: Date };
};

type Beat =
  | { readonly endedAt: number; readonly skewMs: number; readonly wayMs: number }
  | { readonly why: Unwell; endedAt: number };

/** What is certain of a skew: the question and its answer were on their way for some of it. */
export const certainSkewMs = ({ skewMs, wayMs }: { skewMs: number; wayMs: number }): number =>
  Math.sign(skewMs) * Math.max(0, Math.abs(skewMs) - wayMs / 2);

/** Proves that something can be stored, by storing something, and measures the clock of the database by the way. */
export class Heartbeat {
  readonly #database: Database;
  readonly #clock: Clock;
  #last: Beat | undefined;
  #pending: Promise<Beat> | undefined;
  #failingSince: Date | undefined;
  #skewedSince: Date | undefined;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Rejects with why nothing can be stored. */
  async check(): Promise<void> {
    const last = await this.#recent();
    if ('why' in last) throw last.why;
  }

  /** Milliseconds by which the clock of the database is ahead of ours, as far as it could be asked. */
  async skewMs(): Promise<number | undefined> {
    const last = await this.#recent();
    return 'why' in last ? undefined : last.skewMs;
  }

  /** False when our clock and the database's differ: one of them is wrong, and we cannot tell which. */
  async isClockTrusted(): Promise<boolean> {
    await this.#recent();
    return this.#clock.isTrusted;
  }

  async matters(): Promise<StorageMatters> {
    const last = await this.#recent();
    const [failing, skewed] = [this.#failingSince, this.#skewedSince];
    if ('why' in last) {
      return failing === undefined ? {} : { failing: { reason: last.why.reason, since: failing } };
    }
    const seconds = Math.round(last.skewMs / 1000);
    return skewed === undefined ? {} : { skewed: { seconds, since: skewed } };
  }

  async #recent(): Promise<Beat> {
    const last = this.#last;
    if (last !== undefined) {
      const age = performance.now() - last.endedAt;
      if (age < ('why' in last ? BAD_FOR_MS : GOOD_FOR_MS)) return last;
    }
    this.#pending ??= this.#beat().finally(() => {
      this.#pending = undefined;
    });
    return await this.#pending;
  }

  async #beat(): Promise<Beat> {
    try {
      const measured = await this.#database.transaction(async (tx) => {
        await tx.query("SET LOCAL work_mem = '64kB'");
        await tx.query(needsRoom);
        const askedAt = Date.now();
        const [row] = await tx.query<{ databaseMs: number }>(beat);
        const wayMs = Date.now() - askedAt;
        return { skewMs: (row?.databaseMs ?? askedAt) - (askedAt + wayMs / 2), wayMs };
      }, limits);
      this.#last = { ...measured, endedAt: performance.now() };
      this.#failingSince = undefined;
      this.#clock.noteSkew(certainSkewMs(measured));
      this.#skewedSince = this.#clock.isTrusted
        ? undefined
        : (this.#skewedSince ?? this.#clock.now());
    } catch (error) {
      this.#last = { why: reasonOf(error), endedAt: performance.now() };
      this.#failingSince ??= this.#clock.now();
    }
    return this.#last;
  }
}

/** Readiness: nothing that cannot be stored may be taken, and a clock that is wrong is told of. */
export const watchStorage = (heartbeat: Heartbeat, health: Health, metrics: Metrics): void => {
  health.add({ name: 'storage', required: true, check: () => heartbeat.check() });
  health.add({
    name: 'clock',
    required: false,
    check: async () => {
      if (!(await heartbeat.isClockTrusted())) throw new Unwell('clock-skew');
    },
  });
  metrics.gauge(
    'tact_clock_skew_seconds',
    "Seconds by which the database's clock is ahead of this service's.",
    async (gauge) => gauge.set(((await heartbeat.skewMs()) ?? 0) / 1000),
  );
};
