import { describe, expect, test } from '@jest/globals';
import { DAY_MS, type EventDataOf, HOUR_MS } from '@tact/contracts';
import { Clock, EventStore, Vault } from '@tact/platform';
import {
  ingestionUnderTest,
  newPhone,
  now,
  wamid,
} from '../../../../../packages/testing/src/ingestion-under-test.ts';
import { ConsentGate } from '../../consent-gate/consent-gate.ts';
import { GateStaleness } from '../../consent-gate/staleness.ts';
import { ForgetCounts } from './forget-counts.ts';

const { call, register, webhook, eventsOf, running } = ingestionUnderTest();

type Status = 'sent' | 'delivered' | 'read' | 'failed';
const secondsAgo = (seconds: number) => String(Math.floor(Date.parse(now) / 1000) - seconds);
const tells = (phone: string, id: string, status: Status, timestamp = secondsAgo(7000)) =>
  webhook({
    contacts: [{ wa_id: phone }],
    statuses: [{ id, status, timestamp, recipient_id: phone, pricing: { category: 'marketing' } }],
  });

const rows = (text: string, values: unknown[] = []) =>
  running()
    .app.get(EventStore)
    .transaction((tx) => tx.query<Record<string, string>>(text, values));
/** What ingestion counted for a person, in no order. */
const countsOf = async (contactId: string) =>
  (
    await rows(
      `SELECT data::text AS data FROM events WHERE type = 'MessageCounted' AND subject = $1 ORDER BY position`,
      [contactId],
    )
  ).map(({ data = '' }) => JSON.parse(data) as EventDataOf<'MessageCounted'>);
const signalsOf = async (contactId: string) =>
  (await eventsOf(`contact-${contactId}`)).filter(({ type }) => type === 'SignalRecorded');

