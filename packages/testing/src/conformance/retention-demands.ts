import { expect } from '@jest/globals';
import { BehindRetention, toRecord } from '@tact/platform';
import type { ConsumerRunner, LogRecord } from '@tact/platform';
import type { Stage } from './stage.ts';
import { until } from './scene.ts';
import type { Scene } from './scene.ts';
import { effectsByKey, effectsOf, eventId, numbered, upTo } from './service.ts';

const keys = Array.from({ length: 30 }, (_, nth) => `key-${nth}`);

/** The log may forget what a group has not read; the group must not go on as if nothing had been. */
export const retentionDemands = (stage: Stage): void => {
  const { report } = stage;
  report.demand(
    'T11',
    'retention passed while a consumer slept: it stops and says what to do, and a reset loses no more',
    () => asleep(stage),
  );
  report.demand('F1', 'retention passed under a running consumer: it stops', () => awake(stage));
  report.demand('F2', 'the position of a group is gone with the records: it is no beginner', () =>
    forgotten(stage),
  );
  report.demand('F3', 'records compacted away were outdated, and not lost', () => compacted(stage));
};

const tell = async ({ service }: Scene, n: number): Promise<void> => {
  await service.store.appendMany(keys.map((key) => numbered({ key, n })));
};

const isRead = async (consumer: ConsumerRunner): Promise<boolean> => (await consumer.lag()) === 0;

/** What became of a start: the reason it was refused, or the reason the consumer gives up with afterwards. */
const reasonOf = async (consumer: ConsumerRunner): Promise<Error> => {
  try {
    await consumer.start();
  } catch (error) {
    return error as Error;
  }
  return await consumer.crashed;
};

/** Everything up to `n` was published: a reader outside the consumer's group has seen it come. */
const published = async ({ log, topic, group }: Scene, count: number): Promise<void> => {
  const all = async () => {
    const lags = await log.admin.lag(`${group}-nobody`, [topic]);
    return lags.reduce((sum, { end }) => sum + end, 0) >= count;
  };
  expect(await until(all, 20_000)).toBe(true);
};

const asleep = async (stage: Stage): Promise<void> => {
  const scene = await stage.scene();
  const { service, topic, group } = scene;
  const relay = scene.relay();
  const consumer = scene.consumer(effectsOf(group));
  await consumer.start();
  await tell(scene, 1);
  await published(scene, keys.length);
  await until(() => isRead(consumer), 20_000);
  await consumer.stop();

  await tell(scene, 2);
  await published(scene, 2 * keys.length);
  await stage.fixture().expire(topic);
  const again = scene.consumer(effectsOf(group));
  const reason = await reasonOf(again);
  expect(reason).toBeInstanceOf(BehindRetention);
  expect(reason.message).toMatch(
    new RegExp(
      `^${topic}:\\d is behind its retention: offset \\d+ is gone\\. Rebuild the read model, then reset the group's offsets\\.$`,
    ),
  );
  await again.stop();
  // Told after the loss: as long as nobody has said so, none of it is read past the gap.
  await tell(scene, 3);
  await published(scene, 3 * keys.length);
  const still = scene.consumer(effectsOf(group));
  expect(await reasonOf(still)).toBeInstanceOf(BehindRetention);
  await still.stop();
  const known = await effectsByKey(service.database, group);
  expect([...known.values()]).toEqual(keys.map(() => [1]));

  await service.database.transaction((tx) => still.acceptLoss(tx));
  await still.start();
  await until(() => isRead(still), 20_000);
  await tell(scene, 4);
  await published(scene, 4 * keys.length);
  await until(() => isRead(still), 20_000);
  await still.stop();
  await relay.stop();
  const effects = await effectsByKey(service.database, group);
  expect([...effects.values()]).toEqual(keys.map(() => [1, 3, 4]));
};

