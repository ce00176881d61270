import { expect, test } from '@jest/globals';
import { Database } from '@tact/platform';
import {
  ingestionUnderTest,
  newPhone,
  now,
  wamid,
} from '../../../../../packages/testing/src/ingestion-under-test.ts';
import { JoinOrphans } from './join-orphans.ts';

const { eventsOf, register, webhook, running } = ingestionUnderTest();

test('a failure dated thirty thousand years ahead does not wait for its message until then', async () => {
  const { queryable } = running().app.get(Database);
  const timestamp = '999999999999';
  await webhook({
    statuses: [{ id: wamid(), status: 'failed', timestamp, errors: [{ code: 131_026 }] }],
  });
  expect(await queryable.query('SELECT FROM orphan_failures')).toHaveLength(1);
  await running().app.get(JoinOrphans).join();
  await running().app.get(JoinOrphans).expire(new Date(now));
  expect(await queryable.query('SELECT FROM orphan_failures')).toEqual([]);
  const counts = await queryable.query(
    'SELECT reason, parts::int AS parts FROM parts_without_effect',
  );
  expect(counts).toContainEqual({ reason: 'timestamp-in-future', parts: 1 });
});

test('a stop by error code that waited for its message is no older than it was', async () => {
  const phone = newPhone();
  const contactId = await register(phone);
  const [id, other] = [wamid(), wamid()];
  const timestamp = String(Date.parse('2026-11-20T08:20:00Z') / 1000);
  const failed = (wamidOf: string, code: number) => ({
    id: wamidOf,
    status: 'failed',
    timestamp,
    errors: [{ code }],
  });
  await webhook({ statuses: [failed(id, 131_050), failed(other, 131_026)] });
  const sent = { status: 'sent', timestamp, recipient_id: phone };
  await webhook({ statuses: [id, other].map((one) => ({ ...sent, id: one })) });
  await running().settled();
  await running().app.get(JoinOrphans).join();
  const events = await eventsOf(`contact-${contactId}`);
  const failures = events.filter(({ data }) => data.kind === 'message-failed');
  expect(new Map(failures.map(({ data }) => [data.code, data.occurredAt]))).toEqual(
    new Map([
      [131_026, '2026-11-20T08:00:00.000Z'],
      [131_050, '2026-11-20T09:00:00.000Z'],
    ]),
  );
  const refusals = events.filter(({ type }) => type === 'RefusalReceived');
  expect(refusals.map(({ data }) => (data as unknown as { at: string }).at)).toEqual([
    '2026-11-20T09:00:00.000Z',
  ]);
});
