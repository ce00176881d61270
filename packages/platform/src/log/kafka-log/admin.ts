import type { Admin, Kafka } from 'kafkajs';
import { BehindRetention, GroupBusy } from '../port.ts';
import type {
  LogAdmin,
  PartitionLag,
  ReceivedRecord,
  SubscribeOptions,
  TopicSpec,
} from '../port.ts';
import { hosted, patiently } from './hosted.ts';
import { holdToShape, settingsOf } from './topic-settings.ts';
import { readWhole } from './read-whole.ts';
import { within } from './within.ts';

type Position = {
  readonly topic: string;
  readonly partition: number;
  /** The first offset the log still has, and the one the next record will get. */
  readonly low: number;
  readonly high: number;
  /** What the group reads next; negative where it never said. */
  readonly offset: number;
};

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
          // kafkajs gives up waiting where the broker that it asks has not heard of the topic yet.
          waitForLeaders: false,
          topics: missing.map((spec) => ({
            topic: spec.name,
            numPartitions: spec.partitions,
            replicationFactor: this.#replicationFactor,
            configEntries: [...settingsOf(spec)].map(([name, value]) => ({ name, value })),
          })),
        });
        await hosted(
          admin,
          missing.map(({ name }) => name),
        );
      }
      // Also what another service created a moment ago: two services may start at once.
      for (const topic of topics) await holdToShape(admin, topic);
    });
  }

  async partitions(topic: string): Promise<number> {
    return this.#ask(async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 0;
    });
  }

  async lag(group: string, topics: readonly string[]): Promise<readonly PartitionLag[]> {
    const positions = await this.#positions(group, topics);
    return positions.map(({ topic, partition, low, high, offset }) => {
      const committed = offset < 0 ? low : offset;
      return { topic, partition, committed, end: high, lag: high - committed };
    });
  }

  /** Throws `BehindRetention` where what the group reads next is not in the log any more. */
  async refuseGone({ group, topics, known }: SubscribeOptions): Promise<void> {
    const positions = await patiently(() => this.#positions(group, topics));
    for (const { topic, partition, low, high, offset } of positions) {
      const place = { topic, partition };
      if (offset >= 0 && (offset < low || offset > high)) {
        throw new BehindRetention(place, `offset ${offset} is gone`);
      }
      // A broker forgets the positions of a group that had no member for some days; a beginner has none yet.
      if (offset < 0 && low > 0 && known?.has(`${topic}:${partition}`) === true) {
        throw new BehindRetention(place, 'the position of the group is gone');
      }
    }
  }

  async #positions(group: string, topics: readonly string[]): Promise<readonly Position[]> {
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
            return { topic, partition, low: Number(low), high: Number(high), offset };
          })
          .toSorted((a, b) => a.partition - b.partition);
      });
    });
  }

  async resetOffsets(group: string, topic: string, to: 'earliest' | 'latest'): Promise<void> {
    await this.#ask(async (admin) => {
      const { groups } = await admin.describeGroups([group]);
      if (groups.some(({ members }) => members.length > 0)) {
        throw new GroupBusy(group);
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
