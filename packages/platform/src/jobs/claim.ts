import type { Database } from '../postgres/database.ts';
import type { JobKind } from './job-kind.ts';

/** A job that this process works on until its lease ends. */
export type Claimed = {
  readonly kind: string;
  readonly jobId: number;
  readonly epoch: number;
  readonly attempt: number;
  readonly orderKey: string | null;
  readonly priority: number;
  readonly runAt: Date;
  readonly payload: unknown;
};

/** How many jobs of a kind may be started now. */
export type Room = { readonly kind: JobKind; readonly most: number };

const columns = `j.kind, j.job_id AS "jobId", j.epoch, j.attempts AS attempt, j.order_key AS "orderKey",
  j.priority, j.run_at AS "runAt", j.payload`;

/** A handler is ended after `leaseMs`; its lease outlives it, so that ending it is nobody's race. */
const GRACE_MS = 5_000;

const leased = `state = 'running', epoch = j.epoch + 1, attempts = j.attempts + 1`;

// One probe of the index for each kind and priority, however many jobs wait for later or for another kind.
const claimDue = `
WITH due AS (
  SELECT job.job_id, k.lease_ms
  FROM unnest($1::text[], $2::integer[], $3::integer[]) AS k (kind, most, lease_ms)
  CROSS JOIN LATERAL (
    SELECT level_job.job_id FROM generate_series(0, 2) AS level (priority)
    CROSS JOIN LATERAL (
      SELECT job_id FROM jobs WHERE kind = k.kind AND priority = level.priority
        AND state = 'waiting' AND run_at <= $4
      ORDER BY run_at, job_id LIMIT k.most FOR UPDATE SKIP LOCKED) AS level_job
    LIMIT k.most) AS job
)
UPDATE jobs AS j SET ${leased}, lease_until = clock_timestamp() + due.lease_ms * interval '1 ms'
FROM due WHERE j.job_id = due.job_id
RETURNING ${columns}`;

const inOrder = (one: Claimed, other: Claimed): number =>
  one.priority - other.priority ||
  one.runAt.getTime() - other.runAt.getTime() ||
  one.jobId - other.jobId;

/** Claims what is due, the most urgent of each kind first; another process passes these rows by. */
export const claim = async (
  { queryable }: Pick<Database, 'queryable'>,
  rooms: readonly Room[],
  now: Date,
): Promise<Claimed[]> => {
  const rows = await queryable.query<Claimed>(
    claimDue,
    [
      rooms.map(({ kind }) => kind.name),
      rooms.map(({ most }) => most),
      rooms.map(({ kind }) => kind.leaseMs + GRACE_MS),
      now,
    ],
    'claim_jobs',
  );
  return rows.toSorted(inOrder);
};

/** Claims a parked job, as its first attempt. Undefined: somebody redrives it already. */
export const claimParked = async (
  { queryable }: Pick<Database, 'queryable'>,
  { name, leaseMs }: JobKind,
  jobId: number,
): Promise<Claimed | undefined> => {
  const [row] = await queryable.query<Claimed>(
    `UPDATE jobs AS j SET state = 'running', epoch = j.epoch + 1, attempts = 1, parked_at = NULL,
       lease_until = clock_timestamp() + $3 * interval '1 ms'
     WHERE kind = $1 AND job_id = $2 AND state = 'parked' RETURNING ${columns}`,
    [name, jobId, leaseMs + GRACE_MS],
  );
  return row;
};

// A lease that ends later than one can was taken before the database's clock was set back.
const takeBack = `
UPDATE jobs AS j SET epoch = j.epoch + 1, lease_until = NULL,
  state = CASE WHEN over.is_last THEN 'parked' ELSE 'waiting' END,
  parked_at = CASE WHEN over.is_last THEN $4::timestamptz END,
  reason = 'worker-died', detail = 'its lease ran out'
FROM (
  SELECT r.job_id, r.attempts >= k.attempts_max AS is_last
  FROM unnest($1::text[], $2::integer[], $3::float8[]) AS k (kind, lease_ms, attempts_max)
  CROSS JOIN LATERAL (
    SELECT job_id, attempts FROM jobs WHERE kind = k.kind AND state = 'running'
      AND (lease_until < clock_timestamp()
        OR lease_until > clock_timestamp() + 2 * k.lease_ms * interval '1 ms')
    ORDER BY job_id FOR UPDATE SKIP LOCKED) AS r
) AS over
WHERE j.job_id = over.job_id
RETURNING j.kind, j.state`;

/** Takes jobs back whose process was not heard of for their lease; says of which kind each was. */
export const takeBackSilent = (
  { queryable }: Pick<Database, 'queryable'>,
  kinds: readonly JobKind[],
  now: Date,
): Promise<{ kind: string; state: 'waiting' | 'parked' }[]> =>
  queryable.query(
    takeBack,
    [
      kinds.map(({ name }) => name),
      kinds.map(({ leaseMs }) => leaseMs + GRACE_MS),
      kinds.map(({ attemptsMax }) => attemptsMax),
      now,
    ],
    'take_back_jobs',
  );

/** Milliseconds until something is due, and until a lease ends; `Infinity` where nothing waits, or nobody works. */
export const nextLook = async (
  { queryable }: Pick<Database, 'queryable'>,
  kinds: readonly JobKind[],
  now: Date,
): Promise<{ dueMs: number; leaseMs: number }> => {
  const [row] = await queryable.query<{ due: number | null; lease: number | null }>(
    next,
    [kinds.map(({ name }) => name), now],
    'next_job',
  );
  const atLeast0 = (ms: number | null | undefined): number => Math.max(0, ms ?? Infinity);
  return { dueMs: atLeast0(row?.due), leaseMs: atLeast0(row?.lease) };
};

const next = `
SELECT min(extract(epoch FROM due.at - $2::timestamptz) * 1000)::float8 AS due,
  min(extract(epoch FROM lease.until - clock_timestamp()) * 1000)::float8 AS lease
FROM unnest($1::text[]) AS k (kind)
LEFT JOIN LATERAL (
  SELECT min(first.run_at) AS at FROM generate_series(0, 2) AS level (priority)
  CROSS JOIN LATERAL (
    SELECT run_at FROM jobs WHERE kind = k.kind AND priority = level.priority AND state = 'waiting'
    ORDER BY run_at LIMIT 1) AS first) AS due ON true
LEFT JOIN LATERAL (
  SELECT lease_until AS until FROM jobs WHERE kind = k.kind AND state = 'running'
  ORDER BY lease_until LIMIT 1) AS lease ON true`;
