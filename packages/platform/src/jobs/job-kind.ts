import { personalPaths, unclassifiedPaths, HOUR_MS } from '@tact/contracts';
import type { z } from 'zod';
import type { Queryable } from '../postgres/queryable.ts';

/** What may be scheduled: its name, what a job of it says, and how often it is tried. */
export type JobKind<Payload extends object = object> = {
  /** Kebab-case and imperative: `apply-import`. */
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  /** After so many a job is parked for a person to look at; never, where it is `Infinity`. */
  readonly attemptsMax: number;
  /** Milliseconds before the second attempt, doubled for each later one up to `max`, less up to a half by chance. */
  readonly backoffMs: { readonly first: number; readonly max: number };
  /**
   * Its jobs may have order keys, and then no unique ones: who schedules holds the lock of a key while it waits for the
   * row of a unique job, and who ends that job holds its row while it waits for the lock.
   */
  readonly isOrdered: boolean;
  /** Milliseconds of silence after which another process takes the job over; also the longest a `handle` may take. */
  readonly leaseMs: number;
};

type NewKind<Payload extends object> = Pick<JobKind<Payload>, 'name' | 'payload'> &
  Partial<Omit<JobKind<Payload>, 'name' | 'payload'>>;

const usual = {
  attemptsMax: 10,
  backoffMs: { first: 1_000, max: HOUR_MS },
  isOrdered: false,
  leaseMs: 25_000,
};

/** Declares a kind. Throws where its payload could hold a person, because rows of jobs are in clear. */
export const jobKind = <Payload extends object>(kind: NewKind<Payload>): JobKind<Payload> => {
  const personal = personalPaths(kind.payload).map(({ path }) => path.join('.'));
  const wrong = [...personal, ...unclassifiedPaths(kind.payload)];
  if (wrong.length > 0) {
    throw new Error(
      `A job of ${kind.name} may hold ids and numbers only: ${wrong.join(', ')} could be a person.`,
    );
  }
  return { ...usual, ...kind };
};

export type Job<Payload extends object = object> = {
  /** A positive integer. */
  readonly jobId: number;
  readonly payload: Payload;
  readonly runAt: Date;
  /** Counted from 1. */
  readonly attempt: number;
};

/** What a job that runs outside a transaction may ask about itself. */
export type LeasedWork = {
  /** Aborted when the lease is lost or the service stops: what is not durable by then is another attempt's. */
  readonly signal: AbortSignal;
  /** Renews the lease as part of a transaction; throws `JobFenced` when the job is another's, so that nothing of it stays. */
  prove(tx: Queryable): Promise<void>;
};

/** Nothing: the job is done. Otherwise it waits until then, as if it had just been scheduled. */
export type Again = { readonly runAt: Date } | void;

/** Effects in the service's own schema: jobs and their end are one transaction, so each takes effect exactly once. */
export type JobHandler<Payload extends object = object> = {
  readonly kind: JobKind<Payload>;
  /** Jobs in one transaction, 100 when absent; one that fails is found by running each alone. */
  readonly batchMax?: number;
  /** Batches at the same time in this process, 1 when absent. */
  readonly atOnce?: number;
  handle(tx: Queryable, jobs: readonly Job<Payload>[], signal: AbortSignal): Promise<void>;
};

/** Effects elsewhere, or longer than a transaction may be: run at least once, under a lease that is renewed meanwhile. */
export type LeasedJobHandler<Payload extends object = object> = {
  readonly kind: JobKind<Payload>;
  readonly atOnce?: number;
  run(job: Job<Payload>, work: LeasedWork): Promise<Again>;
};

/** The job belongs to another attempt meanwhile. */
export class JobFenced extends Error {
  override readonly name = 'JobFenced';

  constructor(jobId: number) {
    super(`Job ${jobId} is another attempt's: its lease ran out here.`);
  }
}
