import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../../testing/src/postgres.ts';
import type { BatchContext, BatchHandler } from '../port.ts';
import { APART_BATCHES, SMALL_BATCH } from './held-partition.ts';
import { PostgresLog } from './postgres-log.ts';

const quiet = { debug: () => 0, info: () => 0, error: () => 0, warn: () => 0 };
const topic = 'parcels.v1';
const PARTITIONS = 6;
const all = Array.from({ length: PARTITIONS }, (_, partition) => partition);

let server: TestDatabase;
let log: PostgresLog;
beforeEach(async () => {
  server = await testDatabase();
  log = await PostgresLog.open({ url: server.url, lines: quiet });
  await log.admin.ensureTopics([
    { name: topic, partitions: PARTITIONS, retentionMs: DAY_MS, cleanupPolicy: 'delete' },
  ]);
}, 60_000);
afterEach(async () => {
  await log.stop({ drainMs: 1_000 });
  await server.drop();
});

const publish = (partitions: readonly number[]): Promise<void> =>
  log.publish(
    partitions.map((partition, nth) => ({
      topic,
      partition,
      key: `key-${partition}`,
      headers: {},
      value: Buffer.from(String(nth)),
    })),
  );

/** The calls of a handler, each as the partitions whose records it held. */
type Call = { readonly isShared: boolean; readonly places: readonly string[] };

/** Subscribes, and resolves once `records` were handled to their end. */
const handledBy = async (
  records: number,
  handle: (context: BatchContext) => Promise<void>,
): Promise<Call[]> => {
  const calls: Call[] = [];
  let handled = 0;
  await new Promise<void>((resolve) => {
    const counted: BatchHandler = async (batch, context) => {
      const places = batch.map(({ partition, offset }) => `${partition}:${offset}`);
      calls.push({ isShared: context.isShared === true, places });
      await handle(context);
      if (context.isStale()) throw context.signal.reason;
      handled += batch.length;
      if (handled === records) resolve();
    };
    void log.subscribe({ group: 'readers', topics: [topic], from: 'earliest' }, counted);
  });
  return calls;
};

const placesOf = (calls: readonly Call[]): string[] =>
  calls.flatMap(({ places }) => places).toSorted();

test('few records of many partitions are one call, each partition in its order', async () => {
  await publish([...all, ...all, 0]);
  const [call, ...others] = await handledBy(2 * PARTITIONS + 1, () => Promise.resolve());
  expect(others).toEqual([]);
  expect(call?.isShared).toBe(true);
  expect(call?.places.filter((place) => place.startsWith('0:'))).toEqual(['0:0', '0:1', '0:2']);
});

test('what is many in one partition is a call of its own beside what is few in others', async () => {
  await publish([...Array<number>(2 * SMALL_BATCH).fill(0), 1, 2]);
  const calls = await handledBy(2 * SMALL_BATCH + 2, () => Promise.resolve());
  const [few, ...many] = calls;
  expect(few).toEqual({ isShared: true, places: ['1:0', '2:0'] });
  expect(many.every(({ places }) => places.every((place) => place.startsWith('0:')))).toBe(true);
});

test('what is few in each partition and much in all is more than one call', async () => {
  await publish(Array.from({ length: 45 }, () => all).flat());
  const calls = await handledBy(45 * PARTITIONS, () => Promise.resolve());
  expect(calls.map(({ places }) => places.length).toSorted((a, b) => a - b)).toEqual([90, 180]);
  expect(calls.every(({ isShared }) => isShared)).toBe(true);
});

test('what fails together is delivered apart at once, and the next that comes together again', async () => {
  await publish(all);
  let [shared, alone] = [0, 0];
  const calls = await handledBy(2 * PARTITIONS, async ({ isShared }) => {
    if (isShared === true) shared += 1;
    else alone += 1;
    if (isShared === true && shared === 1) throw new Error('one of them is at fault');
    if (isShared !== true && alone === PARTITIONS) await publish(all);
  });
  expect(calls[0]?.places).toHaveLength(PARTITIONS);
  const apart = calls.slice(1, 1 + PARTITIONS);
  expect(apart.every(({ isShared, places }) => !isShared && places.length === 1)).toBe(true);
  expect(placesOf(apart)).toEqual(all.map((partition) => `${partition}:0`));
  expect(calls.slice(1 + PARTITIONS).some(({ isShared }) => isShared)).toBe(true);
});

test('what took too long together stays apart for a while, and is tried together again later', async () => {
  await publish(all);
  const rounds = APART_BATCHES + 2;
  let [shared, apart] = [0, 0];
  const calls = await handledBy(rounds * PARTITIONS, async ({ isShared }) => {
    if (isShared === true) shared += 1;
    else apart += 1;
    // Slow for an honest reason: nothing hangs, and nothing ends before its time.
    if (isShared === true && shared === 1) await pause(1_200);
    const isRoundOver = isShared !== true && apart % PARTITIONS === 0;
    if (isRoundOver && apart < APART_BATCHES * PARTITIONS) await publish(all);
    if (isRoundOver && apart === APART_BATCHES * PARTITIONS) await publish([...all, ...all]);
  });
  expect(calls[0]?.isShared).toBe(true);
  const next = calls.findIndex(({ isShared }, nth) => nth > 0 && isShared);
  expect(next).toBeGreaterThanOrEqual(1 + (APART_BATCHES - 1) * PARTITIONS);
}, 60_000);

test('a record that hangs holds its own partition alone', async () => {
  await publish(all);
  const began = performance.now();
  let apart = 0;
  const calls = await handledBy(PARTITIONS, async ({ isShared, partition, signal }) => {
    // Ends when it is told to, as a transaction does.
    if (isShared === true) await pause(60_000, undefined, { signal }).catch(() => undefined);
    else if (partition === 0) await pause(400);
    else apart += 1;
  });
  expect(apart).toBe(PARTITIONS - 1);
  expect(calls[0]?.isShared).toBe(true);
  expect(performance.now() - began).toBeLessThan(10_000);
});
