import { expect, test } from '@jest/globals';
import { AlertList, DAY_MS } from '@tact/contracts';
import {
  daysAgo,
  ingestionUnderTest,
  newPhone,
  now,
  wamid,
} from '../../../../packages/testing/src/ingestion-under-test.ts';
import { DoubtfulWishes } from '../signals/doubtful-wishes.ts';

const { register, webhook, keyOf, running } = ingestionUnderTest();

const alerts = async () => {
  const authorization = `Bearer ${await keyOf('demo', ['admin'])}`;
  const answer = await running().app.inject({
    method: 'GET',
    url: '/v1/alerts',
    headers: { authorization },
  });
  return AlertList.parse(answer.json()).items.map(({ kind, state, count }) => ({
    kind,
    state,
    count,
  }));
};
const say = (phone: string, body: string, id = wamid()) =>
  webhook({ messages: [{ id, type: 'text', from: phone, timestamp: daysAgo(0), text: { body } }] });

test('a doubt raises one alert for a human, with their number, that closes when none is heard any more', async () => {
  const phones = [newPhone(), newPhone(), newPhone()];
  await register(phones[0] ?? '');
  await register(phones[1] ?? '', 'withdrawn');
  await say(phones[0] ?? '', 'STOP');
  expect(await alerts()).toEqual([]);
  const doubted = wamid();
  await say(phones[0] ?? '', 'stoop', doubted);
  await say(phones[0] ?? '', 'stoop', doubted);
  await say(phones[1] ?? '', 'not interested');
  await say(phones[2] ?? '', 'stoop');
  expect(await alerts()).toEqual([{ kind: 'doubtful-wish', state: 'open', count: 2 }]);
  const doubts = running().app.get(DoubtfulWishes);
  await doubts.look(new Date(Date.parse(now) + 6 * DAY_MS));
  expect(await alerts()).toMatchObject([{ state: 'open' }]);
  await doubts.look(new Date(Date.parse(now) + 8 * DAY_MS));
  expect(await alerts()).toMatchObject([{ state: 'closed' }]);
});
