import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../../testing/src/postgres.ts';
import { toRecord } from '../cloud-events.ts';
import type { LogRecord, ReceivedRecord } from '../port.ts';
import { PostgresLog } from './postgres-log.ts';

let server: TestDatabase;
beforeAll(async () => {
  server = await testDatabase();
}, 60_000);
afterAll(() => server?.drop());

const quiet = { debug: () => 0, info: () => 0, error: () => 0, warn: () => 0 };

const shard = { topic: 'parcels.v1', partition: 0, shard: 'parcels.v1:0' };

/** An event of ours, with all its headers. */
const ours = (type: string, shardSeq: number): LogRecord =>
  toRecord(
    {
      id: `ffff7c14-3015-81c1-8af1-00000000000${shardSeq}`,
      source: 'parcels',
      type,
      subject: 'ct_1',
      time: '2026-11-29T16:00:00.000Z',
      tenantid: 'demo',
      correlationid: 'b931873f-8c00-4968-b4aa-b49acf2df1ab',
      dataschema: `urn:tact:event:${type}:1`,
      causationid: 'a cause',
    },
    type,
    { ...shard, shardSeq },
  );

/** Of a producer that says no more than it must. */
const foreign = (type: string): LogRecord => ({
  ...shard,
  key: 'ct_1',
  headers: { ce_type: type },
  value: Buffer.from(type),
});

test('the value of a type that nobody reads stays in the database; its headers come', async () => {
  const log = await PostgresLog.open({ url: server.url, lines: quiet });
  await log.admin.ensureTopics([
    { name: 'parcels.v1', partitions: 1, retentionMs: DAY_MS, cleanupPolicy: 'delete' },
  ]);
  await log.publish([
    ours('ParcelSent', 1),
    ours('ParcelLost', 2),
    foreign('ParcelSent'),
    foreign('ParcelLost'),
  ]);
  const received = await new Promise<readonly ReceivedRecord[]>((resolve) => {
    void log.subscribe(
      { group: 'readers', topics: ['parcels.v1'], from: 'earliest', unread: ['ParcelSent'] },
      (records) => Promise.resolve(resolve(records)),
    );
  });
  expect(received.map(({ headers, value }) => [headers['ce_type'], value.toString()])).toEqual([
    ['ParcelSent', ''],
    ['ParcelLost', 'ParcelLost'],
    ['ParcelSent', ''],
    ['ParcelLost', 'ParcelLost'],
  ]);
  await log.stop({ drainMs: 1_000 });
}, 30_000);
