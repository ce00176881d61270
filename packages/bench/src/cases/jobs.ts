import { setTimeout as pause } from 'node:timers/promises';
import { plainText } from '@tact/contracts';
import { type JobHandler, jobKind, JobRunner, Jobs } from '@tact/platform';
import { z } from 'zod';
import type { Bench, BenchCase, BenchResult, Scratch } from '../bench.ts';

const note = jobKind({ name: 'note', payload: z.object({ what: plainText() }) });
type Note = z.infer<typeof note.payload>;

const nothing = (): void => undefined;

/** A short job: one row of the service's own, in the transaction that ends it. */
const handlerOf = (
  options: Pick<JobHandler, 'atOnce' | 'batchMax'>,
  started: (runAt: Date) => void = nothing,
): JobHandler<Note> => ({
  kind: note,
  ...options,
  handle: async (tx, jobs) => {
    for (const { runAt } of jobs) started(runAt);
    const what = jobs.map(({ payload }) => payload.what);
    await tx.query('INSERT INTO notes SELECT * FROM unnest($1::text[])', [what], 'note');
  },
});

const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const openJobs = async (bench: Bench): Promise<Scratch> => {
  const scratch = await bench.scratch({ poolSize: 10 });
  const { raw } = scratch;
  await raw.query('CREATE TABLE notes (what text NOT NULL)');
  return scratch;
};

/** Jobs that are all due, their times against the order of their rows. */
const fill = async ({ raw }: Scratch, count: number): Promise<void> => {
  await raw.query(
    `INSERT INTO jobs (kind, run_at, payload)
     SELECT 'note', now() - nth * interval '1 ms', json_build_object('what', 'note ' || nth)
     FROM generate_series(1, $1::integer) AS nth`,
    [count],
  );
  await raw.query('VACUUM ANALYZE jobs');
};

/** Jobs a second from the first look to the last end. */
const drain = async (
  { database, store, raw }: Scratch,
  handler: JobHandler<Note>,
  count: number,
): Promise<number> => {
  const runner = new JobRunner({
    database,
    wakeUp: store.wakeUp,
    lines: quiet,
    handlers: { all: [handler] },
    now: () => new Date(),
  });
  const begin = performance.now();
  runner.start();
  for (;;) {
    const { rows } = await raw.query('SELECT FROM jobs LIMIT 1');
    if (rows.length === 0) break;
    await pause(20);
  }
  const spentMs = performance.now() - begin;
  await runner.stop();
  return (count * 1_000) / spentMs;
};

const drained = async (
  bench: Bench,
  count: number,
  options: Pick<JobHandler, 'atOnce' | 'batchMax'>,
): Promise<number> => {
  const scratch = await openJobs(bench);
  await fill(scratch, count);
  return await drain(scratch, handlerOf(options), count);
};

/** The same by one worker; throws when a job begins before one that was due earlier. */
const drainedInOrder = async (bench: Bench, count: number): Promise<number> => {
  const scratch = await openJobs(bench);
  await fill(scratch, count);
  let [latest, begun] = [-Infinity, 0];
  const handler = handlerOf({}, (runAt) => {
    if (runAt.getTime() < latest) throw new Error('a job began before one that was due earlier');
    latest = runAt.getTime();
    begun += 1;
  });
  const rate = await drain(scratch, handler, count);
  if (begun !== count) throw new Error(`${begun} of ${count} jobs began`);
  return rate;
};

/** Scheduled one by one, each in a transaction of its own, while they run. */
const scheduled = async (bench: Bench, count: number): Promise<number> => {
  const scratch = await openJobs(bench);
  const { database, store } = scratch;
  const jobs = new Jobs({ channel: store.wakeUp.channel, now: () => new Date() });
  let left = count;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      await database.transaction((tx) => jobs.schedule(tx, note, { payload: { what: 'a note' } }));
    }
  };
  const begin = performance.now();
  const callers = Promise.all(Array.from({ length: 4 }, caller));
  const handler = handlerOf({});
  const runner = new JobRunner({
    database,
    wakeUp: store.wakeUp,
    lines: quiet,
    handlers: { all: [handler] },
    now: () => new Date(),
  });
  runner.start();
  await callers;
  while ((await runner.open()) > 0) await pause(5);
  const spentMs = performance.now() - begin;
  await runner.stop();
  return (count * 1_000) / spentMs;
};

const shortJobs = async (bench: Bench): Promise<BenchResult[]> => {
  const one = { against: '', unit: 'jobs/s' };
  return [
    {
      ...one,
      name: '100,000 short jobs due at once, in the order of their times',
      atLeast: 2_000,
      ours: await drainedInOrder(bench, 100_000),
    },
    {
      ...one,
      name: 'short jobs, a transaction each',
      ours: await drained(bench, 10_000, { atOnce: 8, batchMax: 1 }),
    },
    {
      ...one,
      name: 'scheduled one by one while they run',
      ours: await scheduled(bench, 5_000),
    },
  ];
};

export const cases: readonly BenchCase[] = [{ name: 'jobs', run: shortJobs }];
