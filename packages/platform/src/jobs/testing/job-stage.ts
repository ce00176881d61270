import { setTimeout as pause } from 'node:timers/promises';
import { plainText } from '@tact/contracts';
import { z } from 'zod';
import { WakeUp } from '../../event-store/wake-up.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import { type JobHandler, type JobKind, jobKind } from '../job-kind.ts';
import { type AnyJobHandler, JobRunner } from '../job-runner.ts';
import { Jobs, type NewJob } from '../jobs.ts';
import { jobMigrations } from '../schema.ts';

/** What jobs of the tests did, in the order they did it. */
const effects = {
  name: 'CreateEffects1764429999000',
  up: `CREATE TABLE effects (nth bigint GENERATED ALWAYS AS IDENTITY, what text NOT NULL, attempt integer NOT NULL)`,
};

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const short = {
  payload: z.object({ what: plainText() }),
  attemptsMax: 3,
  backoffMs: { first: 1, max: 5 },
};
/** Writes what its jobs say, in their transaction. */
export const write = jobKind({ name: 'write', ...short });
/** The same in the order of their keys. */
export const writeInOrder = jobKind({ name: 'write-in-order', ...short, isOrdered: true });
export type Write = z.infer<typeof write.payload>;

export const writing = (
  before: (what: string, attempt: number) => unknown = () => undefined,
  options: Partial<Pick<JobHandler<Write>, 'kind' | 'atOnce' | 'batchMax'>> = {},
): JobHandler<Write> => ({
  kind: write,
  ...options,
  async handle(tx, jobs) {
    for (const { payload, attempt } of jobs) await before(payload.what, attempt);
    await tx.query(
      'INSERT INTO effects (what, attempt) SELECT * FROM unnest($1::text[], $2::int[])',
      [jobs.map(({ payload }) => payload.what), jobs.map(({ attempt }) => attempt)],
    );
  },
});

const begin = new Date('2026-11-20T10:00:00Z');

/** Goes on from where a test sets it. */
class SetClock {
  #set = { now: begin.getTime(), at: performance.now() };

  get now(): Date {
    return new Date(this.#set.now + performance.now() - this.#set.at);
  }

  set now(now: Date) {
    this.#set = { now: now.getTime(), at: performance.now() };
  }
}

const until = async (isSo: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await isSo())) await pause(5);
};

/** A schema with jobs, a clock that a test sets, and runners as processes would have them. */
export const openStage = async (url: string) => {
  const database = await openDatabase({ url, schema: 'stage' });
  await migrate(database, [...jobMigrations, effects]);
  const wakeUps: WakeUp[] = [];
  const runners: JobRunner[] = [];
  const clock = new SetClock();
  const now = () => clock.now;
  const query: Database['queryable']['query'] = (text, values) =>
    database.queryable.query(text, values);
  const jobs = new Jobs({ channel: 'tact_stage', now });

  const scheduling =
    (kind: JobKind<Write>) =>
    (...many: NewJob<Write>[]) =>
      jobs.schedule(database.queryable, kind, ...many);
  const runner = (...handlers: readonly AnyJobHandler[]): JobRunner => {
    const wakeUp = new WakeUp(database, { lastWritten: 'SELECT 0 AS last' });
    const parts = { database, wakeUp, now, lines: quiet };
    const made = new JobRunner({ ...parts, handlers: { all: handlers } });
    wakeUps.push(wakeUp);
    runners.push(made);
    made.start();
    return made;
  };
  /** Until no job of that runner is due or under way. */
  const drained = (one: JobRunner) => until(async () => (await one.open()) === 0);
  const stopAll = async () => {
    await Promise.all(runners.splice(0).map((one) => one.stop({ drainMs: 200 })));
    await Promise.all(wakeUps.splice(0).map((one) => one.close()));
  };
  return {
    database,
    jobs,
    clock,
    query,
    runner,
    until,
    drained,
    stopAll,
    schedule: scheduling(write),
    scheduleInOrder: scheduling(writeInOrder),
    written: async () =>
      (await query<{ what: string }>('SELECT what FROM effects ORDER BY nth')).map(
        ({ what }) => what,
      ),
    left: () =>
      query<{ state: string; attempts: number; reason: string | null; detail: string | null }>(
        'SELECT state, attempts, reason, detail FROM jobs ORDER BY job_id',
      ),
    /** As when their process had been silent for the whole of it. */
    leasesEnd: () =>
      query(`UPDATE jobs SET lease_until = now() - interval '1 s' WHERE state = 'running'`),
    clear: async () => {
      await stopAll();
      await query('TRUNCATE jobs, effects');
      clock.now = begin;
    },
    close: async () => {
      await stopAll();
      await database.close();
    },
  };
};
