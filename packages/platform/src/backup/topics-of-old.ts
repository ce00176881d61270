import { topics } from '@tact/contracts';
import { KafkaLog } from '../log/kafka-log/kafka-log.ts';
import { BackupRefused } from './refusal.ts';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * Topics that a broker still holds tell of another history: records of facts the backup does not know, under numbers
 * that new facts will get. They must be gone before restored services start, and with them the groups' places.
 */
export const clearTopics = async (
  brokers: string,
  { mayDelete }: { readonly mayDelete: boolean },
): Promise<readonly string[]> => {
  const log = KafkaLog.open({
    brokers: brokers.split(',').map((broker) => broker.trim()),
    clientId: 'tact-restore',
    lines: silent,
  });
  try {
    const there = await log.admin.topicNames().catch((cause: unknown) => {
      throw new BackupRefused(
        `KAFKA_BROKERS ${brokers} does not answer: a restore has to see that it holds no topics of Tact.`,
        { cause },
      );
    });
    const ours = there.filter((name) => Object.hasOwn(topics, name));
    if (ours.length > 0 && !mayDelete) {
      throw new BackupRefused(
        `The broker still holds topics of Tact (${ours.join(', ')}), whose records the backup does not know: add --delete-topics to delete them, and everything is published again.`,
      );
    }
    for (const name of ours) await log.admin.dropTopic(name);
    return ours;
  } finally {
    await log.stop({ drainMs: 0 });
  }
};
