import type { LogLines } from '../log/log-lines.ts';
import type {
  BatchContext,
  MessageLog,
  ReceivedRecord,
  Subscription,
  PartitionLag,
} from '../log/port.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Database } from '../postgres/database.ts';
import { LostRecords } from './attempt.ts';
import type { Outcome } from './attempt.ts';
import type { Consumer, ValidateData } from './consumer.ts';
import { decode, unreadBy } from './decode.ts';
import type { Reading } from './decode.ts';
import { isolate } from './isolate.ts';
import type { Retries } from './isolate.ts';
import { holdingOf, parkedKeys, parkedSummary } from './parking.ts';
import type { Holding, ParkedKey, ParkedSummary } from './parking.ts';
import { redrive } from './redrive.ts';
import type { Redriven } from './redrive.ts';
import { acceptGaps, knownShards } from './shards.ts';

export type ConsumerRunnerOptions = {
  readonly database: Database;
  readonly log: MessageLog;
  readonly consumer: Consumer;
  readonly validate: ValidateData;
  /** The event types there are: records of those the consumer does not want pass by unopened. Absent: all are opened. */
  readonly knownTypes?: readonly string[];
  readonly lines: LogLines;
  readonly metrics?: Metrics;
  readonly from?: 'earliest' | 'latest';
  /** Topics of the log that keep the latest record of each key. */
  readonly compacted?: ReadonlySet<string>;
  /** One run of the effect; its transaction is rolled back afterwards. */
  readonly handlerTimeoutMs?: number;
  readonly retries?: Retries;
};

const HEARTBEAT_EVERY_MS = 1_000;
const KEYS_LISTED_MAX = 1_000;

/** Feeds one consumer from the log: at least once, with effects that happen once, and never stopped by one record. */
export class ConsumerRunner {
  readonly #options: ConsumerRunnerOptions;
  readonly #limits: { handlerTimeoutMs: number; retries: Retries; compacted: ReadonlySet<string> };
  readonly #reading: Reading;
  readonly #count: (what: 'handled' | 'duplicate' | 'parked' | 'lost', count: number) => void;
  #subscription: Subscription | undefined;

