import { ADVISORY_CLASS } from '../postgres/advisory.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { JobKind } from './job-kind.ts';

/** Readers of a wake-up who want to hear of jobs alone. */
export const jobSubject = 'jobs';
/** Milliseconds after which a runner looks anyway: what is due later needs no notification. */
export const LOOK_EVERY_MS = 30_000;

const priorities = { high: 0, normal: 1, low: 2 } as const;

export type NewJob<Payload extends object> = {
  readonly payload: Payload;
  /** By the platform's clock; at once when absent. About a person no finer than the hour, because rows are in clear. */
  readonly runAt?: Date;
  /**
   * While such a job is there it is one: the earlier time holds, and one that runs already runs once more. Not of a kind
   * that is ordered.
   */
  readonly unique?: string;
  /**
   * Of a kind that is ordered: jobs of one order key run one after the other, as they were scheduled; a parked one holds
   * the later ones back.
   */
  readonly orderKey?: string;
  /** `normal` when absent; a due job of a higher one is claimed first. */
  readonly priority?: keyof typeof priorities;
};

/** Schedules work in the caller's transaction: it happens if, and only if, that commits. */
export class Jobs {
  readonly #channel: string;
  readonly #now: () => Date;

  /** `channel`: where the service's processes listen. */
  constructor({ channel, now }: { readonly channel: string; readonly now: () => Date }) {
    this.#channel = channel;
    this.#now = now;
  }

  async schedule<Payload extends object>(
    tx: Queryable,
    kind: JobKind<Payload>,
    ...jobs: readonly NewJob<Payload>[]
  ): Promise<void> {
    if (jobs.length === 0) return;
    assertKeysOf(kind, jobs);
    const now = this.#now();
    const rows = onePerKey(jobs).map(({ payload, unique, orderKey, ...job }, nth) => ({
      nth,
      unique,
      order: orderKey,
      priority: priorities[job.priority ?? 'normal'],
      run_at: job.runAt ?? now,
      payload: kind.payload.parse(payload),
    }));
    await lockOrder(
      tx,
      kind.name,
      rows.flatMap(({ order }) => order ?? []),
    );
    const isSoon = rows.some(({ run_at }) => run_at.getTime() - now.getTime() < LOOK_EVERY_MS);
    const channel = isSoon ? this.#channel : null;
    await tx.query(insert, [kind.name, JSON.stringify(rows), channel], 'schedule_jobs');
  }
}

/** Both in one kind could have its worker and who schedules wait for each other. */
const assertKeysOf = (kind: JobKind, jobs: readonly NewJob<object>[]): void => {
  const wrong = kind.isOrdered ? 'unique' : 'orderKey';
  if (jobs.every((job) => job[wrong] === undefined)) return;
  throw new Error(
    `A job of ${kind.name} has no ${wrong}: its kind is ${kind.isOrdered ? '' : 'not '}ordered.`,
  );
};

/** PostgreSQL refuses to meet a row twice in one statement. */
const onePerKey = <Payload extends object>(jobs: readonly NewJob<Payload>[]) => {
  const kept = new Map<unknown, NewJob<Payload>>();
  for (const job of jobs) {
    const key = job.unique ?? job;
    const known = kept.get(key);
    const earlier = !known || (job.runAt?.getTime() ?? 0) < (known.runAt?.getTime() ?? 0);
    if (earlier) kept.set(key, job);
  }
  return [...kept.values()];
};

/**
 * Whoever adds to an order key or takes from it holds its lock until the transaction ends: ids are drawn in the order
 * of commits, and no job is left behind one that went away meanwhile. Sorted, so that no two wait for each other.
 */
export const lockOrder = async (
  tx: Queryable,
  kind: string,
  orderKeys: readonly string[],
): Promise<void> => {
  if (orderKeys.length === 0) return;
  await tx.query(
    `SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hash) FROM (
       SELECT DISTINCT hashtext(current_schema() || ' jobs ' || $1 || ' ' || key) AS hash
       FROM unnest($2::text[]) AS key ORDER BY hash) AS locks`,
    [kind, orderKeys],
  );
};

// The notification goes out with the commit. Of a job that is known already nothing is written unless it changes.
const insert = `
WITH given AS (
  SELECT *, row_number() OVER (PARTITION BY "order" ORDER BY nth) AS nth_of_order
  FROM json_to_recordset($2::json) AS g (nth integer, "unique" text, "order" text, priority smallint,
    run_at timestamptz, payload json)
), added AS (
  INSERT INTO jobs AS j (kind, unique_key, order_key, priority, run_at, payload, state)
  SELECT $1, "unique", "order", priority, run_at, payload,
    CASE WHEN "order" IS NOT NULL AND (nth_of_order > 1 OR EXISTS (
      SELECT FROM jobs AS b WHERE b.kind = $1 AND b.order_key = g."order"))
    THEN 'behind' ELSE 'waiting' END
  FROM given AS g ORDER BY nth
  ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL DO UPDATE SET
    run_at = CASE WHEN j.state = 'running' THEN j.run_at ELSE excluded.run_at END,
    next_run_at = CASE WHEN j.state = 'running' THEN excluded.run_at END
  WHERE CASE WHEN j.state = 'running' THEN j.next_run_at IS NULL OR excluded.run_at < j.next_run_at
    -- One that failed waits out its pause, and a parked one waits for a person.
    WHEN j.state = 'parked' OR j.attempts > 0 THEN false
    ELSE excluded.run_at < j.run_at END
  RETURNING 1
)
SELECT pg_notify($3, '${jobSubject}') FROM (SELECT count(*) FROM added) AS a (changed)
WHERE changed > 0 AND $3 IS NOT NULL`;
