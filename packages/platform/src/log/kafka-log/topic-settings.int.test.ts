import { afterAll, beforeAll, expect, test } from '@jest/globals';
import kafkajs, { Kafka, logLevel, type Admin } from 'kafkajs';
import { DAY_MS, topics } from '@tact/contracts';
import { describeKafka, testKafka, type TestKafka } from '../../../../testing/src/kafka.ts';
import { topicSpecs } from '../../boot/open-log.ts';
import { TopicDrift, type TopicSpec } from '../port.ts';
import { KafkaLog } from './kafka-log.ts';

const lines = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

describeKafka('the settings of topics on Kafka', () => {
  let broker: TestKafka;
  let log: KafkaLog;
  let admin: Admin;
  /** The contracts' topics under names of this test's own. */
  let specs: readonly TopicSpec[];

  beforeAll(async () => {
    broker = await testKafka();
    log = KafkaLog.open({ brokers: broker.brokers, clientId: 'settings-test', lines });
    admin = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    specs = topicSpecs({ TACT_PROFILE: 'development' }).map((spec) => ({
      ...spec,
      name: broker.unique(spec.name),
    }));
    await log.admin.ensureTopics(specs);
  }, 180_000);
  afterAll(async () => {
    await admin?.disconnect();
    await log?.stop({ drainMs: 0 });
  });

  /** What the broker says of a topic: the settings in force, whoever set them. */
  const described = async (name: string): Promise<Record<string, string>> => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }],
    });
    const entries = resources[0]?.configEntries ?? [];
    return Object.fromEntries(
      entries.map(({ configName, configValue }) => [configName, configValue]),
    );
  };

  test('every topic of the contracts is described by the broker as the contracts say', async () => {
    expect(specs).toHaveLength(Object.keys(topics).length);
    for (const { name, cleanupPolicy } of specs) {
      expect(await described(name)).toMatchObject({
        'cleanup.policy': cleanupPolicy,
        'retention.ms': '604800000',
        'segment.ms': '86400000',
        'max.compaction.lag.ms': '86400000',
        'min.cleanable.dirty.ratio': '0.1',
        'delete.retention.ms': '604800000',
      });
    }
  }, 60_000);

  test('a topic that somebody changed is refused with what differs, and left as it is', async () => {
    const [spec] = specs;
    if (spec === undefined) throw new Error('the contracts have topics');
    const { name, cleaning } = spec;
    if (cleaning === undefined) throw new Error('the contracts say how topics are cleaned');
    for (const [changed, setting] of [
      [{ ...spec, retentionMs: DAY_MS }, 'retention.ms'],
      [{ ...spec, cleaning: { ...cleaning, segmentMs: 1 } }, 'segment.ms'],
      [{ ...spec, cleaning: { ...cleaning, maxCompactionLagMs: 1 } }, 'max.compaction.lag.ms'],
      [{ ...spec, cleaning: { ...cleaning, minCleanableDirtyRatio: 0.5 } }, 'dirty.ratio'],
      [{ ...spec, cleaning: { ...cleaning, deleteRetentionMs: 1 } }, 'delete.retention.ms'],
    ] as const) {
      const refused = log.admin.ensureTopics([changed]);
      await expect(refused).rejects.toBeInstanceOf(TopicDrift);
      await expect(refused).rejects.toThrow(`${setting} is`);
    }
    await log.admin.ensureTopics([spec]);
    expect(await described(name)).toMatchObject({ 'segment.ms': '86400000' });
  }, 60_000);

  test('a topic of an earlier release gets the settings it had not, and keeps its own', async () => {
    const [spec] = specs;
    if (spec === undefined) throw new Error('the contracts have topics');
    const { cleaning, ...before } = spec;
    const name = broker.unique('before');
    await log.admin.ensureTopics([{ ...before, name }]);
    expect(await described(name)).toMatchObject({ 'segment.ms': '604800000' });
    await log.admin.ensureTopics([{ ...spec, name }]);
    expect(cleaning).toBeDefined();
    expect(await described(name)).toMatchObject({
      'segment.ms': '86400000',
      'retention.ms': '604800000',
      'max.message.bytes': String(12 * 1024 * 1024),
    });
  }, 60_000);
});
