import { randomUUID } from 'node:crypto';
import type { Consumer, Kafka } from 'kafkajs';
import type { ReceivedRecord } from '../port.ts';
import { received } from './received.ts';
import { within } from './within.ts';

/** Without a record for so long, the rest is not coming: whoever asked must not take a part for the whole. */
const SILENCE_MS_MAX = 30_000;
const LEAVE_MS_MAX = 5_000;

type Reading = {
  readonly topic: string;
  /** The offset each partition is read up to, exclusive. */
  readonly until: Map<number, number>;
  readonly take: (records: readonly ReceivedRecord[]) => void;
};

/**
 * Reads a topic from its start to `until`, as a group of its own that commits nothing; resolves with the group's name.
 * kafkajs reads by groups alone.
 */
export const readWhole = async (kafka: Kafka, reading: Reading): Promise<string> => {
  const groupId = `tact-scan-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic: reading.topic, fromBeginning: true });
    await run(consumer, reading);
    return groupId;
  } finally {
    await within(
      consumer.disconnect().catch(() => undefined),
      LEAVE_MS_MAX,
    );
  }
};

const run = (consumer: Consumer, { topic, until, take }: Reading): Promise<void> => {
  const open = new Map(until);
  return new Promise((resolve, reject) => {
    const giveUp = () =>
      reject(new Error(`${topic} was not read to its end: ${open.size} partitions are left.`));
    let silence = setTimeout(giveUp, SILENCE_MS_MAX);
    const settle = (): void => {
      clearTimeout(silence);
      if (open.size === 0) resolve();
      else silence = setTimeout(giveUp, SILENCE_MS_MAX);
    };
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      clearTimeout(silence);
      reject(payload.error);
    });
    const running = consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        const end = open.get(batch.partition);
        if (end === undefined) return Promise.resolve();
        const records = batch.messages.map((message) => received(batch, message));
        take(records.filter(({ offset }) => Number(offset) < end));
        if (Number(batch.lastOffset()) + 1 >= end) open.delete(batch.partition);
        settle();
        return Promise.resolve();
      },
    });
    running.catch(reject);
  });
};
