import { setTimeout as pause } from 'node:timers/promises';
import type { WakeUp, Waiter } from '../event-store/wake-up.ts';
import type { LogLines } from '../log/log-lines.ts';
import { contextFromHeaders, runInContext } from '../observability/context.ts';
import type { Metrics } from '../observability/metrics.ts';
import { describeError } from '../observability/redaction.ts';
import type { Database } from '../postgres/database.ts';
import { attemptBatch, attemptLeased, type Ended } from './attempt.ts';
import { claim, type Claimed, claimParked, nextLook, type Room, takeBackSilent } from './claim.ts';
import type { JobHandler, JobKind, LeasedJobHandler } from './job-kind.ts';
import { countOpen } from './job-counts.ts';
import { jobSubject, LOOK_EVERY_MS } from './jobs.ts';

export type AnyJobHandler = JobHandler | LeasedJobHandler;

export type JobRunnerOptions = {
  readonly database: Database;
  readonly wakeUp: WakeUp;
  readonly handlers: { readonly all: readonly AnyJobHandler[] };
  readonly now: () => Date;
  readonly lines: LogLines;
  readonly metrics?: Pick<Metrics, 'counter'>;
};

/** Milliseconds that what is told to end may take to do so. */
const END_MS = 1_000;
/** Milliseconds before the next look after one that failed: the database is away. */
const RETRY_MS = 1_000;
/** What is due and could not be claimed is locked by another process for a moment; a lease that ran out, for longer. */
const spinMsMin = { due: 10, lease: 500 };
/** How long a redrive is watched; what takes longer goes on by itself. */
const REDRIVE_MS = 10_000;

const BATCH_MAX_USUAL = 100;

const batchMaxOf = (handler: AnyJobHandler): number =>
  'run' in handler ? 1 : (handler.batchMax ?? BATCH_MAX_USUAL);

