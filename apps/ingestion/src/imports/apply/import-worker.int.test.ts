import { describe, expect, test } from '@jest/globals';
import type { LeasedJobHandler, LeasedWork } from '@tact/platform';
import { importLinesUnderTest } from '../../testing/imports-under-test.ts';

const imports = importLinesUnderTest();
const { progressOf, query, recorded, runner, signalLines, step, timePasses, upload, workOff } =
  imports;

const leasesEnd = () =>
  query(`UPDATE jobs SET lease_until = now() - interval '1 s' WHERE state = 'running'`);

/** A process whose worker does something of its own about the job it was given. */
const processWith = (run: LeasedJobHandler<{ importId: string }>['run']) =>
  runner({ kind: imports.worker().kind, run });

const never = new Promise<never>(() => undefined);

describe('a worker that dies', () => {
  test('with a chunk in hand leaves it to the next, and every line is one effect', async () => {
    const before = await recorded();
    const importId = await upload(signalLines(4_500).join(''));
    expect(await step()).toBe(true);
    let died: (() => void) | undefined;
    const death = new Promise<void>((resolve) => (died = resolve));
    const dying = processWith(async (job, work) => {
      // In the middle of the transaction, after the appends.
      const prove = () => Promise.reject(new Error('killed'));
      await imports
        .worker()
        .run(job, { ...work, prove })
        .catch(died);
      return never;
    });
    expect(await dying.look()).toMatchObject({ started: 1 });
    await death;
    expect(await progressOf(importId)).toMatchObject({ lines: { accepted: 1_000 } });
    // Its lease holds the others off, until it ends.
    expect(await step()).toBe(false);
    await leasesEnd();
    await workOff();
    expect(await progressOf(importId)).toMatchObject({
      state: 'finished',
      notContactable: 0,
      lines: { read: 4_500, accepted: 4_500, duplicate: 0, rejected: 0 },
    });
    expect((await recorded()) - before).toBe(4_500);
  }, 60_000);

  test('not, but was only slow, changes nothing once another has its chunk', async () => {
    const before = await recorded();
    const importId = await upload(signalLines(100).join(''));
    let given: Parameters<LeasedJobHandler<{ importId: string }>['run']> | undefined;
    const slow = processWith((job, work: LeasedWork) => {
      given = [job, work];
      return never;
    });
    await slow.look();
    if (given === undefined) throw new Error('there was nothing to claim');
    await leasesEnd();
    const racing = await Promise.allSettled([imports.worker().run(...given), step()]);
    expect(racing[1]).toEqual({ status: 'fulfilled', value: true });
    await workOff();
    expect((await progressOf(importId)).lines).toMatchObject({ accepted: 100, duplicate: 0 });
    expect((await recorded()) - before).toBe(100);
    // Whatever it finds to do, it can write nothing any more.
    const [lost] = racing;
    if (lost.status === 'rejected') expect(lost.reason).toMatchObject({ name: 'JobFenced' });
  }, 60_000);

  test('not, but is stopped between two chunks, leaves the import to others at once', async () => {
    await upload(signalLines(2_500).join(''));
    expect(await step()).toBe(true);
    const stopped = runner();
    await stopped.look();
    await stopped.stop();
    expect(await query(`SELECT state FROM jobs WHERE kind = 'apply-import'`)).toEqual([
      { state: 'waiting' },
    ]);
    expect(await step()).toBe(true);
  });

  test('leaves other imports their turn', async () => {
    const long = await upload(signalLines(6_000).join(''));
    const short = await upload(signalLines(10).join(''));
    for (let turn = 0; turn < 4; turn += 1) await step();
    expect(await progressOf(short)).toMatchObject({ lines: { accepted: 10 } });
    expect(await progressOf(long)).toMatchObject({ state: 'processing' });
    expect((await progressOf(long)).lines.accepted).toBeLessThan(6_000);
  }, 60_000);

  test('by a chunk that cannot be done is tried again later, and the import says how far it is', async () => {
    const importId = await upload(signalLines(10).join(''));
    const sealed = await query<{ sealed: Buffer }>('SELECT sealed FROM import_chunks');
    await query(`UPDATE import_chunks SET sealed = '\\x00'`);
    expect(await step()).toBe(true);
    expect(await step()).toBe(false);
    expect(await progressOf(importId)).toMatchObject({
      state: 'processing',
      lines: { accepted: 0 },
    });
    await query('UPDATE import_chunks SET sealed = $1', [sealed[0]?.sealed]);
    await timePasses();
    await workOff();
    expect(await progressOf(importId)).toMatchObject({
      state: 'finished',
      lines: { accepted: 10 },
    });
  }, 60_000);
});