  constructor(options: ConsumerRunnerOptions) {
    this.#options = options;
    this.#limits = {
      handlerTimeoutMs: options.handlerTimeoutMs ?? 20_000,
      retries: options.retries ?? { tries: 3, firstRestMs: 100 },
      compacted: options.compacted ?? new Set(),
    };
    const { consumer, validate, knownTypes = [] } = options;
    this.#reading = { validate, unread: unreadBy(consumer, knownTypes) };
    const { group } = consumer;
    const counter = options.metrics?.counter(
      'tact_consumer_events_total',
      'Events by what became of them; `lost` counts gaps in the sources’ own numbering and must stay 0.',
      ['group', 'outcome'],
    );
    this.#count = (outcome, count) => {
      if (count > 0) counter?.inc({ group, outcome }, count);
    };
  }

  get group(): string {
    return this.#options.consumer.group;
  }

  /** Rejects with `BehindRetention` where records the group has not read are gone. */
  async start(): Promise<void> {
    const { log, consumer, from, database } = this.#options;
    const known = await knownShards(database.queryable, consumer.group);
    this.#subscription = await log.subscribe(
      {
        group: consumer.group,
        topics: consumer.topics,
        from: from ?? 'earliest',
        unread: [...this.#reading.unread],
        known,
      },
      (records, context) => this.#deliver(records, context),
    );
  }

  /** Resolves with the reason when the log gave up on this consumer: the process should exit 1. */
  get crashed(): Promise<Error> {
    return this.#subscription?.crashed ?? new Promise(() => undefined);
  }

  async stop(options: { drainMs: number } = { drainMs: 10_000 }): Promise<void> {
    await this.#subscription?.stop(options);
    this.#subscription = undefined;
  }

  /** How far the group is in each partition, and where each ends. */
  partitions(): Promise<readonly PartitionLag[]> {
    const { log, consumer } = this.#options;
    return log.admin.lag(consumer.group, consumer.topics);
  }

  /** Records not yet consumed, over all partitions. */
  async lag(): Promise<number> {
    const partitions = await this.partitions();
    return partitions.reduce((sum, { lag }) => sum + lag, 0);
  }

  parked(): Promise<ParkedSummary> {
    return parkedSummary(this.#options.database.queryable, this.group);
  }

  parkedKeys(): Promise<ParkedKey[]> {
    return parkedKeys(this.#options.database.queryable, this.group, KEYS_LISTED_MAX);
  }

  holding(key: string): Promise<Holding> {
    return holdingOf(this.#options.database.queryable, this.group, key);
  }

  /** Handles the parked records of a key in order; what arrives meanwhile waits behind them. */
  redrive(key: string): Promise<Redriven> {
    const { database, consumer } = this.#options;
    const { handlerTimeoutMs } = this.#limits;
    return redrive({ database, consumer, reading: this.#reading, handlerTimeoutMs }, key);
  }

  /** Starts the group from 0 again, while it is stopped; `clear` empties the read model in the same transaction. */
  async rewind(
    clear: (tx: { query: Database['queryable']['query'] }) => Promise<void>,
  ): Promise<void> {
    const { database, log, consumer } = this.#options;
    await database.transaction(async (tx) => {
      await clear(tx);
      for (const table of ['consumed_shards', 'parked_records', 'parked_keys']) {
        await tx.query(`DELETE FROM ${table} WHERE group_name = $1`, [consumer.group]);
      }
      for (const topic of consumer.topics) {
        await log.admin.resetOffsets(consumer.group, topic, 'earliest');
      }
    });
  }

  /**
   * Begins again, while it is stopped, with what the log still holds: what was lost before is accepted in `tx`, and
   * what was consumed has no second effect. Rejects with `GroupBusy` while another process reads as this group.
   */
  async acceptLoss(tx: Pick<Database['queryable'], 'query'>): Promise<void> {
    const { log, consumer } = this.#options;
    await acceptGaps(tx, consumer.group);
    for (const topic of consumer.topics) {
      await log.admin.resetOffsets(consumer.group, topic, 'earliest');
    }
  }

  async #deliver(records: readonly ReceivedRecord[], context: BatchContext): Promise<void> {
    const { database, consumer } = this.#options;
    const batch = records.map((record) => decode(record, consumer, this.#reading));
    const stopBeating = keepAlive(context);
    try {
      await isolate(
        { database, consumer, ...this.#limits, onOutcome: (outcome) => this.#note(outcome) },
        batch,
        context,
      );
    } catch (error) {
      // What several partitions share is delivered again apart, and then it is known whose the loss is.
      if (error instanceof LostRecords && context.isShared !== true) this.#noteLost(error);
      throw error;
    } finally {
      stopBeating();
    }
  }

  #noteLost({ gaps }: LostRecords): void {
    for (const gap of gaps) {
      this.#count('lost', gap.missing);
      const fields = { group: this.group, ...gap };
      this.#options.lines.error(fields, 'events are missing between two records of a shard');
    }
  }

  #note({ handled, duplicates, parked }: Outcome): void {
    const { lines } = this.#options;
    const { group } = this;
    this.#count('handled', handled);
    this.#count('duplicate', duplicates);
    this.#count('parked', parked.length);
    for (const { record, defect } of parked) {
      if (defect.reason === 'behind-parked') continue;
      const { topic, partition, offset } = record;
      const fields = { group, topic, partition, offset, ...defect };
      lines.error(fields, 'parked a record; the later ones of its key wait behind it');
    }
  }
}

/** Heartbeats while a handler runs; a refused one is found by `isStale` before the commit. */
const keepAlive = (context: BatchContext): (() => void) => {
  const timer = setInterval(() => {
    context.heartbeat().catch(() => undefined);
  }, HEARTBEAT_EVERY_MS);
  return () => clearInterval(timer);
};
