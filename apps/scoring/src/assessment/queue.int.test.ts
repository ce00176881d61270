import { describe, expect, jest, test } from '@jest/globals';
import { messageEvents, signalEvent } from '../../../../packages/testing/src/signal-events.ts';
import { scoringParts } from '../testing/scoring-parts.ts';

const { forget, hand, deliver, rows, rowOf, rebuild, parts } = scoringParts();
const never = new AbortController().signal;

/** More people at once than a conversation has. */
const crowd = Array.from({ length: 60 }, (_, nth) =>
  messageEvents(`person ${nth}`, 'm', {
    sent: '2026-11-10T08:00:00.000Z',
    ...(nth % 2 === 0 ? { delivered: '2026-11-10T08:00:07.000Z' } : {}),
  }),
).flat();

const dueCount = async (): Promise<number> => {
  const [row] = await parts().database.queryable.query<{ due: number }>(
    'SELECT count(*)::int AS due FROM due_assessments',
  );
  return row?.due ?? -1;
};

describe('under a backlog', () => {
  test('facts are kept and people are due; swept, the rows are those of single facts', async () => {
    for (const event of crowd) await hand([event]);
    expect(await dueCount()).toBe(0);
    const expected = await rows();
    await forget();
    await hand(crowd);
    expect(await rows()).toEqual([]);
    expect(await dueCount()).toBe(60);
    await parts().queue.sweep(never);
    expect(await dueCount()).toBe(0);
    expect(await rows()).toEqual(expected);
  });

  test('a rebuild finds no difference where only assessments are due', async () => {
    await deliver(crowd.slice(0, 30));
    await hand(crowd.slice(30));
    expect(await dueCount()).toBeGreaterThan(24);
    expect((await rebuild()).same).toBe(true);
    expect(await dueCount()).toBe(0);
  });

  test('who becomes due while being assessed stays due', async () => {
    const { database, queue } = parts();
    await hand(crowd);
    const more = crowd.map((event, nth) => {
      const who = `person ${Math.floor((nth * 60) / crowd.length)}`;
      return signalEvent({ who, kind: 'call-rang', at: `2026-11-12T08:00:00.${100 + nth}Z` });
    });
    let later: Promise<void> = Promise.resolve();
    await database.transaction(async (tx) => {
      await queue.settleIn(tx, never);
      // Waits for this transaction, which has read the facts without these.
      later = hand(more);
      await database.queryable.query('SELECT pg_sleep(0.2)');
    });
    await later;
    expect(await dueCount()).toBe(60);
    const before = await rowOf('person 1');
    await queue.sweep(never);
    expect((await rowOf('person 1'))?.probability).toBeLessThan(before?.probability ?? 0);
  });

  test('a sweep assesses everybody once, also who becomes due again behind it', async () => {
    await hand(crowd);
    const { database, queue } = parts();
    const assessed = jest.spyOn(queue, 'assessNow').mockImplementation(async (_tx, keys) => {
      // As an import would, while its people are assessed.
      await database.transaction((tx) => queue.defer(tx, keys));
    });
    await queue.sweep(never);
    expect(assessed.mock.calls.flatMap(([, keys]) => keys)).toHaveLength(60);
    expect(await dueCount()).toBe(60);
    assessed.mockRestore();
    await queue.sweep(never);
    expect(await dueCount()).toBe(0);
    expect(await rows()).toHaveLength(60);
  });

  test('a sweep gives way between two transactions, and says that it did not come to everybody', async () => {
    await hand(crowd);
    const { queue } = parts();
    expect(await queue.sweep(never, () => false)).toBe(false);
    expect(await dueCount()).toBe(60);
    expect(await queue.sweep(never, () => true)).toBe(true);
    expect(await dueCount()).toBe(0);
  });

  test('two processes that sweep at once do it once', async () => {
    await hand(crowd);
    const { queue, store } = parts();
    const received = (await store.readAll({ after: 0, limit: 1000 })).events.length;
    await Promise.all([queue.sweep(never), queue.sweep(never), queue.sweep(never)]);
    expect(await rows()).toHaveLength(60);
    const reported = (await store.readAll({ after: 0, limit: 1000 })).events.slice(received);
    expect(new Set(reported.map(({ subject }) => subject)).size).toBe(reported.length);
  });
});
