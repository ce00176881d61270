import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { LogLines } from '../log-lines.ts';
import { BehindRetention } from '../port.ts';
import type { BatchHandler, ReceivedRecord, Subscription } from '../port.ts';
import { manyRetries } from './client.ts';
import { Member, SESSION_TIMEOUT_MS } from './member.ts';
import { OffsetCommits } from './offset-commits.ts';
import { received } from './received.ts';
import { within } from './within.ts';

const CHUNK_RECORDS_MAX = 500;
const CONCURRENT_PARTITIONS = 4;
const BACKOFF_MS_MAX = 2_000;
const STOP_GRACE_MS = 1_000;
const LEAVE_MS_MAX = 5_000;
/** Nothing fetched, no heartbeat, no batch for so long: kafkajs hangs, a new consumer takes its place. */
const SILENCE_MS_MAX = 60_000;
const WATCH_EVERY_MS = 5_000;
/** So often in a row a consumer may give up before it fetched anything: then the fault is not the broker's. */
const CRASHES_MAX = 10;

export type KafkaSubscriptionOptions = {
  readonly kafka: Kafka;
  readonly lines: LogLines;
  readonly group: string;
  readonly topics: readonly string[];
  readonly from: 'earliest' | 'latest';
  readonly handle: BatchHandler;
  /** Milliseconds that never go back; the process's own when absent. */
  readonly now?: () => number;
};

type Running = { consumer: Consumer; member: Member; commits: OffsetCommits };

/** One member of a Kafka consumer group, by the rules that keep kafkajs honest. */
export class KafkaSubscription implements Subscription {
  readonly crashed: Promise<Error>;
  readonly #options: KafkaSubscriptionOptions;
  readonly #now: () => number;
  readonly #inFlight = new Map<string, Promise<void>>();
  #crash: (error: Error) => void = () => undefined;
  #running: Running | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #stopping = false;
  #replacing = false;
  #crashes = 0;

  constructor(options: KafkaSubscriptionOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.crashed = new Promise((resolve) => {
      this.#crash = resolve;
    });
  }

  async start(): Promise<void> {
    this.#running = await this.#launch();
    this.#watchdog = setInterval(() => void this.#watch(), WATCH_EVERY_MS).unref();
  }

