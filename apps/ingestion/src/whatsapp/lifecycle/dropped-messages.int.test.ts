import { expect, test } from '@jest/globals';
import { Clock, Database, EventStore, JobRunner, Log, Vault } from '@tact/platform';
import {
  daysAgo,
  newPhone,
  now,
  wamid,
  ingestionUnderTest,
} from '../../../../../packages/testing/src/ingestion-under-test.ts';
import { DropMessages } from './drop-messages.ts';
import { MessageFollower } from './message-watch.ts';

const { register, webhook, kindsOf, running } = ingestionUnderTest();

const follow = async () => {
  await running().settled();
  await running().app.get(MessageFollower).follow(new Date(now));
};

const send = async (phone: string, days = 40): Promise<string> => {
  const id = wamid();
  await webhook({
    statuses: [{ id, status: 'sent', timestamp: daysAgo(days), recipient_id: phone }],
  });
  return id;
};

test('a message whose arrival the read model has not heard of yet is not told to be dropped', async () => {
  const [phone, silent] = [newPhone(), newPhone()];
  const contacts = [await register(phone), await register(silent)];
  const id = await send(phone);
  await send(silent);
  await running().settled();
  const reader = await running().app.get(Database).connect('test');
  try {
    // The read model waits for its checkpoint, as one does that has still much to read.
    await reader.query(`BEGIN; SELECT 1 FROM checkpoints WHERE name = 'messages' FOR UPDATE`);
    const status = { id, status: 'delivered', timestamp: daysAgo(39), recipient_id: phone };
    await webhook({ statuses: [status] });
    await running().app.get(MessageFollower).follow(new Date(now));
    expect(await Promise.all(contacts.map(kindsOf))).toEqual([
      ['message-sent', 'message-delivered'],
      ['message-sent'],
    ]);
    await reader.query('COMMIT');
  } finally {
    await reader.end();
  }
  await follow();
  expect(await Promise.all(contacts.map(kindsOf))).toEqual([
    ['message-sent', 'message-delivered'],
    ['message-sent', 'message-dropped'],
  ]);
});

test('a person who was erased meanwhile stands in nobody’s way', async () => {
  const [gone, silent] = [newPhone(), newPhone()];
  const subject = await register(gone);
  const contactId = await register(silent);
  await send(gone);
  await send(silent);
  await running().settled();
  await running().app.get(Vault).destroySubject({ tenantId: 'demo', subject });
  await follow();
  expect(await kindsOf(contactId)).toEqual(['message-sent', 'message-dropped']);
});

test('one timer stands for all messages of an hour, and drops them when it has come', async () => {
  const { app } = running();
  const { queryable } = app.get(Database);
  const timers = () =>
    queryable.query<{ ahead: boolean }>(
      `SELECT run_at > $1 AS ahead FROM jobs WHERE kind = 'drop-messages' ORDER BY run_at`,
      [new Date(now)],
    );
  await queryable.query(`DELETE FROM jobs WHERE kind = 'drop-messages'`);
  const [late, fresh] = [
    [newPhone(), newPhone()],
    [newPhone(), newPhone()],
  ];
  const contacts = await Promise.all(late.map((phone) => register(phone)));
  for (const phone of fresh) await register(phone);
  for (const phone of late) await send(phone);
  for (const phone of fresh) await send(phone, 2);
  await running().settled();
  expect(await timers()).toEqual([{ ahead: false }, { ahead: true }]);
  const runner = new JobRunner({
    database: app.get(Database),
    wakeUp: app.get(EventStore).wakeUp,
    lines: app.get(Log),
    handlers: { all: [app.get(DropMessages)] },
    now: () => app.get(Clock).now(),
  });
  expect(await runner.look()).toMatchObject({ started: 1 });
  await runner.ended();
  expect(await Promise.all(contacts.map(kindsOf))).toEqual([
    ['message-sent', 'message-dropped'],
    ['message-sent', 'message-dropped'],
  ]);
  expect(await timers()).toEqual([{ ahead: true }]);
});
