import { HandlerFault, limited } from '../consumer/attempt.ts';
import { defectOf, isPassing } from '../consumer/failures.ts';
import type { Database } from '../postgres/database.ts';
import { DatabaseError } from '../postgres/errors.ts';
import { backoffOf } from './backoff.ts';
import type { Claimed } from './claim.ts';
import { bringForward, endIn, giveBack, proveIn, renew } from './ending.ts';
import { type Job, JobFenced, type JobHandler, type LeasedJobHandler } from './job-kind.ts';

export type AttemptOptions = {
  readonly database: Database;
  readonly now: () => Date;
  /** Drawn from [0, 1). */
  readonly chance: () => number;
  /** Aborted when the service stops, and when it cannot wait any longer for what runs. */
  readonly stopping: AbortSignal;
  readonly ending: AbortSignal;
  /** A person asked for this attempt: when it fails, the job is parked again. */
  readonly isLast?: boolean;
};

export type Ended = {
  readonly outcome: 'done' | 'again' | 'failed' | 'parked' | 'fenced' | 'postponed';
  readonly jobs: readonly Claimed[];
  readonly error?: unknown;
};

/** The server gives up later than we do. */
const SERVER_GRACE_MS = 5_000;
/** What the server allows a connection of ours anyway. */
const CONNECTION_LIMIT_MS = 30_000;

class BadPayload extends Error {
  override readonly name = 'BadPayload';
}

const jobOf = ({ kind }: JobHandler | LeasedJobHandler, claimed: Claimed): Job => {
  const { jobId, runAt, attempt } = claimed;
  const payload = kind.payload.safeParse(claimed.payload);
  if (!payload.success) throw new BadPayload(`Job ${jobId} does not say what a ${kind.name} does.`);
  return { jobId, runAt, attempt, payload: payload.data };
};

/** Runs jobs and ends them in one transaction: all of it or nothing. One that fails among others is found alone. */
export const attemptBatch = async (
  handler: JobHandler,
  jobs: readonly Claimed[],
  options: AttemptOptions,
): Promise<Ended[]> => {
  const { database, ending } = options;
  const { name, leaseMs } = handler.kind;
  // Shorter ones the connection's own limits see to.
  const limitMs = leaseMs + SERVER_GRACE_MS;
  const limits =
    limitMs > CONNECTION_LIMIT_MS
      ? { statementTimeoutMs: limitMs, idleInTransactionTimeoutMs: limitMs }
      : undefined;
  try {
    const { mine: all, again } = await database.transaction(async (tx) => {
      const met = await endIn(tx, jobs);
      const { mine } = met;
      if (mine.length === 0) return met;
      const given = mine.map((one) => jobOf(handler, one));
      await limited({ msMax: leaseMs, tx, stale: ending }, (limitedTx, ended) =>
        handler.handle(limitedTx, given, ended),
      ).catch((error: unknown) => {
        throw new HandlerFault('the job failed', { cause: error });
      });
      await bringForward(tx, name, [...new Set(mine.flatMap(({ orderKey }) => orderKey ?? []))]);
      return met;
    }, limits);
    const parts: readonly Ended[] = [
      { outcome: 'fenced', jobs: jobs.filter((one) => !all.includes(one)) },
      { outcome: 'again', jobs: again },
      { outcome: 'done', jobs: all.filter((one) => !again.includes(one)) },
    ];
    return parts.filter((part) => part.jobs.length > 0);
  } catch (thrown) {
    const error = thrown instanceof HandlerFault ? thrown.cause : thrown;
    const [first, ...others] = jobs;
    if (first === undefined) return [];
    if (others.length === 0 || mayPass(error))
      return await returnAll(handler, jobs, { ...options, error });
    const ended: Ended[] = [];
    for (const one of jobs) ended.push(...(await attemptBatch(handler, [one], options)));
    return ended;
  }
};

