import { describe, expect, test } from '@jest/globals';
import { Database } from '@tact/platform';
import {
  daysAgo,
  newPhone,
  now,
  wamid,
  ingestionUnderTest,
} from '../../../../packages/testing/src/ingestion-under-test.ts';
import { MessageFollower } from './lifecycle/message-watch.ts';

const { call, register, webhook, eventsOf, kindsOf, running } = ingestionUnderTest();

const follow = async () => {
  await running().settled();
  await running().app.get(MessageFollower).follow(new Date(now));
};

describe('a failure that names nobody', () => {
  const failed = (id: string) => ({
    statuses: [{ id, status: 'failed', timestamp: daysAgo(1), errors: [{ code: 131_026 }] }],
  });
  const sent = (id: string, phone: string) => ({
    statuses: [{ id, status: 'sent', timestamp: daysAgo(1), recipient_id: phone }],
  });

  test('waits for its message, and is then its contact’s, once', async () => {
    const [phone, id] = [newPhone(), wamid()];
    const contactId = await register(phone);
    await webhook(failed(id));
    await webhook(failed(id));
    await follow();
    expect(await kindsOf(contactId)).toEqual([]);
    await webhook(sent(id, phone));
    await follow();
    await follow();
    expect(await kindsOf(contactId)).toEqual(['message-sent', 'message-failed']);
  });

  test('finds a message that is known already', async () => {
    const [phone, id] = [newPhone(), wamid()];
    const contactId = await register(phone);
    await webhook(sent(id, phone));
    await running().settled();
    await webhook(failed(id));
    expect(await kindsOf(contactId)).toEqual(['message-sent', 'message-failed']);
  });
});

describe('a message whose time is over', () => {
  const send = async (phone: string, arrives: boolean) => {
    const id = wamid();
    const at = { timestamp: daysAgo(40), recipient_id: phone };
    const delivered = arrives ? [{ id, status: 'delivered', ...at }] : [];
    await webhook({ statuses: [{ id, status: 'sent', ...at }, ...delivered] });
  };

  test('is told of once, also when two look at the same time; one that arrived is not', async () => {
    const [silent, alive] = [newPhone(), newPhone()];
    const contacts = [await register(silent), await register(alive)];
    await send(silent, false);
    await send(alive, true);
    await running().settled();
    const follower = running().app.get(MessageFollower);
    await Promise.all([1, 2, 3].map(() => follower.follow(new Date(now))));
    expect(await Promise.all(contacts.map(kindsOf))).toEqual([
      ['message-sent', 'message-dropped'],
      ['message-sent', 'message-delivered'],
    ]);
    const [, dropped] = await eventsOf(`contact-${contacts[0]}`).then((events) =>
      events.filter(({ type }) => type === 'SignalRecorded'),
    );
    // Thirty days and an hour after the end of the hour it was sent in: the watch knows no more than the hour.
    expect(dropped?.data.occurredAt).toBe('2026-11-10T12:00:00.000Z');
  });

  test('is not told of while a delivery was stored that the watch has not seen', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    const status = { id: wamid(), timestamp: daysAgo(40), recipient_id: phone };
    await webhook({ statuses: [{ ...status, status: 'sent' }] });
    await running().settled();
    const other = await running().app.get(Database).connect('test');
    await other.query(`BEGIN; SELECT FROM checkpoints WHERE name = 'messages' FOR UPDATE`);
    await webhook({ statuses: [{ ...status, status: 'delivered' }] });
    await running().app.get(MessageFollower).follow(new Date(now));
    await other.query('ROLLBACK');
    await other.end();
    await follow();
    expect(await kindsOf(contactId)).toEqual(['message-sent', 'message-delivered']);
  });

  test('and that arrives after all is no trouble', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    const status = { id: wamid(), timestamp: daysAgo(40), recipient_id: phone };
    await webhook({ statuses: [{ ...status, status: 'sent' }] });
    await follow();
    await webhook({ statuses: [{ ...status, status: 'delivered', timestamp: daysAgo(0) }] });
    await follow();
    expect(await kindsOf(contactId)).toEqual([
      'message-sent',
      'message-dropped',
      'message-delivered',
    ]);
  });

  test('is not remembered for ever', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    const id = wamid();
    const at = { timestamp: daysAgo(100), recipient_id: phone };
    await webhook({ statuses: ['sent', 'delivered'].map((status) => ({ id, status, ...at })) });
    await follow();
    const rows = await running()
      .app.get(Database)
      .queryable.query('SELECT 1 FROM messages WHERE contact_id = $1', [contactId]);
    expect(rows).toEqual([]);
    expect(await kindsOf(contactId)).toEqual(['message-sent', 'message-delivered']);
  });

  test('leaves nothing behind for who withdrew consent meanwhile', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await send(phone, false);
    await register(phone, 'withdrawn');
    await follow();
    expect(await kindsOf(contactId)).toEqual(['message-sent']);
  });
});

