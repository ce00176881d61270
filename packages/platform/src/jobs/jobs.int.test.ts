import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { HOUR_MS, DAY_MS } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { DatabaseError } from '../postgres/errors.ts';
import { JobFenced, type LeasedJobHandler, type LeasedWork } from './job-kind.ts';
import { ParkedJobs } from './parked-jobs.ts';
import { openStage, write, type Write, writeInOrder, writing } from './testing/job-stage.ts';

let scratch: TestDatabase;
let stage: Awaited<ReturnType<typeof openStage>>;

beforeAll(async () => {
  scratch = await testDatabase();
  stage = await openStage(scratch.url);
});
afterEach(() => stage.clear());
afterAll(async () => {
  await stage?.close();
  await scratch?.drop();
});

const say = (what: string, more: object = {}) => ({ payload: { what }, ...more });
const gate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

describe('a job', () => {
  test('is there if the transaction that scheduled it commits, and takes effect once', async () => {
    const { database, jobs, runner, drained, written, left } = stage;
    const one = runner(writing());
    const undone = database.transaction(async (tx) => {
      await jobs.schedule(tx, write, say('undone'));
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await database.transaction((tx) => jobs.schedule(tx, write, say('done')));
    await stage.until(async () => (await written()).length > 0);
    await drained(one);
    expect(await written()).toEqual(['done']);
    expect(await left()).toEqual([]);
  });

  test('of one unique key is one, at the earlier of its times', async () => {
    const { clock, schedule, runner, drained, written } = stage;
    const at = (hours: number) => new Date(clock.now.getTime() + hours * HOUR_MS);
    await schedule(
      say('a', { unique: 'k', runAt: at(2) }),
      say('a', { unique: 'k', runAt: at(3) }),
    );
    await schedule(say('a', { unique: 'k', runAt: at(1) }));
    await schedule(say('a', { unique: 'k', runAt: at(4) }));
    const one = runner(writing());
    clock.now = at(1);
    one.wake();
    await stage.until(async () => (await written()).length > 0);
    await drained(one);
    clock.now = at(9);
    one.wake();
    await drained(one);
    expect(await written()).toEqual(['a']);
  });

  test('that is asked for while it runs runs once more', async () => {
    const [entered, leave] = [gate(), gate()];
    const { schedule, runner, drained, query } = stage;
    let runs = 0;
    const one = runner({
      kind: write,
      run: async () => {
        runs += 1;
        entered.open();
        await leave.opened;
      },
    });
    await schedule(say('again', { unique: 'k' }));
    await entered.opened;
    await schedule(say('again', { unique: 'k' }));
    await schedule(say('again', { unique: 'k' }));
    leave.open();
    await stage.until(async () => (await query('SELECT FROM jobs')).length === 0);
    await drained(one);
    expect(runs).toBe(2);
  });

  test('that is asked for before its turn in a batch runs once more, without waiting for a look', async () => {
    const [entered, leave] = [gate(), gate()];
    const { schedule, runner, drained, query, written } = stage;
    // After a first attempt each runs alone, so the second is claimed while the first runs.
    await schedule(say('first'), say('second', { unique: 'k' }));
    await query('UPDATE jobs SET attempts = 1');
    const one = runner(
      writing(
        async (what) => {
          if (what !== 'first') return;
          entered.open();
          await leave.opened;
        },
        { atOnce: 2 },
      ),
    );
    await entered.opened;
    await schedule(say('second', { unique: 'k' }));
    await stage.until(async () => (await one.look()).started === 0);
    leave.open();
    await stage.until(async () => (await query('SELECT FROM jobs')).length === 0);
    await drained(one);
    expect(await written()).toEqual(['first', 'second', 'second']);
    // A runner that heard nothing looks after thirty seconds.
  }, 20_000);

  test('survives a restart, and a clock that jumps to and fro', async () => {
    const { clock, schedule, runner, drained, written, stopAll } = stage;
    const [start, later] = [clock.now, new Date(clock.now.getTime() + HOUR_MS)];
    await schedule(say('now'), say('in an hour', { runAt: later }));
    await drained(runner(writing()));
    expect(await written()).toEqual(['now']);
    await stopAll();
    clock.now = new Date(start.getTime() - DAY_MS);
    const second = runner(writing());
    await drained(second);
    expect(await written()).toEqual(['now']);
    clock.now = new Date(start.getTime() + DAY_MS);
    second.wake();
    await stage.until(async () => (await written()).length === 2);
    clock.now = start;
    second.wake();
    await drained(second);
    expect(await written()).toEqual(['now', 'in an hour']);
  });
});

describe('a worker', () => {
  const killedAt = async (mode: string) => {
    const file = fileURLToPath(new URL('testing/killed-worker.ts', import.meta.url));
    const child = fork(file, [scratch.url, mode], {
      execArgv: ['--experimental-transform-types', '--no-warnings', '--conditions=tact-source'],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };

  test('killed between the effect and its commit leaves the effect to the next, once', async () => {
    await stage.schedule(say('once'));
    await killedAt('in-transaction');
    expect(await stage.written()).toEqual([]);
    await stage.leasesEnd();
    const next = stage.runner(writing());
    await stage.until(async () => (await stage.written()).length > 0);
    await stage.drained(next);
    expect(await stage.query('SELECT what, attempt FROM effects')).toEqual([
      { what: 'once', attempt: 2 },
    ]);
  });

  test('killed between an effect elsewhere and the end of its job has it run again, as attempt 2', async () => {
    await stage.schedule(say('twice'));
    await killedAt('elsewhere');
    await stage.leasesEnd();
    const attempts: number[] = [];
    const next = stage.runner({
      kind: write,
      run: async ({ attempt }) => void attempts.push(attempt),
    });
    await stage.until(() => attempts.length > 0);
    await stage.drained(next);
    expect(attempts).toEqual([2]);
    expect(await stage.left()).toEqual([]);
  });

  test('paused for longer than its lease cannot do anything more about the job', async () => {
    const [entered, leave] = [gate(), gate()];
    let work: LeasedWork | undefined;
    const outcome: unknown[] = [];
    const paused: LeasedJobHandler<Write> = {
      kind: write,
      async run(_, given) {
        work = given;
        entered.open();
        await leave.opened;
        const proof = stage.database.transaction(async (tx) => {
          await tx.query(`INSERT INTO effects (what, attempt) VALUES ('paused', 1)`);
          await given.prove(tx);
        });
        await proof.catch((error: unknown) => outcome.push(error));
        // What it says at the end changes nothing either.
        return { runAt: new Date(0) };
      },
    };
    const slow = stage.runner(paused);
    await stage.schedule(say('fast'));
    await entered.opened;
    await stage.leasesEnd();
    const fast = stage.runner(writing());
    await stage.until(async () => (await stage.written()).length > 0);
    await stage.drained(fast);
    leave.open();
    await stage.until(() => outcome.length > 0);
    await stage.drained(slow);
    expect(outcome).toEqual([expect.any(JobFenced)]);
    expect(work?.signal.aborted).toBe(false);
    expect(await stage.written()).toEqual(['fast']);
    expect(await stage.left()).toEqual([]);
  });

  test('whose lease ends later than one can loses it: the clock of the database was set back', async () => {
    await stage.schedule(say('a'));
    await stage.query(
      `UPDATE jobs SET state = 'running', attempts = 1, lease_until = now() + interval '1 day'`,
    );
    await stage.drained(stage.runner(writing()));
    expect(await stage.written()).toEqual(['a']);
  });

  test('that stops gives what it leaves back, and it does not count as an attempt', async () => {
    const entered = gate();
    const stopped = stage.runner({
      kind: write,
      async run(_, { signal }) {
        entered.open();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        throw new Error('half done');
      },
    });
    await stage.schedule(say('left'));
    await entered.opened;
    await stopped.stop();
    expect(await stage.left()).toMatchObject([{ state: 'waiting', attempts: 0 }]);
  });
});

describe('a job that fails', () => {
  const phone = '+33 6 39 98 12 34';
  const failing = (what: string, error: () => Error) =>
    writing(
      (said) => {
        if (said === what) throw error();
      },
      { batchMax: 10 },
    );
  const parkedJobs = (one: ReturnType<typeof stage.runner>) =>
    new ParkedJobs('write', stage.database, one);

  test('among others is found, tried as often as its kind says, and parked without its words', async () => {
    await stage.schedule(say('a'), say('bad'), say('b'));
    const one = stage.runner(failing('bad', () => new TypeError(`no such number: ${phone}`)));
    await stage.until(async () => (await stage.left())[0]?.state === 'parked');
    expect((await stage.written()).toSorted()).toEqual(['a', 'b']);
    const [parked] = await stage.left();
    expect(parked).toMatchObject({ attempts: 3, reason: 'handler-failed' });
    expect(parked?.detail).toMatch(/^TypeError at [\w.-]+:\d+$/);
    expect(await parkedJobs(one).parkedKeys()).toMatchObject([{ records: 1, topic: 'jobs' }]);
  });

  test('is parked again by a redrive that fails, and done by one that does not', async () => {
    let isMended = false;
    const one = stage.runner(
      writing(() => {
        if (!isMended) throw new Error('not yet');
      }),
    );
    await stage.schedule(say('mended', { unique: 'the-key' }));
    await stage.until(async () => (await stage.left())[0]?.state === 'parked');
    const parked = parkedJobs(one);
    expect(await parked.redrive('another')).toEqual({ handled: 0, left: 0 });
    expect(await parked.redrive('the-key')).toMatchObject({
      handled: 0,
      left: 1,
      defect: { reason: 'handler-failed' },
    });
    isMended = true;
    expect(await parked.redrive('the-key')).toEqual({ handled: 1, left: 0 });
    expect(await stage.written()).toEqual(['mended']);
    expect(await stage.left()).toEqual([]);
  });

  test('because the database is busy or away is not to blame for it', async () => {
    let failures = 0;
    const one = stage.runner(
      writing(() => {
        failures += 1;
        if (failures < 6) throw new DatabaseError('PostgreSQL 53100: no room', '53100');
      }),
    );
    await stage.schedule(say('patient'));
    await stage.until(async () => (await stage.written()).length > 0);
    await stage.drained(one);
    expect(failures).toBe(6);
  });

  test('whose process dies again and again is parked, and takes nobody with it', async () => {
    await stage.schedule(say('deadly'));
    await stage.query(
      `UPDATE jobs SET state = 'running', attempts = 3, lease_until = now() - interval '1 s'`,
    );
    stage.runner(writing());
    await stage.until(async () => (await stage.left())[0]?.state === 'parked');
    expect(await stage.left()).toMatchObject([{ reason: 'worker-died', attempts: 3 }]);
  });

  test('that does not say what its kind does is parked at once', async () => {
    await stage.query(
      `INSERT INTO jobs (kind, run_at, payload) VALUES ('write', now() - interval '9 y', '{}')`,
    );
    stage.runner(writing());
    await stage.until(async () => (await stage.left())[0]?.state === 'parked');
    expect(await stage.left()).toMatchObject([{ reason: 'bad-payload', attempts: 1 }]);
  });
});

describe('order', () => {
  test('holds within a key, whoever schedules and however many run at once', async () => {
    const keys = ['red', 'green', 'blue'];
    const { database, jobs, until } = stage;
    const runners = [1, 2].map(() =>
      stage.runner(writing(undefined, { kind: writeInOrder, atOnce: 3, batchMax: 4 })),
    );
    const lastOf = new Map<string, number>();
    await Promise.all(
      Array.from({ length: 60 }, (_, nth) =>
        database.transaction(async (tx) => {
          const orderKey = keys[nth % keys.length] ?? '';
          await jobs.schedule(tx, writeInOrder, say(`${orderKey} ${nth}`, { orderKey }));
          // The lock of the key is held: the order of commits is known here.
          lastOf.set(`${orderKey} ${nth}`, lastOf.size);
        }),
      ),
    );
    await until(async () => (await stage.written()).length === 60);
    for (const one of runners) await stage.drained(one);
    const written = await stage.written();
    for (const key of keys) {
      const own = written.filter((what) => what.startsWith(key));
      expect(own).toEqual(own.toSorted((a, b) => (lastOf.get(a) ?? 0) - (lastOf.get(b) ?? 0)));
    }
  });

  test('a parked job holds back the later ones of its key, and no others, until it is redriven', async () => {
    let isMended = false;
    const one = stage.runner(
      writing(
        (what) => {
          if (what === 'first' && !isMended) throw new Error('not yet');
        },
        { kind: writeInOrder },
      ),
    );
    await stage.scheduleInOrder(
      ...['first', 'second', 'third'].map((what) => say(what, { orderKey: 'k' })),
      say('other', { orderKey: 'l' }),
    );
    await stage.until(async () => (await stage.left())[0]?.state === 'parked');
    await stage.scheduleInOrder(say('fourth', { orderKey: 'k' }));
    await stage.drained(one);
    expect(await stage.written()).toEqual(['other']);
    const parked = new ParkedJobs('write-in-order', stage.database, one);
    expect(await parked.parkedKeys()).toMatchObject([{ key: 'k', records: 4 }]);
    isMended = true;
    expect(await parked.redrive('k')).toEqual({ handled: 1, left: 0 });
    await stage.until(async () => (await stage.left()).length === 0);
    expect(await stage.written()).toEqual(['other', 'first', 'second', 'third', 'fourth']);
  });

  test('and uniqueness are not of one kind: who schedules and who works could wait for each other', async () => {
    const { database, jobs, schedule, scheduleInOrder, left } = stage;
    await expect(schedule(say('a', { orderKey: 'k' }))).rejects.toThrow(
      'A job of write has no orderKey: its kind is not ordered.',
    );
    await expect(scheduleInOrder(say('a'), say('b', { unique: 'k' }))).rejects.toThrow(
      'A job of write-in-order has no unique: its kind is ordered.',
    );
    await jobs.schedule(database.queryable, writeInOrder, say('c'));
    expect(await left()).toHaveLength(1);
  });

  test('of two that are due the one of the higher priority comes first', async () => {
    const { schedule, clock } = stage;
    const longAgo = new Date(clock.now.getTime() - HOUR_MS);
    await schedule(
      say('low', { priority: 'low', runAt: longAgo }),
      say('normal', { runAt: longAgo }),
      say('high', { priority: 'high' }),
    );
    await stage.drained(stage.runner(writing()));
    expect(await stage.written()).toEqual(['high', 'normal', 'low']);
  });

  test('100,000 that are due at once are drained in the order of their times', async () => {
    // Their times run against the order of their rows.
    await stage.query(
      `INSERT INTO jobs (kind, run_at, payload)
       SELECT 'write', timestamptz '2026-11-20T09:00:00Z' - nth * interval '1 s',
         json_build_object('what', lpad((100000 - nth)::text, 6, '0'))
       FROM generate_series(1, 100000) AS nth`,
    );
    await stage.query('ANALYZE jobs');
    const one = stage.runner(writing(undefined, { batchMax: 1_000 }));
    await stage.until(async () => (await stage.query('SELECT FROM jobs LIMIT 1')).length === 0);
    await stage.drained(one);
    const written = await stage.written();
    expect(written).toHaveLength(100_000);
    expect(written).toEqual(written.toSorted());
  }, 180_000);
});