/** Runs a service's jobs as they become due. Any number of processes may do so. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #count: (labels: { kind: string; outcome: string }, jobs: number) => void;
  readonly #stopping = new AbortController();
  readonly #ending = new AbortController();
  readonly #ends = { stopping: this.#stopping.signal, ending: this.#ending.signal };
  readonly #busy = new Map<string, number>();
  /** Kinds of which more was due than could be started. */
  readonly #waiting = new Set<string>();
  readonly #running = new Set<Promise<unknown>>();
  #waiter: Waiter | undefined;
  #work: Promise<void> | undefined;
  #takeBackAt = 0;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    const counter = options.metrics?.counter(
      'tact_jobs_total',
      'Attempts at jobs by what became of them.',
      ['kind', 'outcome'],
    );
    this.#count = (labels, jobs) => counter?.inc(labels, jobs);
  }

  get kinds(): readonly JobKind[] {
    return this.#options.handlers.all.map(({ kind }) => kind);
  }

  /** How many jobs are due or under way; none while nobody works on them here. */
  async open(): Promise<number> {
    if (this.#work === undefined || this.#stopping.signal.aborted) return 0;
    const { database, now } = this.#options;
    return await countOpen(database.queryable, this.kinds, now());
  }

  start(): void {
    if (this.#work !== undefined) return;
    this.#waiter = this.#options.wakeUp.waiter([jobSubject]);
    this.#work = this.#loop(this.#waiter);
  }

  /** Looks at once: the clock was moved. */
  wake(): void {
    this.#waiter?.signal();
  }

  /** Claims nothing more and lets what runs end; after `drainMs` it is left to whoever takes it over. */
  async stop({ drainMs }: { readonly drainMs: number } = { drainMs: 5_000 }): Promise<void> {
    this.#stopping.abort();
    await this.#work;
    this.#waiter?.close();
    const ended = this.ended();
    await Promise.race([ended, pause(drainMs, undefined, { ref: false })]);
    this.#ending.abort(new Error('the service stops'));
    await Promise.race([ended, pause(END_MS, undefined, { ref: false })]);
  }

  /** Runs a parked job now, once; resolves when it has ended or takes long. False: it is not parked any more. */
  async redrive(kind: string, jobId: number): Promise<boolean> {
    const handler = this.#handlerOf(kind);
    const job = handler && (await claimParked(this.#options.database, handler.kind, jobId));
    if (!job) return false;
    const attempt = this.#track(this.#attempt(handler, [job], true));
    await Promise.race([attempt, pause(REDRIVE_MS, undefined, { ref: false })]);
    return true;
  }

  async #loop(waiter: Waiter): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { waitMs } = await this.look().catch((error: unknown) => {
        this.#options.lines.warn({ error: describeError(error) }, 'no job could be looked for');
        return { waitMs: RETRY_MS };
      });
      await waiter.next(signal, waitMs);
    }
  }

  /** Starts what is due and has room; says how many jobs that were, and in how many milliseconds to look again. */
  async look(): Promise<{ started: number; waitMs: number }> {
    const started = await this.#startDue();
    // A kind without room is looked at when it has some again.
    const idle = this.kinds.filter(({ name }) => !this.#waiting.has(name));
    if (idle.length === 0) return { started, waitMs: LOOK_EVERY_MS };
    const { database, now } = this.#options;
    const { dueMs, leaseMs } = await nextLook(database, idle, now());
    this.#takeBackAt = performance.now() + Math.min(leaseMs, LOOK_EVERY_MS);
    const soonest = Math.min(Math.max(dueMs, spinMsMin.due), Math.max(leaseMs, spinMsMin.lease));
    return { started, waitMs: Math.min(soonest, LOOK_EVERY_MS) };
  }

  /** Resolves when what runs has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #startDue(): Promise<number> {
    const { database, now } = this.#options;
    if (performance.now() >= this.#takeBackAt) await this.#takeBack();
    const rooms = this.#rooms();
    const hasRoom = new Set(rooms.map(({ kind }) => kind.name));
    for (const { name } of this.kinds) if (!hasRoom.has(name)) this.#waiting.add(name);
    if (rooms.length === 0) return 0;
    const claimed = await claim(database, rooms, now());
    const perKind = Map.groupBy(claimed, ({ kind }) => kind);
    for (const { kind, most } of rooms) {
      const jobs = perKind.get(kind.name) ?? [];
      if (jobs.length < most) this.#waiting.delete(kind.name);
      else this.#waiting.add(kind.name);
      this.#start(kind.name, jobs);
    }
    return claimed.length;
  }

  #handlerOf(kind: string): AnyJobHandler | undefined {
    return this.#options.handlers.all.find((one) => one.kind.name === kind);
  }

  #rooms(): Room[] {
    return this.#options.handlers.all.flatMap((handler) => {
      const { kind, atOnce = 1 } = handler;
      const free = atOnce - (this.#busy.get(kind.name) ?? 0);
      return free > 0 ? [{ kind, most: free * batchMaxOf(handler) }] : [];
    });
  }

  #start(kind: string, jobs: readonly Claimed[]): void {
    const handler = this.#handlerOf(kind);
    if (!handler) return;
    const size = batchMaxOf(handler);
    for (let from = 0; from < jobs.length; from += size) {
      const batch = jobs.slice(from, from + size);
      this.#busy.set(kind, (this.#busy.get(kind) ?? 0) + 1);
      const work = this.#runChunk(handler, batch).finally(() => {
        this.#busy.set(kind, (this.#busy.get(kind) ?? 1) - 1);
        if (this.#waiting.has(kind)) this.#waiter?.signal();
      });
      void this.#track(work);
    }
  }

  /** Whose attempts before did not end well run alone: they must not take the others with them again. */
  async #runChunk(handler: AnyJobHandler, jobs: readonly Claimed[]): Promise<void> {
    const fresh = jobs.filter(({ attempt }) => attempt === 1);
    if (fresh.length > 0) await this.#attempt(handler, fresh);
    for (const job of jobs) if (job.attempt > 1) await this.#attempt(handler, [job]);
  }

  async #attempt(handler: AnyJobHandler, jobs: readonly Claimed[], isLast = false): Promise<void> {
    const { database, now } = this.#options;
    const options = { database, now, chance: Math.random, isLast, ...this.#ends };
    const [first] = jobs;
    if (first === undefined) return;
    const begin = performance.now();
    const ended = await runInContext(contextFromHeaders({}), () =>
      'run' in handler
        ? attemptLeased(handler, first, options)
        : attemptBatch(handler, jobs, options),
    );
    for (const one of ended) this.#note(handler.kind.name, one, performance.now() - begin);
    const isEarlier = ended.some(({ outcome }) => outcome !== 'done');
    // What waits for its next attempt, or came forward behind one that is done, is not known to the loop yet.
    if (isEarlier || jobs.some(({ orderKey }) => orderKey !== null)) this.#waiter?.signal();
  }

  #track<Result>(work: Promise<Result>): Promise<Result> {
    this.#running.add(work);
    const forget = () => this.#running.delete(work);
    work.then(forget, forget);
    return work;
  }

  async #takeBack(): Promise<void> {
    const { database, now, lines } = this.#options;
    this.#takeBackAt = performance.now() + LOOK_EVERY_MS;
    const taken = await takeBackSilent(database, this.kinds, now());
    for (const { kind, state } of taken) {
      this.#count({ kind, outcome: state === 'parked' ? 'parked' : 'taken-back' }, 1);
      lines.warn({ kind, state }, 'a job was taken back: its lease ran out');
    }
  }

  #note(kind: string, { outcome, jobs, error }: Ended, ms: number): void {
    const { lines } = this.#options;
    this.#count({ kind, outcome }, jobs.length);
    const durationMs = Math.round(ms);
    const fields = { kind, outcome, jobs: jobs.length, durationMs };
    if (outcome === 'done' || outcome === 'again') return lines.debug(fields, 'jobs ended');
    const [first] = jobs;
    const { jobId, attempt } = first ?? {};
    const failed = { ...fields, jobId, attempt, error: error && describeError(error) };
    if (outcome === 'parked') lines.error(failed, 'a job was parked: tact parked shows it');
    else lines.warn(failed, 'a job did not end; again later');
  }
}
