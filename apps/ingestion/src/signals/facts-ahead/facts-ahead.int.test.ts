import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Clock, Database, EventStore, Heartbeat, ParkedRecords, Vault } from '@tact/platform';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import {
  ingestionUnderTest,
  newPhone,
  now,
  wamid,
} from '../../../../../packages/testing/src/ingestion-under-test.ts';
import { GateStaleness } from '../../consent-gate/staleness.ts';
import { ApplyFactsAhead } from './apply-facts-ahead.ts';
import { FactsAheadDue } from './facts-ahead-due.ts';
import { FactsAhead } from './facts-ahead.ts';

const { call, register, webhook, kindsOf, eventsOf, keyOf, running } = ingestionUnderTest();

const daysAhead = (days: number) => String(Math.floor(Date.parse(now) / 1000) + days * 86_400);
const sent = (phone: string, timestamp: string, id = wamid()) => ({
  statuses: [{ id, status: 'sent', timestamp, recipient_id: phone }],
});

beforeEach(() => clockAt(0));
afterEach(async () => {
  jest.restoreAllMocks();
  await running().app.get(Database).queryable.query('DELETE FROM facts_ahead');
});

const scheduled = async (): Promise<unknown[]> => {
  const jobs = await running()
    .app.get(Database)
    .queryable.query<{ run_at: Date }>(
      `SELECT run_at FROM jobs WHERE kind = 'apply-facts-ahead' ORDER BY run_at`,
    );
  return jobs.map((job) => job.run_at.getTime() - Date.parse(now));
};

/** The gate hears everything up to that instant, as it does while the clock goes there by itself. */
const clockAt = async (afterMs: number): Promise<Date> => {
  // Its rounds are made here by hand, and no other is under way meanwhile.
  await running()
    .app.get(Database)
    .queryable.query(`DELETE FROM jobs WHERE kind = 'apply-facts-ahead'`);
  const at = new Date(Date.parse(now) + afterMs);
  jest.spyOn(running().app.get(Clock), 'now').mockReturnValue(at);
  await running().settled();
  await running().app.get(GateStaleness).look();
  return at;
};

/** What the job of that hour does, when the clock stands there. */
const applyAt = async (afterMs: number): Promise<void> =>
  running()
    .app.get(ApplyFactsAhead)
    .apply(await clockAt(afterMs));

const rows = (): Promise<object[]> =>
  running().app.get(Database).queryable.query('SELECT * FROM facts_ahead');

const counted = async (): Promise<Record<string, number>> => {
  const counts = await running()
    .app.get(Database)
    .queryable.query<{ reason: string; parts: number }>(
      'SELECT reason, sum(parts)::int AS parts FROM parts_without_effect GROUP BY reason',
    );
  return Object.fromEntries(counts.map(({ reason, parts }) => [reason, parts]));
};

