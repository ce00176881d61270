import type { Queryable } from '../postgres/queryable.ts';
import type { Claimed } from './claim.ts';
import { JobFenced } from './job-kind.ts';
import { lockOrder } from './jobs.ts';

type Held = Pick<Claimed, 'jobId' | 'epoch'>;

const heldColumns = (jobs: readonly Held[]) => [
  jobs.map(({ jobId }) => jobId),
  jobs.map(({ epoch }) => epoch),
];

// The rows are taken before anything else happens in their transaction: whoever finds one here may go on, for nobody
// can take it over until the transaction ends. A job that was asked for again stays.
const end = `
WITH mine AS (
  SELECT j.job_id, j.next_run_at, j.state FROM jobs AS j
  JOIN unnest($1::bigint[], $2::integer[]) AS held (job_id, epoch)
    ON held.job_id = j.job_id AND held.epoch = j.epoch
  WHERE j.state = 'running' ORDER BY j.job_id FOR UPDATE OF j
), gone AS (
  DELETE FROM jobs USING mine WHERE jobs.job_id = mine.job_id AND mine.next_run_at IS NULL
), again AS (
  UPDATE jobs SET state = 'waiting', run_at = mine.next_run_at, next_run_at = NULL, attempts = 0,
    lease_until = NULL, reason = NULL, detail = NULL
  FROM mine WHERE jobs.job_id = mine.job_id AND mine.next_run_at IS NOT NULL
)
SELECT job_id AS "jobId", next_run_at IS NOT NULL AS "isAgain" FROM mine`;

/**
 * Ends jobs as part of the caller's transaction. `mine` are those that were still this process's, `again` those of them
 * that were asked for meanwhile and wait for their next run.
 */
export const endIn = async <Job extends Held>(
  tx: Queryable,
  jobs: readonly Job[],
): Promise<{ readonly mine: Job[]; readonly again: Job[] }> => {
  const [only, ...others] = jobs;
  if (only !== undefined && others.length === 0 && (await isEnded(tx, only))) {
    return { mine: [only], again: [] };
  }
  const rows = await tx.query<{ jobId: number; isAgain: boolean }>(
    end,
    heldColumns(jobs),
    'end_jobs',
  );
  const isAgain = new Map(rows.map((row) => [row.jobId, row.isAgain]));
  const mine = jobs.filter(({ jobId }) => isAgain.has(jobId));
  return { mine, again: mine.filter(({ jobId }) => isAgain.get(jobId)) };
};

/** The same for one job that nobody has asked for again, at a third of the cost. */
const isEnded = async (tx: Queryable, { jobId, epoch }: Held): Promise<boolean> => {
  const rows = await tx.query(
    `DELETE FROM jobs WHERE job_id = $1 AND epoch = $2 AND state = 'running'
       AND next_run_at IS NULL RETURNING 1`,
    [jobId, epoch],
    'end_job',
  );
  return rows.length > 0;
};

/** Lets the next of each order key come forward; the last statements of a transaction, because the keys are locked. */
export const bringForward = async (
  tx: Queryable,
  kind: string,
  orderKeys: readonly string[],
): Promise<void> => {
  if (orderKeys.length === 0) return;
  await lockOrder(tx, kind, orderKeys);
  // A statement of its own: it must see what was added while the lock was waited for.
  await tx.query(
    `UPDATE jobs SET state = 'waiting' WHERE state = 'behind' AND job_id IN (
       SELECT (SELECT min(job_id) FROM jobs WHERE kind = $1 AND order_key = key)
       FROM unnest($2::text[]) AS key)`,
    [kind, orderKeys],
  );
};

/** Renews a lease; false when the job is another attempt's by now. */
export const renew = async (
  queryable: Queryable,
  { jobId, epoch }: Held,
  leaseMs: number,
): Promise<boolean> => {
  const rows = await queryable.query(
    `UPDATE jobs SET lease_until = clock_timestamp() + $3 * interval '1 ms'
     WHERE job_id = $1 AND epoch = $2 AND state = 'running' RETURNING 1`,
    [jobId, epoch, leaseMs],
    'renew_job',
  );
  return rows.length > 0;
};

/** The same inside a transaction that must not commit when the job is lost. */
export const proveIn = async (tx: Queryable, job: Held, leaseMs: number): Promise<void> => {
  if (!(await renew(tx, job, leaseMs))) throw new JobFenced(job.jobId);
};

export type Return = {
  readonly runAt: Date;
  /** Attempts that count from now on; 0 stands for a fresh start, which may have been asked for earlier than `runAt`. */
  readonly attempts: number;
  readonly why?: { readonly reason: string; readonly detail: string };
  /** Set aside at this instant until a person redrives it. */
  readonly parkedAt?: Date;
};

/** Gives a job back, to be tried later or by a person; false when it is another attempt's by now. */
export const giveBack = async (
  queryable: Queryable,
  { jobId, epoch }: Held,
  { runAt, attempts, why, parkedAt }: Return,
): Promise<boolean> => {
  const rows = await queryable.query(
    `UPDATE jobs SET state = CASE WHEN $7::timestamptz IS NULL THEN 'waiting' ELSE 'parked' END,
       run_at = CASE WHEN $4 = 0 THEN least($3, next_run_at) ELSE $3 END, next_run_at = NULL, attempts = $4, reason = $5, detail = $6,
       parked_at = $7, lease_until = NULL
     WHERE job_id = $1 AND epoch = $2 AND state = 'running' RETURNING 1`,
    [jobId, epoch, runAt, attempts, why?.reason, why?.detail, parkedAt],
    'give_back_job',
  );
  return rows.length > 0;
};
