import { expect, test } from '@jest/globals';
import type { BatchContext, BatchHandler, MessageLog } from '../log/port.ts';
import type { Database } from '../postgres/database.ts';
import { LostRecords } from './attempt.ts';
import type { Consumer } from './consumer.ts';
import { ConsumerRunner } from './consumer-runner.ts';

const gap = { topic: 'parcels.v1', partition: 0, missing: 3 } as LostRecords['gaps'][number];

/** What is said of records that never came, in a batch of one partition or of several. */
const saidOfLoss = async (isShared: boolean): Promise<readonly object[]> => {
  const said: object[] = [];
  let deliver: BatchHandler | undefined;
  const log = {
    subscribe: (_options: unknown, handler: BatchHandler) => {
      deliver = handler;
      return Promise.resolve({ stop: () => Promise.resolve() });
    },
  } as unknown as MessageLog;
  const database = {
    queryable: { query: () => Promise.resolve([]) },
    transaction: () => Promise.reject(new LostRecords([gap])),
  } as unknown as Database;
  const consumer: Consumer = {
    group: 'readers',
    topics: ['parcels.v1'],
    types: [],
    handle: () => Promise.resolve(),
  };
  const quiet = () => 0;
  const lines = { debug: quiet, info: quiet, warn: quiet, error: (one: object) => said.push(one) };
  const runner = new ConsumerRunner({
    database,
    log,
    consumer,
    validate: () => ({}) as never,
    lines,
  });
  await runner.start();
  const context: BatchContext = {
    topic: 'parcels.v1',
    partition: 0,
    ...(isShared ? { isShared } : {}),
    heartbeat: () => Promise.resolve(),
    isStale: () => false,
    signal: new AbortController().signal,
  };
  await expect(deliver?.([], context)).rejects.toBeInstanceOf(LostRecords);
  return said;
};

test('a loss is told once: where the batch of several partitions is delivered apart', async () => {
  expect(await saidOfLoss(false)).toEqual([{ group: 'readers', ...gap }]);
  expect(await saidOfLoss(true)).toEqual([]);
});
