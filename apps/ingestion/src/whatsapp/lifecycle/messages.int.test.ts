import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Database, ReadModels, Vault } from '@tact/platform';
import {
  daysAgo,
  ingestionUnderTest,
  newPhone,
  now,
  wamid,
} from '../../../../../packages/testing/src/ingestion-under-test.ts';
import { MessageFollower } from './message-watch.ts';

const { register, webhook, running } = ingestionUnderTest();

const follow = async () => {
  await running().settled();
  await running().app.get(MessageFollower).follow(new Date(now));
  await running().settled();
};

const sent = (phone: string, days: number, id = wamid()) => {
  const status = { id, status: 'sent', timestamp: daysAgo(days), recipient_id: phone };
  return webhook({ statuses: [status] });
};

const rowsOf = async (contactId: string) => {
  const { queryable } = running().app.get(Database);
  const [messages, cohort] = await Promise.all(
    ['messages', 'cohort_messages'].map((table) =>
      queryable.query<{ row: string }>(
        `SELECT (to_jsonb(t) - 'tenant_id')::text AS row FROM ${table} AS t WHERE contact_id = $1 ORDER BY 1`,
        [contactId],
      ),
    ),
  );
  return { messages: messages?.map(({ row }) => row), cohort: cohort?.map(({ row }) => row) };
};

const rebuilt = async (name: string): Promise<void> => {
  const model = running().app.get(ReadModels).of(name);
  const { rebuildId } = await model.rebuild();
  while ((await model.find(rebuildId))?.state === 'running') await pause(10);
  expect(await model.find(rebuildId)).toMatchObject({ state: 'swapped' });
};

test('a rebuild drops nothing twice and brings back nothing that was forgotten', async () => {
  const [dropped, forgotten] = [newPhone(), newPhone()];
  const late = await register(dropped);
  const past = await register(forgotten);
  await sent(dropped, 40);
  await sent(forgotten, 90);
  await follow();
  const before = await rowsOf(late);
  expect(before.messages).toEqual([expect.stringContaining('"state": "dropped"')]);
  expect((await rowsOf(past)).messages).toEqual([]);
  await rebuilt('messages');
  expect(await rowsOf(late)).toEqual(before);
  expect((await rowsOf(past)).messages).toEqual([]);
  // Nothing is left to be told again.
  const counted = () =>
    running().app.get(Database).queryable.query('SELECT count(*) AS n FROM events');
  const events = await counted();
  await follow();
  expect(await counted()).toEqual(events);
});

test('what became a count of its hour is not a row of somebody again', async () => {
  const [phone, recent] = [newPhone(), newPhone()];
  const contactId = await register(phone);
  const other = await register(recent);
  await sent(phone, 10);
  await sent(recent, 1);
  await running().settled();
  const { queryable } = running().app.get(Database);
  await queryable.query('DELETE FROM cohort_messages WHERE contact_id = $1', [contactId]);
  const before = await rowsOf(other);
  expect(before.cohort).toHaveLength(1);
  await rebuilt('cohort');
  expect((await rowsOf(contactId)).cohort).toEqual([]);
  expect((await rowsOf(other)).cohort).toEqual(before.cohort);
});

const erase = async (subject: string) => {
  const { queryable } = running().app.get(Database);
  await running().app.get(Vault).destroySubject({ tenantId: 'demo', subject });
  await queryable.query('DELETE FROM cohort_messages WHERE contact_id = $1', [subject]);
};

test('a person who was erased is not made anew', async () => {
  const phone = newPhone();
  const subject = await register(phone);
  await sent(phone, 1);
  await running().settled();
  await erase(subject);
  await rebuilt('cohort');
  await rebuilt('messages');
  const { messages, cohort } = await rowsOf(subject);
  expect(cohort).toEqual([]);
  // The message is known by its fingerprint; of its time nothing is left.
  expect(messages).toEqual([expect.stringContaining('"due_at": null')]);
});

test('nor is one who was erased after the rows were built and before they were swapped in', async () => {
  const [phone, stays] = [newPhone(), newPhone()];
  const subject = await register(phone);
  const other = await register(stays);
  await sent(phone, 1);
  await sent(stays, 1);
  await running().settled();
  const database = running().app.get(Database);
  const held = await database.connect('test');
  try {
    // The swap waits for the checkpoint: what is built by now was read before the erasure.
    await held.query(`BEGIN; SELECT FROM checkpoints WHERE name = 'cohort' FOR UPDATE`);
    const model = running().app.get(ReadModels).of('cohort');
    const { rebuildId } = await model.rebuild();
    const builtOf = () =>
      held
        .query(`SELECT FROM ingestion_rebuild_cohort.cohort_messages WHERE contact_id = $1`, [
          subject,
        ])
        .then(({ rowCount }) => rowCount);
    while ((await builtOf()) === 0) await pause(10);
    await erase(subject);
    await held.query('COMMIT');
    while ((await model.find(rebuildId))?.state === 'running') await pause(10);
    expect(await model.find(rebuildId)).toMatchObject({ state: 'swapped' });
  } finally {
    await held.end();
  }
  expect((await rowsOf(subject)).cohort).toEqual([]);
  expect((await rowsOf(other)).cohort).toHaveLength(1);
});
