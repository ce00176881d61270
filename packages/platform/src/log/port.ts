/** One record as the log keeps it. The key is a contact id and the headers hold no personal data. */
export type LogRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
};

export type ReceivedRecord = LogRecord & {
  /** Position in the partition, a decimal string as Kafka gives it. */
  readonly offset: string;
  /** When the log took the record, in milliseconds since the epoch. */
  readonly timestamp: number;
};

export type BatchContext = {
  readonly topic: string;
  readonly partition: number;
  /**
   * The batch holds the few new records of several partitions, those of each in its order. Whoever cannot handle it rejects:
   * each partition's are delivered alone then, where the record at fault is looked for.
   */
  readonly isShared?: boolean;
  /** Tells the group this member lives; throws when it was expelled. Call it at least every few seconds of work. */
  heartbeat(): Promise<void>;
  /** True once the partition belongs to someone else: stop, and roll back. */
  isStale(): boolean;
  readonly signal: AbortSignal;
};

/** Resolves when the whole batch may be committed; a rejection delivers it again. */
export type BatchHandler = (
  records: readonly ReceivedRecord[],
  context: BatchContext,
) => Promise<void>;

export type Subscription = {
  stop(options?: { drainMs: number }): Promise<void>;
  /** Resolves with the reason when the consumer died for good; the process should exit. Never rejects. */
  readonly crashed: Promise<Error>;
};

export type TopicSpec = {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
  readonly cleanupPolicy: 'delete' | 'compact';
  /** How soon what is out of date is really gone; an adapter that drops whole days needs none of it. */
  readonly cleaning?: TopicCleaning;
};

export type TopicCleaning = {
  /** Milliseconds after which a segment is closed: only closed ones are deleted or compacted. */
  readonly segmentMs: number;
  /** Milliseconds within which what a later record of its key outdates is compacted away. */
  readonly maxCompactionLagMs: number;
  /** The part of a log, 0 to 1, that may be out of date before it is compacted. */
  readonly minCleanableDirtyRatio: number;
  /** Milliseconds for which a reader that was away still finds that a key was deleted. */
  readonly deleteRetentionMs: number;
};

export type PartitionLag = {
  readonly topic: string;
  readonly partition: number;
  readonly committed: number;
  readonly end: number;
  /** Records not yet committed by the group. */
  readonly lag: number;
};

export type LogAdmin = {
  /** Creates what is missing. A topic that is there with another shape is refused with `TopicDrift`. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  partitions(topic: string): Promise<number>;
  lag(group: string, topics: readonly string[]): Promise<readonly PartitionLag[]>;
  /** Only while the group has no member; rejects with `GroupBusy` otherwise. */
  resetOffsets(group: string, topic: string, to: 'earliest' | 'latest'): Promise<void>;
  /** Every topic that is there, in order, also what the contracts do not name. */
  topicNames(): Promise<readonly string[]>;
  /** Gives every record the topic holds at the time of the call, once, outside any group: for who looks through them. */
  scan(topic: string, take: (records: readonly ReceivedRecord[]) => void): Promise<void>;
  /** Removes a topic with its records; one that is not there is no error. */
  dropTopic(topic: string): Promise<void>;
};

export type SubscribeOptions = {
  readonly group: string;
  readonly topics: readonly string[];
  readonly from: 'earliest' | 'latest';
  /** Event types (`ce_type`) whose values nobody looks at: an adapter may deliver such records with an empty value. */
  readonly unread?: readonly string[];
  /**
   * Partitions (`topic:partition`) that the group is known to have read from. Where the log keeps no position of the
   * group any more and no longer begins at its first record, it is behind, and no beginner.
   */
  readonly known?: ReadonlySet<string>;
};

/**
 * The message log. It offers what Kafka offers and no more: order per partition, at least once,
 * no deletion of one record. The conformance suite is its definition.
 */
export abstract class MessageLog {
  abstract readonly admin: LogAdmin;
  /** Resolves when every record is durable; keeps the order given, per partition. */
  abstract publish(records: readonly LogRecord[]): Promise<void>;
  abstract subscribe(options: SubscribeOptions, handle: BatchHandler): Promise<Subscription>;
  abstract stop(options: { drainMs: number }): Promise<void>;
}

/** The batch's partition belongs to another member by now: whatever was done for the batch must be rolled back. */
export class StaleBatch extends Error {
  override readonly name = 'StaleBatch';
}

/**
 * Records that the group has not read are gone from the log, or it cannot be told that none are. Nothing is skipped: a
 * person reads the sentence, has the rows made anew, and resets the offsets.
 */
export class BehindRetention extends Error {
  override readonly name = 'BehindRetention';
  /** Trying again would find nothing else; kafkajs asks for this by name. */
  readonly retriable = false;

  /** `gone` says what the log does not have any more. */
  constructor(place: { readonly topic: string; readonly partition: number }, gone: string) {
    super(
      `${place.topic}:${place.partition} is behind its retention: ${gone}. Rebuild the read model, then reset the group's offsets.`,
    );
  }
}

/** Offsets are the affair of a group's members while it has any. */
export class GroupBusy extends Error {
  override readonly name = 'GroupBusy';

  constructor(group: string) {
    super(`Group ${group} has members: stop its consumers, then reset its offsets.`);
  }
}

/** The topic exists with another shape than the contracts say; a person decides, nothing is repaired. */
export class TopicDrift extends Error {
  override readonly name = 'TopicDrift';
}