describe('a fact dated a day ahead', () => {
  test('waits sealed, is applied once its time has come, and is one fact however often it is told', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    const body = sent(phone, daysAhead(1));
    await webhook(body);
    await webhook(body);
    expect(await kindsOf(contactId)).toEqual([]);
    const waiting = await rows();
    expect(waiting).toMatchObject([{ contact_id: contactId, sealed: { $sealed: {} } }]);
    expect(JSON.stringify(waiting)).not.toContain(phone.slice(2));
    // To the hour: the row tells no exact instant.
    expect(waiting).toMatchObject([{ due_at: new Date(Date.parse(now) + DAY_MS) }]);
    await applyAt(DAY_MS - 1);
    expect(await kindsOf(contactId)).toEqual([]);
    await applyAt(DAY_MS);
    await applyAt(DAY_MS);
    await webhook(body);
    const [fact] = (await eventsOf(`contact-${contactId}`)).filter(
      ({ type }) => type === 'SignalRecorded',
    );
    expect(fact?.data.occurredAt).toBe(new Date(Date.parse(now) + DAY_MS).toISOString());
    expect(await kindsOf(contactId)).toEqual(['message-sent']);
    expect(await rows()).toEqual([]);
  });

  test('is not lost and not doubled when the process dies between recording and forgetting', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await webhook(sent(phone, daysAhead(1)));
    jest.spyOn(running().app.get(FactsAhead), 'forget').mockRejectedValueOnce(new Error('killed'));
    await expect(applyAt(DAY_MS)).rejects.toThrow('killed');
    expect(await rows()).toHaveLength(1);
    await applyAt(DAY_MS);
    expect([await kindsOf(contactId), await rows()]).toEqual([['message-sent'], []]);
  });

  test('stays when the clock is set back while it is applied', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await webhook(sent(phone, daysAhead(1)));
    const later = new Date(Date.parse(now) + DAY_MS);
    await running().app.get(ApplyFactsAhead).apply(later);
    expect([await kindsOf(contactId), (await rows()).length]).toEqual([[], 1]);
    await applyAt(DAY_MS);
    expect(await kindsOf(contactId)).toEqual(['message-sent']);
  });

  test('of who is not analysed, or nobody, leaves nothing but a count', async () => {
    const refuser = newPhone();
    await register(refuser, 'withdrawn');
    const before = await counted();
    await webhook(sent(refuser, daysAhead(1)));
    await webhook(sent(newPhone(), daysAhead(1)));
    const after = await counted();
    expect(await rows()).toEqual([]);
    const grown = (reason: string) => (after[reason] ?? 0) - (before[reason] ?? 0);
    expect([grown('consent-missing'), grown('contact-unknown')]).toEqual([1, 1]);
  });

  test('of who is erased while it waits is never applied', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await webhook(sent(phone, daysAhead(1)));
    await running().app.get(Vault).destroySubject({ tenantId: 'demo', subject: contactId });
    await applyAt(DAY_MS);
    const { events } = await running().app.get(EventStore).load(`contact-${contactId}`);
    expect(events.filter(({ type }) => type === 'SignalRecorded')).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  test('is shown as parked, and is dated to when it was received when a person redrives it', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await webhook(sent(phone, daysAhead(400)));
    const parkedRecords = running().app.get(ParkedRecords);
    // By itself its time comes after it is gone.
    expect(await parkedRecords.ofPerson()).toMatchObject({ count: 1 });
    const api = { method: 'GET' as const, url: '/parked-records' };
    const authorization = `Bearer ${await keyOf('demo', ['operator'])}`;
    const parked = await running().app.inject({ ...api, headers: { authorization } });
    expect(parked.json()).toMatchObject({
      items: [
        {
          group: 'ingestion-facts-ahead',
          key: contactId,
          records: 1,
          reason: 'timestamp-in-future',
        },
      ],
    });
    const report = await call('/parked-records/redrives', {
      group: 'ingestion-facts-ahead',
      key: contactId,
    });
    expect(report).toEqual({ handled: 1, left: 0 });
    expect(await parkedRecords.ofPerson()).toBeUndefined();
    const [fact] = (await eventsOf(`contact-${contactId}`)).filter(
      ({ type }) => type === 'SignalRecorded',
    );
    expect(fact?.data.occurredAt).toBe(now);
  });

  test('whose time is nobody’s ends after thirty days, and is counted', async () => {
    const phone = newPhone();
    await register(phone);
    await webhook(sent(phone, daysAhead(4_000)));
    const before = await counted();
    await applyAt(31 * DAY_MS);
    expect(await rows()).toEqual([]);
    const after = await counted();
    expect((after['timestamp-in-future'] ?? 0) - (before['timestamp-in-future'] ?? 0)).toBe(1);
  });
});

test('a job looks at each hour in which something is due', async () => {
  const phone = newPhone();
  const contactId = await register(phone);
  await webhook(sent(phone, daysAhead(2)));
  await webhook(sent(phone, daysAhead(1)));
  await webhook(sent(phone, daysAhead(1)));
  // Kept for thirty days, and looked at when the hour after them has begun.
  await webhook(sent(phone, daysAhead(4_000_000)));
  const hours = [DAY_MS, 2 * DAY_MS, 30 * DAY_MS + HOUR_MS];
  expect(await scheduled()).toEqual(hours);
  await running().app.get(Database).queryable.query('DELETE FROM jobs');
  // What an earlier version kept has no job until the service starts.
  await running().app.get(FactsAhead).scheduleAll();
  expect(await scheduled()).toEqual(hours);
  await clockAt(DAY_MS);
  await running().app.get(FactsAheadDue).run();
  expect(await kindsOf(contactId)).toEqual(['message-sent', 'message-sent']);
});

