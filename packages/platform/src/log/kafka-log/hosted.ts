import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';

const PATIENCE_MS = 10_000;
const LOOK_MS = 100;

/** What a broker says while a topic, a leader or a coordinator is new, until its own copy of the metadata has it. */
const passing =
  /^(UNKNOWN_TOPIC_OR_PARTITION|(LEADER|GROUP_COORDINATOR)_NOT_AVAILABLE|NOT_LEADER_FOR_PARTITION|NOT_COORDINATOR_FOR_GROUP|GROUP_LOAD_IN_PROGRESS)$/;

/** Asks again while the broker is only about to know; rejects with its answer after ten seconds. */
export const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const { type } = error as { type?: string };
      if (!passing.test(type ?? '') || performance.now() > deadline) throw error;
    }
    await pause(LOOK_MS);
  }
};

/** Resolves when every topic is led and can be used. */
export const hosted = (admin: Admin, topics: readonly string[]): Promise<void> =>
  patiently(async () => {
    const found = await admin.fetchTopicMetadata({ topics: [...topics] });
    const isLed = found.topics.every(({ partitions }) =>
      partitions.every(({ leader }) => leader >= 0),
    );
    if (isLed) {
      // A leader by name may not know of it itself yet: what every topic is asked first proves it.
      for (const topic of topics) await admin.fetchTopicOffsets(topic);
      return;
    }
    const error = new Error(`${topics.join(', ')}: a partition has no leader yet.`);
    throw Object.assign(error, { type: 'LEADER_NOT_AVAILABLE' });
  });