describe('a message of ours to somebody who is not analysed', () => {
  const hour = '2026-11-20T08:00:00.000Z';

  test('is counted once, by its hour and category, whatever its statuses and their order', async () => {
    const phone = newPhone();
    const contactId = await register(phone, 'withdrawn');
    const id = wamid();
    await Promise.all(
      (['read', 'delivered', 'sent', 'sent'] as const).map((status) => tells(phone, id, status)),
    );
    await tells(phone, id, 'read', secondsAgo(0));
    expect(await countsOf(contactId)).toEqual([{ contactId, hour, messageCategory: 'marketing' }]);
    expect(await signalsOf(contactId)).toEqual([]);
  });

  test('leaves nothing else of itself in any table', async () => {
    const phone = newPhone();
    const contactId = await register(phone, 'withdrawn');
    const id = wamid();
    const ref = running().app.get(Vault).messageRef('demo', id);
    await tells(phone, id, 'sent', secondsAgo(7123));
    await running().settled();
    const tables = await rows(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const holding: string[] = [];
    for (const { name = '' } of tables) {
      const found = await rows(
        `SELECT t::text AS row FROM ${name} AS t
         WHERE position($1 IN t::text) > 0 OR position($2 IN t::text) > 0 OR position($3 IN t::text) > 0`,
        [ref, id, '08:01:17'],
      );
      if (found.length > 0) holding.push(name);
    }
    expect(tables.length).toBeGreaterThan(20);
    expect(holding).toEqual([]);
    const [stored] = await rows(
      `SELECT occurred_at::text AS at, recorded_at::text AS recorded, stream FROM events
       WHERE type = 'MessageCounted' AND subject = $1`,
      [contactId],
    );
    expect(stored?.['at']).toMatch(/:00:00\+00$/);
    expect(stored?.['recorded']).toMatch(/:00:00\+00$/);
    expect(stored?.['stream']).not.toContain(contactId);
  });

  test('is told by the CRM as well, under the same message', async () => {
    const phone = newPhone();
    const contactId = await register(phone, 'withdrawn');
    const messageRef = wamid();
    const line = { occurredAt: '2026-11-20T08:30:00Z', messageRef, messageCategory: 'utility' };
    for (const [nth, contact] of [{ contactId }, { phone: `+${phone}` }].entries()) {
      const sent = { ...line, id: `${messageRef}-${nth}`, kind: 'message-sent', contact };
      expect(await call('/v1/signals', sent)).toMatchObject({ accepted: 1 });
    }
    await tells(phone, messageRef, 'delivered');
    expect(await countsOf(contactId)).toEqual([{ contactId, hour, messageCategory: 'utility' }]);
  });

  test('is not counted where it says nothing for the cap, or nothing may be stored', async () => {
    const phone = newPhone();
    const contactId = await register(phone, 'withdrawn');
    await tells(phone, wamid(), 'sent', secondsAgo(48 * 3600));
    const contact = { contactId };
    const line = { kind: 'message-sent', contact, occurredAt: '2026-11-20T08:30:00Z' };
    await call('/v1/signals', { ...line, id: wamid() });
    await call('/v1/signals', { ...line, id: wamid(), kind: 'call-rang', messageRef: wamid() });
    await tells(newPhone(), wamid(), 'sent');
    expect(await countsOf(contactId)).toEqual([]);
    await tells(phone, wamid(), 'sent');
    expect(await countsOf(contactId)).toHaveLength(1);
    const fence = [{ about: 'fence', contactId, tenantId: 'demo' }] as const;
    const { app } = running();
    await app.get(EventStore).transaction((tx) => app.get(ConsentGate).fence(tx, fence));
    await tells(phone, wamid(), 'sent');
    expect(await countsOf(contactId)).toHaveLength(1);
  });

  test('that turns out to be none is told as such, once, as what caused the other says', async () => {
    const contactId = await register(newPhone(), 'withdrawn');
    const messageRef = wamid();
    const line = { contact: { contactId }, occurredAt: '2026-11-20T08:30:00Z', messageRef };
    for (const [nth, kind] of ['message-sent', 'reaction-sent', 'reaction-sent'].entries()) {
      await call('/v1/signals', { ...line, id: `${messageRef}-${nth}`, kind });
    }
    expect(await countsOf(contactId)).toEqual([
      { contactId, hour },
      { contactId, hour, isNone: true },
    ]);
    const [{ stream, none, counted } = {}] = await rows(
      `SELECT none.stream, none.event_id::text AS none, counted.event_id::text AS counted
       FROM events AS none JOIN events AS counted USING (subject)
       WHERE subject = $1 AND none.data ->> 'isNone' = 'true' AND counted.type = 'MessageCounted'
         AND counted.data ->> 'isNone' IS NULL`,
      [contactId],
    );
    expect(counted).toBeDefined();
    const { events } = await running().app.get(EventStore).load(String(stream));
    expect(events.find(({ id }) => id === none)?.causationid).toBe(counted);
  });

  test('dated ahead left by now at the latest', async () => {
    const phone = newPhone();
    const contactId = await register(phone, 'withdrawn');
    await tells(phone, wamid(), 'sent', secondsAgo(-5 * 3600));
    expect(await countsOf(contactId)).toMatchObject([{ hour: '2026-11-20T10:00:00.000Z' }]);
  });
});

test('of somebody who is analysed the signal is enough', async () => {
  const phone = newPhone();
  const contactId = await register(phone);
  await tells(phone, wamid(), 'sent');
  expect(await countsOf(contactId)).toEqual([]);
  expect(await signalsOf(contactId)).toHaveLength(1);
});

test('after 48 hours nothing of it is left, and a late status within them changed nothing', async () => {
  const { app } = running();
  const phone = newPhone();
  const contactId = await register(phone, 'withdrawn');
  const id = wamid();
  await tells(phone, id, 'sent', secondsAgo(0));
  const again = await app.get(ForgetCounts).run();
  expect(again).toEqual({ runAt: new Date(Date.parse(now) + HOUR_MS) });
  const at = async (ms: number) => {
    app.get(Clock).moveTo(ms);
    await running().settled();
    // The gate has heard everything by then.
    await app.get(GateStaleness).look();
  };
  await at(2 * DAY_MS - 60_000);
  await app.get(ForgetCounts).run();
  await tells(phone, id, 'read', secondsAgo(-47 * 3600));
  expect(await countsOf(contactId)).toHaveLength(1);
  await at(2 * DAY_MS + 60_000);
  await app.get(ForgetCounts).run();
  expect(await countsOf(contactId)).toEqual([]);
  expect(await rows(`SELECT FROM events WHERE type = 'MessageCounted'`)).toEqual([]);
});