test('of what waits for its time no person is told', async () => {
  const phone = newPhone();
  await register(phone);
  await webhook(sent(phone, daysAhead(1)));
  const parkedRecords = running().app.get(ParkedRecords);
  expect((await parkedRecords.list()).items).toHaveLength(1);
  expect(await parkedRecords.ofPerson()).toBeUndefined();
});

test('a wish to be left alone does not wait for its time', async () => {
  const phone = newPhone();
  const contactId = await register(phone);
  const text = { id: wamid(), type: 'text', from: phone, text: { body: 'STOP' } };
  await webhook({ messages: [{ ...text, timestamp: daysAhead(1) }] });
  expect(await kindsOf(contactId)).toEqual(['marketing-opt-out']);
  await applyAt(DAY_MS);
  expect(await kindsOf(contactId)).toContain('marketing-opt-out');
});

test('nor does one that WhatsApp tells as the code of a failure', async () => {
  const phone = newPhone();
  const contactId = await register(phone);
  const [reported] = sent(phone, daysAhead(1)).statuses;
  await webhook({ statuses: [{ ...reported, status: 'failed', errors: [{ code: 131_050 }] }] });
  expect(await rows()).toEqual([]);
  const [fact] = (await eventsOf(`contact-${contactId}`)).filter(
    ({ type }) => type === 'SignalRecorded',
  );
  expect(fact?.data).toMatchObject({ kind: 'message-failed', code: 131_050, occurredAt: now });
});

test('a wish to hear from us again does not come after the stop that followed it', async () => {
  const phone = newPhone();
  const contactId = await register(phone);
  const wish = (value: string, days: number) =>
    webhook(
      { user_preferences: [{ wa_id: phone, value, timestamp: daysAhead(days) }] },
      'user_preferences',
    );
  await wish('resume', 1);
  await wish('stop', 2);
  await applyAt(2 * DAY_MS);
  const wishes = (await eventsOf(`contact-${contactId}`)).filter(
    ({ type }) => type === 'SignalRecorded',
  );
  // Outreach lifts a suppression only by a wish that is later than it.
  expect(wishes.map(({ data }) => [data.kind, data.occurredAt])).toEqual([
    ['marketing-opt-in', now],
    ['marketing-opt-out', now],
  ]);
});

test('a failure that names nobody waits for its message, then for its time', async () => {
  const [phone, id] = [newPhone(), wamid()];
  const contactId = await register(phone);
  const failed = { id, status: 'failed', timestamp: daysAhead(1), errors: [{ code: 131_026 }] };
  await webhook(sent(phone, daysAhead(-1), id));
  await running().settled();
  await webhook({ statuses: [failed] });
  expect(await kindsOf(contactId)).toEqual(['message-sent']);
  await applyAt(DAY_MS);
  expect(await kindsOf(contactId)).toEqual(['message-sent', 'message-failed']);
});

test('while our clock is known to be wrong, WhatsApp keeps what looks ahead, and no fact waits', async () => {
  jest.spyOn(running().app.get(Heartbeat), 'isClockTrusted').mockResolvedValue(false);
  const phone = newPhone();
  const contactId = await register(phone);
  await expect(webhook(sent(phone, daysAhead(1)))).rejects.toThrow('503');
  await webhook(sent(phone, daysAhead(-1)));
  expect([await rows(), await kindsOf(contactId)]).toEqual([[], ['message-sent']]);
});

test('no webhook fails for ever by a year the database does not read', async () => {
  const phone = newPhone();
  const contactId = await register(phone);
  const timestamp = '999999999999';
  await webhook(sent(phone, timestamp));
  await webhook({
    statuses: [{ id: wamid(), status: 'failed', timestamp, errors: [{ code: 131_026 }] }],
  });
  const text = { id: wamid(), type: 'text', from: phone, text: { body: 'STOP' } };
  await webhook({ messages: [{ ...text, timestamp }] });
  expect(await rows()).toHaveLength(2);
  expect(await kindsOf(contactId)).toEqual(['marketing-opt-out']);
});
