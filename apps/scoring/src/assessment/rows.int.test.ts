import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ConsumedEvent } from '@tact/platform';
import {
  contact,
  message,
  messageEvents,
  signalEvent,
} from '../../../../packages/testing/src/signal-events.ts';
import { scoringParts } from '../testing/scoring-parts.ts';

const { forget, deliver, rows, rowOf, rebuild, setNow, parts } = scoringParts();

const announced = async (): Promise<{ contactId: string; previousBand?: string }[]> =>
  (await parts().store.readAll({ after: 0, limit: 1000 })).events
    .filter(({ type }) => type === 'BlockLikelihoodChanged')
    .map(({ data }) => data as { contactId: string });

const failedEvents = (who: string, at: string, code: object) => [
  signalEvent({ who, at, kind: 'message-failed', messageRef: message(`${who}/a`), ...code }),
];

/** A small crowd: silent ones, answering ones, changed numbers, complaints, two tenants, one instant shared by all. */
const history: ConsumedEvent<'SignalRecorded'>[] = Array.from({ length: 24 }, (_, nth) => {
  const who = `person ${nth}`;
  const day = (offset: number) =>
    `2026-11-${String(1 + ((nth + offset) % 17)).padStart(2, '0')}T08:0${nth % 10}:00.000Z`;
  const tenantId = nth % 5 === 0 ? 'other' : 'demo';
  return [
    ...messageEvents(who, 'a', { sent: day(0), ...(nth % 2 === 0 ? { delivered: day(1) } : {}) }),
    ...messageEvents(who, 'b', { sent: day(2), ...(nth % 3 === 0 ? { failed: day(3) } : {}) }),
    ...messageEvents(who, 'c', { sent: '2026-11-10T10:00:00.000Z' }),
    ...(nth % 4 === 0 ? [signalEvent({ who, kind: 'inbound-message', at: day(4) })] : []),
    ...(nth % 6 === 0 ? [signalEvent({ who, kind: 'complaint-recorded', at: day(5) })] : []),
    signalEvent({ who, kind: 'call-not-ringing', at: day(6), tenantId }),
  ];
}).flat();

/** Deterministic disorder: the seed is printed when a test fails. */
const shuffled = <Item>(items: readonly Item[], seed: number): Item[] => {
  let state = seed;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return items
    .map((item) => [random(), item] as const)
    .toSorted(([one], [other]) => one - other)
    .map(([, item]) => item);
};

const deliverInBatches = async (
  events: readonly ConsumedEvent<'SignalRecorded'>[],
  size: number,
): Promise<void> => {
  for (let from = 0; from < events.length; from += size) {
    await deliver(events.slice(from, from + size));
  }
};

describe('T5: the read model is a function of the facts, not of how they came', () => {
  test.each([1, 2, 3, 4, 5])('duplicates and disorder, seed %i: the same bytes', async (seed) => {
    await deliver(history);
    const expected = await rows();
    expect(expected.length).toBeGreaterThan(24);
    await forget();
    const dirty = shuffled([...history, ...history, ...history.slice(0, 40)], seed);
    await deliverInBatches(dirty, 1 + seed * 3);
    expect(await rows()).toEqual(expected);
  });

  test('a rebuild from the facts gives the same bytes, and says so', async () => {
    await deliverInBatches(shuffled(history, 7), 10);
    const before = await rows();
    expect(await rebuild()).toEqual({
      liveRows: before.length,
      newRows: before.length,
      same: true,
    });
    expect(await rows()).toEqual(before);
  });

  test('rows of different days are rebuilt as of their own days', async () => {
    await deliver(history.slice(0, 60));
    setNow('2026-11-22T01:00:00.000Z');
    await deliver(history.slice(50));
    const days = new Set((await rows()).map((bytes) => /2026-11-2\d/.exec(bytes)?.[0]));
    expect(days.size).toBe(2);
    expect((await rebuild()).same).toBe(true);
  });

  test('a late fact is folded at its own time', async () => {
    const late = messageEvents('late', 'm', {
      sent: '2026-11-01T08:00:00.000Z',
      delivered: '2026-11-01T08:00:05.000Z',
    });
    await deliver(late.slice(0, 1));
    const silent = await rowOf('late');
    await deliver(late.slice(1));
    const reported = await rowOf('late');
    expect(reported?.probability).toBeLessThan(silent?.probability ?? 0);
    await forget();
    await deliver(late);
    expect(await rowOf('late')).toEqual(reported);
  });

  test('a replay changes nothing, also on a later day, and announces nothing', async () => {
    await deliver(history);
    const [before, received] = [await rows(), (await announced()).length];
    setNow('2026-12-24T00:00:00.000Z');
    await deliverInBatches(shuffled(history, 3), 17);
    expect(await rows()).toEqual(before);
    expect(await announced()).toHaveLength(received);
  });

  test('a corrupted row is found by the comparison and mended by the swap', async () => {
    await deliver(history);
    const right = await rows();
    await parts().database.queryable.query(
      `UPDATE block_likelihoods SET probability = 0.5 WHERE contact_id = $1`,
      [contact('demo/person 1')],
    );
    expect((await rebuild()).same).toBe(false);
    expect(await rows()).toEqual(right);
  });

  test('a rebuild that breaks off leaves the live rows, and the next one succeeds', async () => {
    await deliver(history);
    const before = await rows();
    await expect(rebuild(() => Promise.reject(new Error('the disk is full')))).rejects.toThrow(
      'the disk is full',
    );
    expect(await rows()).toEqual(before);
    expect((await rebuild()).same).toBe(true);
  });

  test('a rebuild under live traffic loses nothing', async () => {
    await deliverInBatches(history.slice(0, 80), 20);
    const traffic = { ends: false };
    const build = rebuild().finally(() => {
      traffic.ends = true;
    });
    const late = history.slice(80).toReversed();
    let delivered = 0;
    while (!traffic.ends || late.length > 0) {
      const at = '2026-11-19T00:00:00.000Z';
      await deliver([
        late.pop() ?? signalEvent({ who: `new ${delivered}`, kind: 'call-rang', at }),
      ]);
      delivered += 1;
    }
    expect((await build).same).toBe(true);
    const live = await rows();
    expect((await rebuild()).same).toBe(true);
    expect(await rows()).toEqual(live);
  });
});

