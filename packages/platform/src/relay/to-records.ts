import type { WrittenEvent } from '../event-store/events.ts';
import { toRecord } from '../log/cloud-events.ts';
import { partitionOf } from '../log/partitioner.ts';
import type { LogRecord } from '../log/port.ts';

export type Routing = {
  /** Undefined: the event is private to its service. */
  readonly topicOf: (type: string) => string | undefined;
  readonly partitionsOf: (topic: string) => Promise<number>;
};

/**
 * The records of a run of events, and the shards' counts after them. The counts follow from the checkpoint
 * and the events alone, so a relay that repeats a run gives every record the same number.
 */
export const toRecords = async (
  events: readonly WrittenEvent[],
  shardSeqs: Readonly<Record<string, number>>,
  { topicOf, partitionsOf }: Routing,
): Promise<{ records: LogRecord[]; shardSeqs: Record<string, number> }> => {
  const counts = { ...shardSeqs };
  const records: LogRecord[] = [];
  const partitions = new Map<string, number>();
  for (const event of events) {
    const topic = topicOf(event.type);
    if (topic === undefined) continue;
    const count = partitions.get(topic) ?? (await partitionsOf(topic));
    partitions.set(topic, count);
    const partition = partitionOf(event.subject, count);
    const shard = `${topic}:${partition}`;
    const shardSeq = (counts[shard] ?? 0) + 1;
    counts[shard] = shardSeq;
    records.push(toRecord(event, event.json, { topic, partition, shard, shardSeq }));
  }
  return { records, shardSeqs: counts };
};