test('a changed number goes on as the same contact, and the old one is nobody’s', async () => {
  const [old, next] = [newPhone(), newPhone()];
  const contactId = await register(old);
  const system = { type: 'user_changed_number', wa_id: next, user_id: `FR.${next}`, body: 'x' };
  const message = { id: wamid(), type: 'system', timestamp: daysAgo(2), from: old, system };
  await webhook({ messages: [message] });
  await webhook({ messages: [message] });
  for (const phone of [next, old]) {
    const status = { id: wamid(), status: 'delivered', timestamp: daysAgo(1), recipient_id: phone };
    await webhook({ statuses: [status] });
  }
  expect(await kindsOf(contactId)).toEqual(['number-changed', 'message-delivered']);
  const updates = (await eventsOf(`contact-${contactId}`)).filter(
    ({ type }) => type === 'ContactUpdated',
  );
  expect(updates.map(({ data }) => data)).toEqual([
    { contactId, identities: { phone: `+${next}`, bsuid: `FR.${next}` } },
  ]);
});

test('a change that is told again once the old number is somebody else’s leaves that person alone', async () => {
  const [old, next] = [newPhone(), newPhone()];
  await register(old);
  const system = { type: 'user_changed_number', wa_id: next, user_id: `FR.${next}`, body: 'x' };
  const message = { id: wamid(), type: 'system', timestamp: daysAgo(2), from: old, system };
  await webhook({ messages: [message] });
  const stranger = await register(old);
  await webhook({ messages: [message] });
  const types = (await eventsOf(`contact-${stranger}`)).map(({ type }) => type);
  expect(types).toEqual(['ContactRegistered', 'ConsentDeclared']);
});

test('a changed number whose new one is a contact already is linked, and the old one is nobody’s', async () => {
  const [old, next] = [newPhone(), newPhone()];
  const [before, after] = [await register(old), await register(next)];
  const system = { type: 'user_changed_number', wa_id: next, user_id: `FR.${next}`, body: 'x' };
  const message = { id: wamid(), type: 'system', timestamp: daysAgo(2), from: old, system };
  await webhook({ messages: [message] });
  await webhook({ messages: [message] });
  const typesOf = async (contactId: string) =>
    (await eventsOf(`contact-${contactId}`)).map(({ type }) => type).slice(2);
  expect([await typesOf(before), await typesOf(after)]).toEqual([
    ['SignalRecorded', 'ContactLinked'],
    ['ContactLinked', 'ContactUpdated'],
  ]);
  const stranger = await register(old);
  expect(stranger).not.toBe(before);
  await webhook({ messages: [message] });
  expect(await typesOf(stranger)).toEqual([]);
  expect(await register(old)).toBe(stranger);
});

test('a changed user id that is another contact’s already is linked, never merged', async () => {
  const [one, other] = [newPhone(), newPhone()];
  const contacts = [await register(one), await register(other)];
  for (const phone of [one, other]) {
    await call('/v1/contacts', {
      identities: { phone: `+${phone}`, bsuid: `FR.${phone}` },
    });
  }
  const user_id = { previous: `FR.${one}`, current: `FR.${other}` };
  await webhook({ user_id_update: [{ user_id, timestamp: daysAgo(1) }] }, 'user_id_update');
  const links = (await Promise.all(contacts.map((id) => eventsOf(`contact-${id}`))))
    .flat()
    .filter(({ type }) => type === 'ContactLinked');
  expect(links.map(({ data }) => data)).toMatchObject([
    { contactId: contacts[0], otherContactId: contacts[1], direction: 'next' },
    { contactId: contacts[1], otherContactId: contacts[0], direction: 'previous' },
  ]);
});

test('the code by which WhatsApp says that someone wants no promotions is heard of everybody', async () => {
  const phone = newPhone();
  const contactId = await register(phone, 'withdrawn');
  const failed = { id: wamid(), status: 'failed', timestamp: daysAgo(1), recipient_id: phone };
  const wish = { ...failed, errors: [{ code: 131_050 }] };
  const other = { ...failed, id: wamid(), errors: [{ code: 131_026 }] };
  await webhook({ statuses: [wish, other] });
  await webhook({ statuses: [wish, other] });
  expect((await eventsOf(`contact-${contactId}`)).slice(2)).toMatchObject([
    {
      type: 'RefusalReceived',
      data: { contactId, scope: 'marketing', ground: 'marketing-opt-out-code' },
    },
  ]);
});

test('what is said of the sender is kept once, about nobody', async () => {
  const value = { event: 'DISABLED', message_template_id: 1, message_template_name: 'promo' };
  await webhook(value, 'message_template_status_update');
  await webhook(value, 'message_template_status_update');
  const reported = (await eventsOf('sender-demo'))
    .map(({ data }) => data as unknown as { kind: string })
    .filter(({ kind }) => kind === 'template-status-changed');
  expect(reported).toMatchObject([{ tenantId: 'demo', state: 'DISABLED', template: 'promo' }]);
});

test('who has not agreed to be analysed is heard when they ask us to stop, and nothing else is kept', async () => {
  const phone = newPhone();
  const contactId = await register(phone, 'withdrawn');
  const inbound = { type: 'text', timestamp: daysAgo(1), from: phone };
  const messages = ['Bonjour', 'STOP'].map((body) => ({ ...inbound, id: wamid(), text: { body } }));
  await webhook({ messages });
  await webhook({ messages });
  const events = (await eventsOf(`contact-${contactId}`)).slice(2);
  expect(events).toMatchObject([
    { type: 'RefusalReceived', data: { contactId, scope: 'everything', ground: 'stop-word' } },
  ]);
});
