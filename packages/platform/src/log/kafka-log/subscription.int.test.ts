import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Consumer, ConsumerCrashEvent, Kafka } from 'kafkajs';
import { HOUR_MS } from '@tact/contracts';
import { describeKafka, testKafka, type TestKafka } from '../../../../testing/src/kafka.ts';
import { eventually } from '../../../../testing/src/running-platform.ts';
import { KafkaLog } from './kafka-log.ts';
import { kafkaClient, manyRetries } from './client.ts';
import { KafkaSubscription } from './subscription.ts';

const lines = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A client of the real broker whose consumers can be told that they crashed, which kafkajs does of itself too rarely to wait for. */
const tellable = (kafka: Kafka) => {
  const joins: string[] = [];
  const crashes: (() => void)[] = [];
  const consumerOf = kafka.consumer.bind(kafka);
  const consumer = (config: Parameters<Kafka['consumer']>[0]): Consumer => {
    const real = consumerOf(config);
    const on = real.on.bind(real) as (name: string, listener: (event: never) => void) => () => void;
    const listen = (name: string, listener: (event: never) => void) => {
      const error = new Error('not retriable');
      const payload = { error, groupId: config?.groupId ?? '', restart: false };
      const event = { payload } as ConsumerCrashEvent;
      if (name === real.events.CRASH) crashes.push(() => listener(event as never));
      // Whoever is deaf to its heartbeats believes, after a while, that it is no member any more.
      if (name === real.events.HEARTBEAT) return () => undefined;
      if (name === real.events.GROUP_JOIN) on(name, () => void joins.push(name));
      return on(name, listener);
    };
    return Object.assign(real, { on: listen });
  };
  return { crashes, joins, kafka: Object.assign(kafka, { consumer }) };
};

describeKafka('a consumer that kafkajs gave up on', () => {
  let broker: TestKafka;
  let topic: string;
  let log: KafkaLog;

  beforeAll(async () => {
    broker = await testKafka();
    topic = broker.unique('crash');
    log = KafkaLog.open({ brokers: broker.brokers, clientId: 'crash-test', lines });
    const cleanupPolicy = 'delete';
    await log.admin.ensureTopics([
      { name: topic, partitions: 1, retentionMs: HOUR_MS, cleanupPolicy },
    ]);
  }, 120_000);
  afterAll(() => log?.stop({ drainMs: 1_000 }));

  const publish = (value: string) =>
    log.publish([{ topic, partition: 0, key: 'k', headers: {}, value: Buffer.from(value) }]);

  const subscribed = async (now?: () => number) => {
    const client = kafkaClient(
      { brokers: broker.brokers, clientId: 'crash-test', lines },
      manyRetries,
    );
    const { kafka, ...reported } = tellable(client);
    const seen: string[] = [];
    const subscription = new KafkaSubscription({
      kafka,
      lines,
      group: broker.unique('crash'),
      topics: [topic],
      from: 'earliest',
      ...(now === undefined ? {} : { now }),
      handle: (records) => {
        seen.push(...records.map(({ value }) => value.toString()));
        return Promise.resolve();
      },
    });
    await subscription.start();
    const until = (value: string) =>
      eventually(
        () => Promise.resolve(seen),
        (all) => all.includes(value),
      );
    return { ...reported, subscription, until };
  };

  test('is replaced in place, and reads on where it was', async () => {
    const { crashes, subscription, until } = await subscribed();
    let gaveUp = false;
    void subscription.crashed.then(() => (gaveUp = true));
    for (const value of ['before', 'after one crash', 'after two']) {
      await publish(value);
      await until(value);
      const made = crashes.length;
      crashes.at(-1)?.();
      await eventually(
        () => Promise.resolve(crashes.length),
        (now) => now > made,
      );
    }
    await publish('last');
    await until('last');
    await subscription.stop();
    expect({ made: crashes.length, gaveUp }).toEqual({ made: 4, gaveUp: false });
  }, 120_000);

  test('joins again when it fetches without being a member', async () => {
    let ahead = 0;
    const { joins, subscription, until } = await subscribed(() => performance.now() + ahead);
    await publish('as a member');
    await until('as a member');
    ahead = 13_000;
    await publish('as none');
    await until('as none');
    await subscription.stop();
    expect(joins).toHaveLength(2);
  }, 120_000);
});
