import { expect, test } from '@jest/globals';
import { Database, Vault } from '@tact/platform';
import {
  daysAgo,
  newPhone,
  now,
  wamid,
  ingestionUnderTest,
} from '../../../../../packages/testing/src/ingestion-under-test.ts';
import { MessageFollower } from './message-watch.ts';

const { register, webhook, kindsOf, running } = ingestionUnderTest();

const follow = async () => {
  await running().settled();
  await running().app.get(MessageFollower).follow(new Date(now));
};

const send = async (phone: string): Promise<string> => {
  const id = wamid();
  await webhook({
    statuses: [{ id, status: 'sent', timestamp: daysAgo(40), recipient_id: phone }],
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
