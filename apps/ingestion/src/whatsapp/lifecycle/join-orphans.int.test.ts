import { expect, test } from '@jest/globals';
import { Database } from '@tact/platform';
import {
  ingestionUnderTest,
  now,
  wamid,
} from '../../../../../packages/testing/src/ingestion-under-test.ts';
import { JoinOrphans } from './join-orphans.ts';

const { webhook, running } = ingestionUnderTest();

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
