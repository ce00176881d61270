import { expect, test } from '@jest/globals';
import {
  daysAgo,
  newPhone,
  wamid,
  ingestionUnderTest,
} from '../../../../packages/testing/src/ingestion-under-test.ts';

const { register, webhook, eventsOf } = ingestionUnderTest();

const reported = async (contactId: string) =>
  (await eventsOf(`contact-${contactId}`)).map(({ type, data }) =>
    [type, data.kind].join(' ').trim(),
  );
const changeOf = (old: string, next: string) => ({
  messages: [
    {
      id: wamid(),
      type: 'system',
      timestamp: daysAgo(2),
      from: old,
      system: { type: 'user_changed_number', wa_id: next, user_id: `FR.${next}`, body: 'x' },
    },
  ],
});

test('a change that is repeated leaves the next owner of the old number alone', async () => {
  const [old, next] = [newPhone(), newPhone()];
  const first = await register(old);
  const change = changeOf(old, next);
  await webhook(change);
  const owner = await register(old);
  expect(owner).not.toBe(first);
  await webhook(change);
  expect(await reported(owner)).toEqual(['ContactRegistered', 'ConsentDeclared']);
  expect(await reported(first)).toEqual([
    'ContactRegistered',
    'ConsentDeclared',
    'SignalRecorded number-changed',
    'ContactUpdated',
  ]);
});

test('fifty copies of a change at once are all taken, and are one change', async () => {
  const [old, next] = [newPhone(), newPhone()];
  const contactId = await register(old);
  const change = changeOf(old, next);
  await Promise.all(Array.from({ length: 50 }, () => webhook(change)));
  expect(await reported(contactId)).toEqual([
    'ContactRegistered',
    'ConsentDeclared',
    'SignalRecorded number-changed',
    'ContactUpdated',
  ]);
});
