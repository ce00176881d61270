// Node finds only some of kafkajs's names when it is imported by name; this one is not among them.
import kafkajs from 'kafkajs';
import type { Admin, Kafka } from 'kafkajs';
import { TopicDrift } from '../port.ts';
import type { LogAdmin, PartitionLag, ReceivedRecord, TopicSpec } from '../port.ts';
import { readWhole } from './read-whole.ts';
import { within } from './within.ts';

/** A record of 10 MB must reach the consumer that parks it: Kafka's own limit would stop the whole outbox instead. */
const RECORD_BYTES_MAX = 12 * 1024 * 1024;

/** Topics, lag and offsets of Kafka. */
export class KafkaLogAdmin implements LogAdmin {
  readonly #kafka: Kafka;
  readonly #replicationFactor: number;
  #admin: Promise<Admin> | undefined;

  constructor(kafka: Kafka, replicationFactor = -1) {
    this.#kafka = kafka;
    this.#replicationFactor = replicationFactor;
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.#ask(async (admin) => {
      const known = new Set(await admin.listTopics());
      const missing = topics.filter(({ name }) => !known.has(name));
      if (missing.length > 0) {
        await admin.createTopics({
          waitForLeaders: true,
          topics: missing.map(({ name, partitions, retentionMs, cleanupPolicy }) => ({
            topic: name,
            numPartitions: partitions,
            replicationFactor: this.#replicationFactor,
            configEntries: [
              { name: 'retention.ms', value: String(retentionMs) },
              { name: 'cleanup.policy', value: cleanupPolicy },
              { name: 'max.message.bytes', value: String(RECORD_BYTES_MAX) },
            ],
          })),
        });
      }
      // Also what another service created a moment ago: two services may start at once.
      for (const topic of topics) await refuseDrift(admin, topic);
    });
  }

  async partitions(topic: string): Promise<number> {
    return this.#ask(async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 0;
    });
  }

  async lag(group: string, topics: readonly string[]): Promise<readonly PartitionLag[]> {
    return this.#ask(async (admin) => {
      const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
      const ends = await Promise.all(
        topics.map(async (topic) => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
      );
      return ends.flatMap(({ topic, partitions }) => {
        const own = committed.find((entry) => entry.topic === topic)?.partitions ?? [];
        return partitions
          .map(({ partition, low, high }) => {
            const offset = Number(own.find((entry) => entry.partition === partition)?.offset ?? -1);
            const from = offset < 0 ? Number(low) : offset;
            return {
              topic,
              partition,
              committed: from,
              end: Number(high),
              lag: Number(high) - from,
            };
          })
          .toSorted((a, b) => a.partition - b.partition);
      });
    });
  }

  async resetOffsets(group: string, topic: string, to: 'earliest' | 'latest'): Promise<void> {
    await this.#ask(async (admin) => {
      const { groups } = await admin.describeGroups([group]);
      if (groups.some(({ members }) => members.length > 0)) {
        throw new Error(`Group ${group} has members: stop its consumers, then reset its offsets.`);
      }
      const ends = await admin.fetchTopicOffsets(topic);
      await admin.setOffsets({
        groupId: group,
        topic,
        partitions: ends.map(({ partition, low, high }) => ({
          partition,
          offset: to === 'earliest' ? low : high,
        })),
      });
    });
  }

  async topicNames(): Promise<readonly string[]> {
    const names = await this.#ask((admin) => admin.listTopics());
    // The broker keeps its groups' offsets in a topic of its own, which holds no record of anybody.
    return names.filter((name) => !name.startsWith('__')).toSorted();
  }

  async scan(topic: string, take: (records: readonly ReceivedRecord[]) => void): Promise<void> {
    const ends = await this.#ask((admin) => admin.fetchTopicOffsets(topic));
    const open = ends.filter(({ low, high }) => Number(high) > Number(low));
    if (open.length === 0) return;
    const until = new Map(open.map(({ partition, high }) => [partition, Number(high)]));
    const group = await readWhole(this.#kafka, { topic, until, take });
    // A group that read once is of no use to anyone; one that cannot be removed now ends by the broker's own rule.
    await this.#ask((admin) => admin.deleteGroups([group])).catch(() => undefined);
  }

  async dropTopic(topic: string): Promise<void> {
    await this.#ask(async (admin) => {
      const names = await admin.listTopics();
      if (names.includes(topic)) await admin.deleteTopics({ topics: [topic] });
    });
  }

  async stop(): Promise<void> {
    const admin = await this.#admin?.catch(() => undefined);
    this.#admin = undefined;
    if (admin) await within(admin.disconnect(), 5_000);
  }

  /** A failed connection is not kept: the next question opens another. */
  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    this.#admin ??= this.#connect();
    const admin = this.#admin;
    try {
      return await question(await admin);
    } catch (error) {
      if (this.#admin === admin) this.#admin = undefined;
      void admin.then((old) => within(old.disconnect(), 5_000)).catch(() => undefined);
      throw error;
    }
  }

  async #connect(): Promise<Admin> {
    const admin = this.#kafka.admin();
    await admin.connect();
    return admin;
  }
}

const refuseDrift = async (
  admin: Admin,
  { name, partitions, cleanupPolicy }: TopicSpec,
): Promise<void> => {
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: ['cleanup.policy'] }],
  });
  const found = topics[0]?.partitions.length;
  const policy = resources[0]?.configEntries.find(
    ({ configName }) => configName === 'cleanup.policy',
  );
  const wrong = [
    ...(found === partitions ? [] : [`partitions is ${found}, the contracts say ${partitions}`]),
    ...(policy?.configValue === cleanupPolicy
      ? []
      : [`cleanup.policy is ${policy?.configValue}, the contracts say ${cleanupPolicy}`]),
  ];
  if (wrong.length === 0) return;
  throw new TopicDrift(
    `Topic ${name}: ${wrong.join('; ')}. Nothing was changed: make a topic with a new name, or correct the contracts.`,
  );
};
