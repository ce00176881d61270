import { beforeAll, expect, test } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { describeKafka, testKafka } from './kafka.ts';
import type { TestKafka } from './kafka.ts';
import { testDatabase } from './postgres.ts';

test('two test databases know nothing of each other and can be dropped while in use', async () => {
  const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
  const inOne = new Client({ connectionString: one.url });
  const inTwo = new Client({ connectionString: two.url });
  const cut = new Promise((settle) => {
    inOne.on('error', settle);
  });
  await Promise.all([inOne.connect(), inTwo.connect()]);
  await inOne.query('create table only_here (x int)');
  await expect(inTwo.query('select * from only_here')).rejects.toMatchObject({ code: '42P01' });
  await one.drop();
  await cut;
  await inTwo.end();
  await two.drop();
});

describeKafka('the test broker', () => {
  let kafka: TestKafka;
  let client: Kafka;

  beforeAll(async () => {
    kafka = await testKafka();
    client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
  }, 180_000);

  test('carries a record from a producer to a consumer', async () => {
    const topic = kafka.unique('greetings.v1');
    const admin = client.admin();
    const producer = client.producer();
    const consumer = client.consumer({ groupId: kafka.unique('greeters') });
    await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
    await admin.createTopics({ topics: [{ topic, numPartitions: 2, replicationFactor: 1 }] });
    await producer.send({ topic, acks: -1, messages: [{ key: 'k', value: 'hello' }] });
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const received = new Promise<string | undefined>((settle) => {
      void consumer.run({
        eachMessage: async ({ message }) => settle(message.value?.toString()),
      });
    });
    expect(await received).toBe('hello');
    await Promise.all([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
  }, 60_000);

  test('creates no topic by itself', async () => {
    const producer = client.producer({ allowAutoTopicCreation: true, retry: { retries: 1 } });
    await producer.connect();
    const sent = producer.send({ topic: kafka.unique('misspelt'), messages: [{ value: 'x' }] });
    await expect(sent).rejects.toThrow('does not host this topic-partition');
    await producer.disconnect();
  }, 60_000);
});
