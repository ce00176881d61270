import type { WrittenEvent } from '../event-store/events.ts';
import { toRecord } from '../log/cloud-events.ts';
import { partitionOf } from '../log/partitioner.ts';
import type { LogRecord } from '../log/port.ts';

export type Routing = {
  /** Undefined: the event is private to its service. */
  readonly topicOf: (type: string) => string | undefined;
  readonly partitionsOf: (topic: string) => Promise<number>;
  readonly beside?: Beside | undefined;
};

/** What is told after an event, or nothing: the same of the same event, however often it is asked. */
export type Beside = (event: WrittenEvent) => Promise<readonly WrittenEvent[]> | undefined;

/**
 * The records of a run of events, and the shards' counts after them. The counts follow from the checkpoint
 * and the events alone, so a relay that repeats a run gives every record the same number.
 */
export const toRecords = async (
  events: readonly WrittenEvent[],
  shardSeqs: Readonly<Record<string, number>>,
  { topicOf, partitionsOf, beside }: Routing,
): Promise<{ records: LogRecord[]; shardSeqs: Record<string, number> }> => {
  const counts = { ...shardSeqs };
  const records: LogRecord[] = [];
  const partitions = new Map<string, number>();
  const countOf = async (topic: string): Promise<number> => {
    const count = await partitionsOf(topic);
    partitions.set(topic, count);
    return count;
  };
  const tell = (event: WrittenEvent, topic: string, count: number): void => {
    const partition = partitionOf(event.subject, count);
    const shard = `${topic}:${partition}`;
    const shardSeq = (counts[shard] ?? 0) + 1;
    counts[shard] = shardSeq;
    records.push(toRecord(event, event.json, { topic, partition, shard, shardSeq }));
  };
  for (const event of events) {
    const topic = topicOf(event.type);
    // Awaited where there is something to wait for alone: every event of the service passes here.
    if (topic !== undefined) tell(event, topic, partitions.get(topic) ?? (await countOf(topic)));
    const reported = beside?.(event);
    if (reported === undefined) continue;
    for (const one of await reported) {
      const place = topicOf(one.type);
      if (place !== undefined) tell(one, place, partitions.get(place) ?? (await countOf(place)));
    }
  }
  return { records, shardSeqs: counts };
};