  /** Lets running batches end, commits, leaves the group; what does not end in time is aborted. */
  async stop({ drainMs } = { drainMs: 10_000 }): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    clearInterval(this.#watchdog);
    const running = this.#running;
    if (running === undefined) return;
    if (!(await within(this.#settled(), drainMs))) {
      running.member.abort('the service is stopping');
      await within(this.#settled(), STOP_GRACE_MS);
    }
    await within(
      running.commits.flush().catch(() => undefined),
      STOP_GRACE_MS,
    );
    await leave(running.consumer);
  }

  async #settled(): Promise<void> {
    await Promise.allSettled(this.#inFlight.values());
  }

  async #launch(): Promise<Running> {
    const { kafka, group, topics, from } = this.#options;
    const consumer = kafka.consumer({
      groupId: group,
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: 15_000,
      heartbeatInterval: 1_000,
      // A fetch with news answers at once; this bounds how long heartbeats, commits and a stop wait behind one.
      maxWaitTimeInMs: 200,
      maxBytesPerPartition: 1024 * 1024,
      allowAutoTopicCreation: false,
      retry: manyRetries,
    });
    const running = {
      consumer,
      member: new Member(this.#now),
      commits: new OffsetCommits(consumer),
    };
    running.member.watch(consumer, () => running.commits.forget());
    consumer.on(consumer.events.FETCH, () => {
      this.#crashes = 0;
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) void this.#recover(running, payload.error);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: from === 'earliest' });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
      eachBatch: (payload) => this.#oneAtATime(running, payload),
    });
    return running;
  }

  /** After a rejoin kafkajs may hand out a partition whose former batch still runs here: it must end first. */
  async #oneAtATime(running: Running, payload: EachBatchPayload): Promise<void> {
    // Asked first: whoever is still a member joins again at once under its old name, and nobody waits for it.
    if (running.member.expelled) await payload.heartbeat();
    const { expelled } = running.member;
    if (expelled) throw expelled;
    const key = `${payload.batch.topic}:${payload.batch.partition}`;
    for (let former = this.#inFlight.get(key); former; former = this.#inFlight.get(key)) {
      if (
        await within(
          former.catch(() => undefined),
          500,
        )
      )
        break;
      await payload.heartbeat();
    }
    const work = this.#consume(running, payload);
    this.#inFlight.set(key, work);
    try {
      await work;
    } finally {
      if (this.#inFlight.get(key) === work) this.#inFlight.delete(key);
    }
  }

  async #consume({ member, commits }: Running, payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const context = member.context(payload);
    for (let from = 0; from < batch.messages.length; from += CHUNK_RECORDS_MAX) {
      if (this.#stopping) await pause(50);
      if (this.#stopping || !payload.isRunning() || context.isStale()) return;
      await payload.heartbeat();
      const records = batch.messages
        .slice(from, from + CHUNK_RECORDS_MAX)
        .map((message) => received(batch, message));
      if (!(await this.#handle(records, context))) return;
      const last = records.at(-1)?.offset ?? batch.lastOffset();
      payload.resolveOffset(last);
      const { topic, partition } = batch;
      await commits.note({ topic, partition, last, records: records.length });
    }
  }

  /**
   * True when the handler is through. A failing handler gets the same records again here, with heartbeats:
   * an error that kafkajs sees would deliver the partitions of other running handlers twice.
   */
  async #handle(
    records: readonly ReceivedRecord[],
    context: ReturnType<Member['context']>,
  ): Promise<boolean> {
    for (let restMs = 100; ; restMs = Math.min(restMs * 2, BACKOFF_MS_MAX)) {
      try {
        await this.#options.handle(records, context);
      } catch (error) {
        if (context.expelled() !== undefined) throw context.expelled();
        if (this.#stopping || context.isStale()) return false;
        if (error instanceof BehindRetention) throw error;
        const { name, code } = error as { name?: string; code?: string };
        const fields = { group: this.#options.group, topic: context.topic, error: name, code };
        this.#options.lines.warn(fields, 'a batch failed and will be delivered again');
        await pause(restMs, undefined, { signal: context.signal }).catch(() => undefined);
        await context.heartbeat().catch((refused: unknown) => {
          throw context.expelled() ?? refused;
        });
        continue;
      }
      if (context.expelled() !== undefined) throw context.expelled();
      return !context.isStale();
    }
  }

  /**
   * What kafkajs gives up on is begun again here: the same process takes requests, which a dead consumer must
   * not end. Who crashes again and again without one fetch is given up, and its process starts anew.
   */
  async #recover(crashed: Running, error: Error): Promise<void> {
    const behind = behindIn(error);
    if (behind !== undefined) {
      clearInterval(this.#watchdog);
      return this.#crash(behind);
    }
    this.#crashes += 1;
    if (this.#crashes >= CRASHES_MAX) return this.#crash(error);
    await pause(Math.min(BACKOFF_MS_MAX, 100 * 2 ** this.#crashes));
    await this.#replace(crashed, `gave up (${error.name})`);
  }

  async #watch(): Promise<void> {
    const silent = this.#running;
    if (silent === undefined || this.#now() - silent.member.signAt < SILENCE_MS_MAX) return;
    await this.#replace(silent, 'went silent');
  }

  async #replace(old: Running, why: string): Promise<void> {
    if (this.#stopping || this.#replacing || old !== this.#running) return;
    this.#replacing = true;
    this.#options.lines.warn({ group: this.#options.group }, `the consumer ${why} and is replaced`);
    old.member.abort('the consumer is replaced');
    await leave(old.consumer);
    try {
      const fresh = await this.#launch();
      this.#running = fresh;
      if (this.#stopping) await leave(fresh.consumer);
    } catch {
      // The silence goes on: the next look tries again.
    }
    this.#replacing = false;
  }
}

/** What kafkajs was told not to try again is the cause of what it gives up with. */
const behindIn = (error: unknown): BehindRetention | undefined => {
  if (error instanceof BehindRetention) return error;
  return error instanceof Error && error.cause !== undefined ? behindIn(error.cause) : undefined;
};

/** A consumer that hangs is left behind after a while: its process does not wait for it. */
const leave = async (consumer: Consumer): Promise<void> => {
  await within(
    consumer.disconnect().catch(() => undefined),
    LEAVE_MS_MAX,
  );
};
