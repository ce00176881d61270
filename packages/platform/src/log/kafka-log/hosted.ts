import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';

const PATIENCE_MS = 10_000;
const LOOK_MS = 100;

/** What a broker says of a topic that was made a moment ago, until its own copy of the metadata has it. */
const passing = /^(UNKNOWN_TOPIC_OR_PARTITION|LEADER_NOT_AVAILABLE)$/;

const areLed = async (admin: Admin, topics: readonly string[]): Promise<boolean> => {
  const found = await admin.fetchTopicMetadata({ topics: [...topics] });
  return found.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
};

/** Resolves when every topic can be used; rejects with the broker's answer after ten seconds. */
export const hosted = async (admin: Admin, topics: readonly string[]): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      if (await areLed(admin, topics)) return;
    } catch (error) {
      const { type } = error as { type?: string };
      if (!passing.test(type ?? '') || performance.now() > deadline) throw error;
    }
    if (performance.now() > deadline) throw new Error(`${topics.join(', ')}: no leader answers.`);
    await pause(LOOK_MS);
  }
};
