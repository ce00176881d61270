import { expect } from '@jest/globals';
import type { LogRecord, ReceivedRecord } from '@tact/platform';
import { HOUR_MS } from '@tact/contracts';
import type { Stage } from './stage.ts';
import { PARTITIONS, countEffects, until } from './scene.ts';
import type { Scene } from './scene.ts';
import { effectsOf, upTo } from './service.ts';

const RECORDS = 1_500;

/** What the sweep needs of a log: to look through all it holds, and to take its own canary out again. */
export const scanDemands = (stage: Stage): void => {
  stage.report.demand(
    'S1',
    'a scan gives every record once, consumed or not, and moves no group',
    () => everyRecord(stage),
  );
  stage.report.demand('S2', 'a dropped topic is gone with its records, and no other is', () =>
    dropped(stage),
  );
};

const recordOf = ({ topic }: Scene, n: number): LogRecord => ({
  topic,
  partition: n % PARTITIONS,
  key: `key-${n}`,
  headers: { n: String(n) },
  value: Buffer.from([0, 255, n % 256]),
});

const scanned = async ({ log }: Scene, topic: string): Promise<ReceivedRecord[]> => {
  const records: ReceivedRecord[] = [];
  await log.admin.scan(topic, (some) => records.push(...some));
  return records;
};

const everyRecord = async (stage: Stage): Promise<void> => {
  const scene = await stage.scene();
  const { log, topic, group } = scene;
  expect(await scanned(scene, topic)).toEqual([]);
  await log.publish(upTo(RECORDS).map((n) => recordOf(scene, n)));
  const consumer = scene.consumer(effectsOf(group));
  await consumer.start();
  // They are no events, so each is parked: consumed all the same.
  await until(async () => (await consumer.lag()) === 0, 30_000);
  await consumer.stop();
  const found = await scanned(scene, topic);
  const plain = ({ partition, key, headers, value }: LogRecord) => ({
    partition,
    key,
    headers,
    value: value.toString('hex'),
  });
  const byKey = (one: LogRecord, other: LogRecord) => (one.key < other.key ? -1 : 1);
  expect(found.toSorted(byKey).map(plain)).toEqual(
    upTo(RECORDS)
      .map((n) => recordOf(scene, n))
      .toSorted(byKey)
      .map(plain),
  );
  expect(await consumer.lag()).toBe(0);
  expect(await countEffects(scene)).toBe(0);
};

const dropped = async (stage: Stage): Promise<void> => {
  const scene = await stage.scene();
  const { log, topic } = scene;
  const other = `${topic}-other`;
  const spec = { partitions: 1, retentionMs: HOUR_MS, cleanupPolicy: 'delete' } as const;
  await log.admin.ensureTopics([{ name: other, ...spec }]);
  await log.publish([recordOf(scene, 1), { ...recordOf(scene, 6), topic: other, partition: 0 }]);
  expect(await log.admin.topicNames()).toEqual(expect.arrayContaining([topic, other]));
  await log.admin.dropTopic(other);
  await log.admin.dropTopic(other);
  const gone = async () => !(await log.admin.topicNames()).includes(other);
  expect(await until(gone, 10_000)).toBe(true);
  expect(await scanned(scene, topic)).toHaveLength(1);
};