test('a code that floods the tenant says no more of one person than a code nobody knows', async () => {
  const failed = (who: string, code: { code: number; effectSuspended?: true }) => [
    ...messageEvents(who, 'a', { sent: '2026-11-10T08:00:00.000Z' }),
    ...failedEvents(who, '2026-11-10T08:01:00.000Z', code),
  ];
  await deliver([
    ...failed('flooded', { code: 131_026, effectSuspended: true }),
    ...failed('unjudged', { code: 999_999 }),
    ...failed('gone', { code: 131_026 }),
  ]);
  const [flooded, unjudged, gone] = await Promise.all(
    ['flooded', 'unjudged', 'gone'].map(async (who) => (await rowOf(who))?.probability),
  );
  expect(flooded).toBe(unjudged);
  expect(flooded).not.toBe(gone);
});

describe('time', () => {
  test('silence counts: the day makes a waiting message weigh more', async () => {
    await deliver(messageEvents('waiting', 'm', { sent: '2026-11-15T08:00:00.000Z' }));
    const before = await rowOf('waiting');
    expect(await parts().ageing.age()).toBe(0);
    setNow('2026-11-24T06:00:00.000Z');
    expect(await parts().ageing.age()).toBe(1);
    expect(await parts().ageing.age()).toBe(0);
    const after = await rowOf('waiting');
    expect(after?.day).toBe('2026-11-24');
    expect(after?.probability).toBeGreaterThan(before?.probability ?? 1);
    expect((await rebuild()).same).toBe(true);
  });

  test('a row never goes back in time with the clock of another process', async () => {
    await deliver(messageEvents('twin', 'a', { sent: '2026-11-15T08:00:00.000Z' }));
    setNow('2026-11-18T15:00:00.000Z');
    await deliver(messageEvents('twin', 'b', { sent: '2026-11-16T08:00:00.000Z' }));
    expect(await rowOf('twin')).toMatchObject({ day: '2026-11-20' });
  });

  test('a fact of tomorrow waits for tomorrow', async () => {
    const future = '2026-11-21T08:00:00.000Z';
    await deliver(
      messageEvents('fast', 'm', { sent: '2026-11-19T08:00:00.000Z', delivered: future }),
    );
    expect(await rowOf('fast')).toMatchObject({ at: new Date('2026-11-20T00:00:00.000Z') });
    setNow('2026-11-21T15:00:00.000Z');
    await parts().ageing.age();
    expect(await rowOf('fast')).toMatchObject({ at: new Date(future) });
  });
});

describe('what the outside is told', () => {
  test('each contact once at first, then only another band or a move beyond the step', async () => {
    const received = (await announced()).length;
    const reported = async () => (await announced()).slice(received);
    await deliver(messageEvents('quiet', 'm', { sent: '2026-11-20T08:00:00.000Z' }));
    expect(await reported()).toEqual([
      expect.objectContaining({
        contactId: contact('demo/quiet'),
        asOf: '2026-11-20T08:00:00.000Z',
      }),
    ]);
    await deliver([
      signalEvent({ who: 'quiet', kind: 'marketing-opt-in', at: '2026-11-20T09:00:00.000Z' }),
    ]);
    expect(await reported()).toHaveLength(1);
    setNow('2026-12-05T15:00:00.000Z');
    await parts().ageing.age();
    const [, second] = await reported();
    expect(second).toMatchObject({ contactId: contact('demo/quiet') });
    expect(second).toHaveProperty('previousBand');
  });

  test('two tenants may know the same contact id; each has its own row', async () => {
    const [event] = messageEvents('shared', 'm', { sent: '2026-11-15T08:00:00.000Z' });
    if (!event) throw new Error('no event');
    await deliver([event, { ...event, id: randomUUID(), tenantid: 'other' }]);
    expect(await rows()).toHaveLength(2);
  });
});
