import { expect, test } from '@jest/globals';
import type { ConsumedEvent } from '@tact/platform';
import {
  incidentEvents,
  messageEvents,
  signalEvent,
} from '../../../../packages/testing/src/signal-events.ts';
import { scoringParts } from '../testing/scoring-parts.ts';

const { deliver, rows, rowOf, rebuild, parts } = scoringParts();
const never = new AbortController().signal;

const day = (nth: number, hour = '08') =>
  `2026-11-${String(nth).padStart(2, '0')}T${hour}:00:00.000Z`;

const silent = (who: string, tenantId = 'demo'): ConsumedEvent<'SignalRecorded'>[] => [
  ...messageEvents(who, 'heard', { sent: day(1), delivered: day(1, '09') }),
  ...messageEvents(who, 'stuck', { sent: day(12) }),
  ...['13', '15', '17'].map((date) =>
    signalEvent({ who, kind: 'call-not-ringing', at: `2026-11-${date}T10:00:00.000Z`, tenantId }),
  ),
];

/** Hands incidents to their consumer and assesses whoever they make due. */
const tell = async (events: ReturnType<typeof incidentEvents>): Promise<void> => {
  const { database, consumer, queue } = parts();
  await database.transaction((tx) => consumer.handle(tx, events));
  await queue.sweep(never);
};
const probability = async (who: string) => (await rowOf(who))?.probability ?? Number.NaN;

const outage = { nth: '0a', from: day(10) };

test('an incident takes its weight from the silence of its window, and gives it back after its end', async () => {
  await deliver(silent('ana'));
  const suspected = await probability('ana');
  await tell(incidentEvents(outage));
  const open = await probability('ana');
  expect(open).toBeLessThan(suspected / 4);
  await tell(incidentEvents({ ...outage, until: day(14) }));
  const closed = await probability('ana');
  expect(closed).toBeGreaterThan(open);
  expect(closed).toBeLessThan(suspected);
});

test('it makes no difference whether the incident or the silence is heard of first', async () => {
  await deliver(silent('ana'));
  await tell(incidentEvents({ ...outage, until: day(16) }));
  const expected = await rows();
  await parts().database.queryable.query('TRUNCATE facts, block_likelihoods, incidents');
  await tell(incidentEvents({ ...outage, until: day(16) }));
  await deliver(silent('ana'));
  expect(await rows()).toEqual(expected);
  expect((await rebuild()).same).toBe(true);
});

test('an incident of one tenant is none of another', async () => {
  await deliver(silent('ana'));
  const before = await rows();
  await tell(incidentEvents({ ...outage, tenantId: 'other' }));
  expect(await rows()).toEqual(before);
});
