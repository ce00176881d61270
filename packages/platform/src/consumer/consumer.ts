import type { EventEnvelope } from '@tact/contracts';
import type { Queryable } from '../postgres/queryable.ts';

export type ConsumedEvent = EventEnvelope & {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The publisher's lane: `<topic>:<partition>`; its sequence numbers rise by one. */
  readonly shard: string;
  readonly shardSeq: number;
};

export type Consumer = {
  readonly group: string;
  readonly topics: readonly string[];
  /** Types it handles; others of its topics are passed over. */
  readonly types: readonly string[];
  /** The effect: runs in the transaction that also remembers the events, so that a repetition changes nothing. */
  handle(tx: Queryable, events: readonly ConsumedEvent[]): Promise<void>;
};
