import { expect, test } from '@jest/globals';
import {
  contact,
  incidentEvents,
  messageEvents,
  signalEvent,
} from '../../../../../packages/testing/src/signal-events.ts';
import { storedAssessment } from '../stored-assessment.ts';
import { scoringParts } from '../../testing/scoring-parts.ts';

const { deliver, rebuild, setNow, parts } = scoringParts();
const never = new AbortController().signal;

const reported = async (who: string) => {
  const rows = await parts().database.queryable.query<{
    day: string;
    band: string;
    assessment: Buffer;
  }>(
    `SELECT day::text AS day, band, assessment FROM likelihood_history
     WHERE contact_id = $1 ORDER BY day`,
    [contact(`demo/${who}`)],
  );
  return rows.map(({ day, band, assessment }) => {
    const { families } = storedAssessment.from(assessment);
    return { day, band, families };
  });
};
const days = async (who: string) => (await reported(who)).map(({ day }) => day);

const sent = messageEvents('ana', 'm', { sent: '2026-11-18T08:00:00.000Z' });
const missed = (day: string) =>
  signalEvent({ who: 'ana', kind: 'call-not-ringing', at: `2026-11-${day}T10:00:00.000Z` });

test('one entry a day on which something new was said, the last word of the day', async () => {
  await deliver(sent);
  await deliver([missed('19')]);
  expect(await days('ana')).toEqual(['2026-11-20']);
  setNow('2026-11-20T18:00:00.000Z');
  const [before] = await reported('ana');
  await deliver([missed('20')]);
  const [after] = await reported('ana');
  expect(after?.families).not.toEqual(before?.families);
  setNow('2026-11-24T06:00:00.000Z');
  await parts().ageing.age();
  expect(await days('ana')).toEqual(['2026-11-20', '2026-11-24']);
  expect(await parts().ageing.age()).toBe(0);
});

test('a replay and a rebuild of the same rows add nothing', async () => {
  await deliver([...sent, missed('19')]);
  const before = await reported('ana');
  setNow('2026-11-25T06:00:00.000Z');
  await deliver([...sent, missed('19')]);
  expect((await rebuild()).same).toBe(true);
  expect(await reported('ana')).toEqual(before);
});

test('another model says so today, and leaves what was said before', async () => {
  await deliver([...sent, missed('19')]);
  const [before] = await reported('ana');
  const { database } = parts();
  await database.queryable.query("UPDATE likelihood_history SET model_version = 'earlier'");
  setNow('2026-11-22T06:00:00.000Z');
  await parts().announcements.announceAll(never);
  expect(await days('ana')).toEqual(['2026-11-20', '2026-11-22']);
  expect((await reported('ana'))[0]).toEqual(before);
});

test('nothing is noted of who is erased', async () => {
  await parts().database.queryable.query(
    `INSERT INTO left_out (tenant_id, contact_id, fenced) VALUES ('demo', $1, true)`,
    [contact('demo/ana')],
  );
  await deliver(sent);
  expect(await reported('ana')).toEqual([]);
  await parts().database.queryable.query('TRUNCATE left_out');
});

test('what an incident changes is told as of the day it became known', async () => {
  await deliver([...sent, missed('19'), missed('20')]);
  setNow('2026-11-22T06:00:00.000Z');
  const { database, consumer, queue } = parts();
  const outage = incidentEvents({ nth: '0b', from: '2026-11-17T00:00:00.000Z' });
  await database.transaction((tx) => consumer.handle(tx, outage));
  await queue.sweep(never);
  expect(await days('ana')).toEqual(['2026-11-20', '2026-11-22']);
});

test('what is older than four hundred days goes, but for the last word', async () => {
  await deliver([...sent, missed('19')]);
  setNow('2026-11-24T06:00:00.000Z');
  await deliver([missed('23')]);
  setNow('2028-03-01T06:00:00.000Z');
  await parts().ageing.age();
  const kept = await days('ana');
  expect(kept).not.toContain('2026-11-20');
  expect(kept.length).toBeGreaterThan(0);
});
