import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../../testing/src/postgres.ts';
import type { ReceivedRecord } from '../port.ts';
import { PostgresLog } from './postgres-log.ts';

let server: TestDatabase;
beforeAll(async () => {
  server = await testDatabase();
}, 60_000);
afterAll(() => server?.drop());

const quiet = { debug: () => 0, info: () => 0, error: () => 0, warn: () => 0 };

test('the value of a type that nobody reads stays in the database; its headers come', async () => {
  const log = await PostgresLog.open({ url: server.url, lines: quiet });
  await log.admin.ensureTopics([
    { name: 'parcels.v1', partitions: 1, retentionMs: DAY_MS, cleanupPolicy: 'delete' },
  ]);
  await log.publish(
    ['ParcelSent', 'ParcelLost'].map((type) => ({
      topic: 'parcels.v1',
      partition: 0,
      key: 'ct_1',
      headers: { ce_type: type },
      value: Buffer.from(type),
    })),
  );
  const received = await new Promise<readonly ReceivedRecord[]>((resolve) => {
    void log.subscribe(
      { group: 'readers', topics: ['parcels.v1'], from: 'earliest', unread: ['ParcelSent'] },
      (records) => Promise.resolve(resolve(records)),
    );
  });
  expect(received.map(({ headers, value }) => [headers['ce_type'], value.toString()])).toEqual([
    ['ParcelSent', ''],
    ['ParcelLost', 'ParcelLost'],
  ]);
  await log.stop({ drainMs: 1_000 });
}, 30_000);