/** Runs a job under its lease, which is renewed meanwhile, and ends it afterwards. */
export const attemptLeased = async (
  handler: LeasedJobHandler,
  claimed: Claimed,
  options: AttemptOptions,
): Promise<Ended[]> => {
  const { database, stopping } = options;
  const { leaseMs, name } = handler.kind;
  const lease = new HeldLease(database, claimed, leaseMs);
  const signal = AbortSignal.any([lease.signal, stopping]);
  try {
    const again = await handler.run(jobOf(handler, claimed), {
      signal,
      prove: (tx) => proveIn(tx, claimed, leaseMs),
    });
    if (again) {
      const back = { runAt: again.runAt, attempts: 0 };
      const isMine = await giveBack(database.queryable, claimed, back);
      return [{ outcome: isMine ? 'again' : 'fenced', jobs: [claimed] }];
    }
    const met = await database.transaction(async (tx) => {
      const ended = await endIn(tx, [claimed]);
      const [mine] = ended.mine;
      if (mine?.orderKey) await bringForward(tx, name, [mine.orderKey]);
      return ended;
    });
    const outcome = met.mine.length === 0 ? 'fenced' : met.again.length > 0 ? 'again' : 'done';
    return [{ outcome, jobs: [claimed] }];
  } catch (error) {
    if (error instanceof JobFenced) return [{ outcome: 'fenced', jobs: [claimed] }];
    return await returnAll(handler, [claimed], { ...options, error });
  } finally {
    lease.end();
  }
};

/** Keeps a lease alive, and says when it was lost. */
class HeldLease {
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #renewedAt = performance.now();

  constructor(database: Database, job: Claimed, leaseMs: number) {
    const renewed = () => this.#renew(database, job, leaseMs);
    this.#timer = setInterval(() => void renewed(), leaseMs / 3).unref();
  }

  async #renew({ queryable }: Database, job: Claimed, leaseMs: number): Promise<void> {
    const sentAt = performance.now();
    const lose = () => this.#lost.abort(new JobFenced(job.jobId));
    try {
      if (await renew(queryable, job, leaseMs)) this.#renewedAt = sentAt;
      else lose();
    } catch {
      // A database that is away for longer than the lease may have given the job to somebody else.
      if (sentAt - this.#renewedAt >= leaseMs) lose();
    }
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

/** The database or the keeper of the root key is away, full or busy: that is no job's fault. */
const mayPass = (error: unknown): boolean =>
  isPassing(error) || (error instanceof DatabaseError && /^53|^58/.test(error.code));

const whyOf = (error: unknown) =>
  error instanceof BadPayload ? { reason: 'bad-payload', detail: error.name } : defectOf(error);

type Return = { readonly isMine: boolean; readonly parks: boolean; readonly isOurs: boolean };

const outcomeOf = ({ isMine, parks, isOurs }: Return): Ended['outcome'] => {
  if (!isMine) return 'fenced';
  if (parks) return 'parked';
  return isOurs ? 'postponed' : 'failed';
};

/** Gives jobs back that could not be done. Where even that cannot be written, their leases end by themselves. */
const returnAll = async (
  { kind }: JobHandler | LeasedJobHandler,
  jobs: readonly Claimed[],
  { database, now, chance, stopping, isLast = false, error }: AttemptOptions & { error: unknown },
): Promise<Ended[]> => {
  const isOurs = stopping.aborted || mayPass(error);
  const ended: Ended[] = [];
  for (const job of jobs) {
    const isOver = error instanceof BadPayload || job.attempt >= kind.attemptsMax || isLast;
    const parks = !isOurs && isOver;
    const pauseMs = stopping.aborted ? 0 : backoffOf(kind.backoffMs, job.attempt, chance());
    const back = {
      runAt: new Date(now().getTime() + pauseMs),
      attempts: isOurs ? Math.max(job.attempt - 1, 0) : job.attempt,
      why: whyOf(error),
      ...(parks ? { parkedAt: now() } : {}),
    };
    const isMine = await giveBack(database.queryable, job, back).catch(() => true);
    ended.push({ outcome: outcomeOf({ isMine, parks, isOurs }), jobs: [job], error });
  }
  return ended;
};
