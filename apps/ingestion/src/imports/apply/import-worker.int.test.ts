import { describe, expect, test } from '@jest/globals';
import { EventStore } from '@tact/platform';
import { runLines } from '../../signals/line-outcomes.ts';
import { importLinesUnderTest } from '../../testing/imports-under-test.ts';
import { ImportLines, judge } from './import-lines.ts';
import { type Claim, ClaimLost, ImportWork } from './import-work.ts';
import { ImportWorker } from './import-worker.ts';

const { progressOf, query, recorded, running, signalLines, step, upload, workOff } =
  importLinesUnderTest();

/** What a worker does with a chunk, in the two halves between which a process may die. */
const claimed = async (): Promise<Claim> => {
  const claim = await running().app.get(ImportWork).claim();
  if (!claim) throw new Error('there was nothing to claim');
  return claim;
};
const judged = async (claim: Claim, fail?: Error): Promise<Claim | undefined> => {
  const work = running().app.get(ImportWork);
  const lines = await work.linesOf(claim);
  const all = lines.map((line) => judge(claim.type, line));
  let next: Claim | undefined;
  await runLines(
    running().app.get(EventStore),
    (erased) => running().app.get(ImportLines).prepare(claim, all, erased),
    {
      after: async (tx, outcomes) => {
        if (fail) throw fail;
        next = await work.done(tx, claim, lines, outcomes);
      },
    },
  );
  return next;
};
const leaseEnds = () => query(`UPDATE imports SET lease_until = now() - interval '1 s'`);

describe('a worker that dies', () => {
  test('with a chunk in hand leaves it to the next, and every line is one effect', async () => {
    const before = await recorded();
    const importId = await upload(signalLines(4_500).join(''));
    const dead = await judged(await claimed());
    if (dead === undefined) throw new Error('the next chunk was left to others');
    expect(dead.chunk).toBe(1);
    // In the middle of the transaction, after the appends.
    await expect(judged(dead, new Error('killed'))).rejects.toThrow('killed');
    expect(await progressOf(importId)).toMatchObject({ lines: { applied: 1_000 } });
    // Its lease holds the others off, until it ends.
    expect(await step()).toBe(false);
    await leaseEnds();
    await workOff();
    expect(await progressOf(importId)).toMatchObject({
      ...{ state: 'finished', notContactable: 0 },
      lines: { read: 4_500, applied: 4_500, duplicate: 0, rejected: 0 },
    });
    expect((await recorded()) - before).toBe(4_500);
  }, 60_000);

  test('not, but was only slow, changes nothing once another has done its chunk', async () => {
    const before = await recorded();
    const importId = await upload(signalLines(100).join(''));
    const slow = await claimed();
    await leaseEnds();
    const fast = await claimed();
    expect(fast.chunk).toBe(slow.chunk);
    const racing = await Promise.allSettled([judged(slow), judged(fast)]);
    expect(racing.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(racing[0]).toMatchObject({ reason: expect.any(ClaimLost) });
    await workOff();
    expect((await progressOf(importId)).lines).toMatchObject({ applied: 100, duplicate: 0 });
    expect((await recorded()) - before).toBe(100);
  }, 60_000);

  test('not, but is stopped between two chunks, leaves the import to others at once', async () => {
    await upload(signalLines(2_500).join(''));
    await step();
    expect(await running().app.get(ImportWork).claim()).toBeUndefined();
    await running().app.get(ImportWorker).onModuleDestroy();
    expect((await claimed()).chunk).toBe(1);
    await leaseEnds();
  });

  test('leaves other imports their turn', async () => {
    const long = await upload(signalLines(6_000).join(''));
    const short = await upload(signalLines(10).join(''));
    for (let turn = 0; turn < 4; turn += 1) await step();
    expect(await progressOf(short)).toMatchObject({ lines: { applied: 10 } });
    expect(await progressOf(long)).toMatchObject({ state: 'processing' });
    expect((await progressOf(long)).lines.applied).toBeLessThan(6_000);
  }, 60_000);

  test('by a chunk that cannot be done is tried again later, and the import says how far it is', async () => {
    const importId = await upload(signalLines(10).join(''));
    const sealed = await query<{ sealed: Buffer }>('SELECT sealed FROM import_chunks');
    await query(`UPDATE import_chunks SET sealed = '\\x00'`);
    expect(await step()).toBe(true);
    expect(await step()).toBe(false);
    expect(await progressOf(importId)).toMatchObject({
      state: 'processing',
      lines: { applied: 0 },
    });
    await query('UPDATE import_chunks SET sealed = $1', [sealed[0]?.sealed]);
    await leaseEnds();
    await workOff();
    expect(await progressOf(importId)).toMatchObject({ state: 'finished', lines: { applied: 10 } });
  }, 60_000);
});