const awake = async (stage: Stage): Promise<void> => {
  const scene = await stage.scene();
  const { service, topic, group } = scene;
  const relay = scene.relay();
  const entered = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const effects = effectsOf(group);
  const consumer = scene.consumer(async (tx, events, signal) => {
    await effects(tx, events, signal);
    entered.resolve();
    await held.promise;
  });
  await tell(scene, 1);
  await published(scene, keys.length);
  await consumer.start();
  // Until it has read something it is a beginner, who misses nothing.
  await entered.promise;
  // Every batch that was fetched waits in the handler; the records behind them go meanwhile.
  await tell(scene, 2);
  await published(scene, 2 * keys.length);
  await stage.fixture().expire(topic);
  await tell(scene, 3);
  await published(scene, 3 * keys.length);
  held.resolve();
  expect(await consumer.crashed).toBeInstanceOf(BehindRetention);
  await consumer.stop();
  await relay.stop();
  const seen = [...(await effectsByKey(service.database, group)).values()];
  for (const numbers of seen) expect(numbers).toEqual(upTo(numbers.length));
};

const forgotten = async (stage: Stage): Promise<void> => {
  const scene = await stage.scene();
  const { service, topic, group } = scene;
  const relay = scene.relay();
  const consumer = scene.consumer(effectsOf(group));
  await consumer.start();
  await tell(scene, 1);
  await published(scene, keys.length);
  await until(() => isRead(consumer), 20_000);
  await consumer.stop();
  // Where the log still begins at its first record, beginning anew loses nothing, and nothing happens twice.
  await stage.fixture().forget(group);
  const anew = scene.consumer(effectsOf(group));
  await anew.start();
  await tell(scene, 2);
  await published(scene, 2 * keys.length);
  await until(() => isRead(anew), 20_000);
  await anew.stop();

  await tell(scene, 3);
  await published(scene, 3 * keys.length);
  await stage.fixture().expire(topic);
  await stage.fixture().forget(group);
  const late = scene.consumer(effectsOf(group));
  const reason = await reasonOf(late);
  expect(reason).toBeInstanceOf(BehindRetention);
  expect(reason.message).toContain('the position of the group is gone');
  // A group that never read has missed nothing.
  const beginner = scene.consumer(effectsOf(`${group}-new`), { group: `${group}-new` });
  await beginner.start();
  await tell(scene, 4);
  await published(scene, 4 * keys.length);
  await until(() => isRead(beginner), 20_000);
  await beginner.stop();
  await relay.stop();
  const effects = await effectsByKey(service.database, group);
  expect([...effects.values()]).toEqual(keys.map(() => [1, 2]));
  const begun = await effectsByKey(service.database, `${group}-new`);
  expect([...begun.values()]).toEqual(keys.map(() => [4]));
};

/** What compaction leaves of three records in nine. */
const left = ({ topic }: Scene): LogRecord[] =>
  [1, 5, 9].map((shardSeq) =>
    toRecord(
      {
        id: eventId(`compacted ${shardSeq}`),
        source: 'conformance',
        type: 'ThingDone',
        subject: `key-${shardSeq}`,
        time: new Date(0).toISOString(),
        dataschema: 'urn:tact:event:ThingDone:1',
        tenantid: 't',
        correlationid: 'c',
        causationid: 'c',
      },
      JSON.stringify({ n: shardSeq, at: Date.now() }),
      { topic, partition: 0, shard: `${topic}:0`, shardSeq },
    ),
  );

const compacted = async (stage: Stage): Promise<void> => {
  const scene = await stage.scene();
  const { log, service, group, topic } = scene;
  await log.publish(left(scene));
  const reader = scene.consumer(effectsOf(group), { compacted: new Set([topic]) });
  await reader.start();
  expect(await until(() => isRead(reader), 20_000)).toBe(true);
  await reader.stop();
  expect((await effectsByKey(service.database, group)).size).toBe(3);
  const other = scene.consumer(effectsOf(`${group}-all`), { group: `${group}-all` });
  const reason = await reasonOf(other);
  expect(reason).toBeInstanceOf(BehindRetention);
  expect(reason.message).toContain('3 records of conformance are gone');
  await other.stop();
  expect((await effectsByKey(service.database, `${group}-all`)).size).toBe(0);
};
