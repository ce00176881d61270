import type { Queryable } from '../postgres/queryable.ts';
import type { JobKind } from './job-kind.ts';

/** How the jobs of a kind stand; `waiting` and `running` are counted up to 10,000. */
export type JobCounts = {
  readonly kind: string;
  /** For their time or for a process; those that wait behind another of their order key are not among them. */
  readonly waiting: number;
  readonly running: number;
  readonly parked: number;
  /** How long the oldest that is due has been waiting, in seconds. */
  readonly oldestDueSeconds: number;
};

const COUNTED_MAX = 10_000;

const counted = (where: string): string =>
  `(SELECT count(*) FROM (SELECT FROM jobs WHERE kind = k.kind AND ${where} LIMIT ${COUNTED_MAX}) AS c)`;

export const countJobs = (
  queryable: Queryable,
  kinds: readonly JobKind[],
  now: Date,
): Promise<JobCounts[]> =>
  queryable.query<JobCounts>(
    `SELECT k.kind, ${counted("state = 'waiting'")} AS waiting,
       ${counted("state = 'running'")} AS running, ${counted("state = 'parked'")} AS parked,
       coalesce(greatest(0, extract(epoch FROM $2::timestamptz - (
         SELECT min(first.run_at) FROM generate_series(0, 2) AS level (priority)
         CROSS JOIN LATERAL (
           SELECT run_at FROM jobs WHERE kind = k.kind AND priority = level.priority
             AND state = 'waiting' ORDER BY run_at LIMIT 1) AS first))), 0)::float8 AS "oldestDueSeconds"
     FROM unnest($1::text[]) AS k (kind)`,
    [kinds.map(({ name }) => name), now],
    'count_jobs',
  );

/** Jobs that are due or under way. */
export const countOpen = async (
  queryable: Queryable,
  kinds: readonly JobKind[],
  now: Date,
): Promise<number> => {
  const [row] = await queryable.query<{ open: number }>(
    `SELECT count(*) AS open FROM jobs WHERE kind = ANY ($1::text[])
       AND (state = 'running' OR (state = 'waiting' AND run_at <= $2))`,
    [kinds.map(({ name }) => name), now],
  );
  return row?.open ?? 0;
};
