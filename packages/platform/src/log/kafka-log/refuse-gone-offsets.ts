import { createRequire } from 'node:module';
import { BehindRetention } from '../port.ts';

type OutOfRange = { readonly topic: string; readonly partition: number };

type Group = {
  readonly preferredReadReplicasPerTopicPartition: Record<string, Record<number, unknown>>;
  readonly offsetManager: { nextOffset(topic: string, partition: number): { toString(): string } };
};

/**
 * kafkajs 2.2.4 goes on from the default offset when its own is not in the log any more, and says so in a log line
 * alone. A follower that is asked may lag behind its leader, so the leader is asked first, as kafkajs does.
 */
// oxlint-disable-next-line typescript/require-await -- kafkajs awaits it
export async function recoverFromOffsetOutOfRange(
  this: Group,
  { topic, partition }: OutOfRange,
): Promise<void> {
  const replicas = this.preferredReadReplicasPerTopicPartition[topic];
  if (typeof replicas?.[partition] === 'number') {
    delete replicas[partition];
    return;
  }
  const offset = this.offsetManager.nextOffset(topic, partition).toString();
  throw new BehindRetention({ topic, partition }, `offset ${offset} is gone`);
}

/** The second place where we reach inside kafkajs: an error, upon which a consumer stops for good. */
export const refuseGoneOffsets = (): void => {
  const load = createRequire(import.meta.url);
  const ConsumerGroup = load('kafkajs/src/consumer/consumerGroup.js') as { prototype: object };
  Object.assign(ConsumerGroup.prototype, { recoverFromOffsetOutOfRange });
};
