import type { Holding, ParkedKey } from '../consumer/parking.ts';
import type { Redriven } from '../consumer/redrive.ts';
import type { Database } from '../postgres/database.ts';
import type { JobRunner } from './job-runner.ts';

type Parked = { readonly jobId: number; readonly reason: string; readonly detail: string };

const KEYS_LISTED_MAX = 100;
/** What an operator names a job by. */
const keyColumn = 'coalesce(order_key, unique_key, job_id::text)';

/** Jobs of one kind that were set aside, listed and redriven like the parked records of a consumer. */
export class ParkedJobs {
  readonly group: string;
  readonly #kind: string;
  readonly #database: Database;
  readonly #runner: JobRunner;

  constructor(kind: string, database: Database, runner: JobRunner) {
    this.group = `jobs:${kind}`;
    this.#kind = kind;
    this.#database = database;
    this.#runner = runner;
  }

  /** The oldest first; with a parked job stand all that were scheduled behind it under its order key. */
  parkedKeys(): Promise<ParkedKey[]> {
    return this.#database.queryable.query<ParkedKey>(
      `SELECT 'jobs' AS topic, ${keyColumn} AS key, reason, coalesce(detail, '') AS detail,
         parked_at AS "parkedAt", CASE WHEN order_key IS NULL THEN 1 ELSE (
           SELECT count(*) FROM jobs AS b WHERE b.kind = p.kind AND b.order_key = p.order_key) END AS records
       FROM jobs AS p WHERE kind = $1 AND state = 'parked' ORDER BY parked_at LIMIT $2`,
      [this.#kind, KEYS_LISTED_MAX],
    );
  }

  /** Whose a job is it does not say: an operator alone redrives it. */
  async holding(key: string): Promise<Holding> {
    const rows = await this.#database.queryable.query<{ records: number }>(
      `SELECT count(*)::int AS records FROM jobs WHERE kind = $1 AND ${keyColumn} = $2`,
      [this.#kind, key],
    );
    return { records: rows[0]?.records ?? 0, tenantIds: [null] };
  }

  /** Runs the parked jobs of a key, each once; what waited behind them runs by itself. One that fails is parked again. */
  async redrive(key: string): Promise<Redriven> {
    const before = await this.#parkedOf(key);
    for (const { jobId } of before) await this.#runner.redrive(this.#kind, jobId);
    const [first, ...others] = await this.#parkedOf(key);
    if (first === undefined) return { handled: before.length, left: 0 };
    const left = others.length + 1;
    const { reason, detail } = first;
    return { handled: before.length - left, left, defect: { reason, detail } };
  }

  #parkedOf(key: string): Promise<Parked[]> {
    return this.#database.queryable.query<Parked>(
      `SELECT job_id AS "jobId", reason, coalesce(detail, '') AS detail FROM jobs
       WHERE kind = $1 AND state = 'parked' AND ${keyColumn} = $2 ORDER BY job_id`,
      [this.#kind, key],
    );
  }
}
