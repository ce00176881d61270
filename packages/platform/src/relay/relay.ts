import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '../event-store/event-store.ts';
import type { WrittenEvent } from '../event-store/events.ts';
import { eventSubject, type Waiter } from '../event-store/wake-up.ts';
import type { LogLines } from '../log/log-lines.ts';
import type { MessageLog } from '../log/port.ts';
import type { Database } from '../postgres/database.ts';
import { RelayFenced, RelayLease, readPending } from './lease.ts';
import type { Checkpoint } from './lease.ts';
import { OutboxWatch } from './outbox.ts';
import type { Outbox } from './outbox.ts';
import { toRecords } from './to-records.ts';

export type RelayOptions = {
  readonly database: Database;
  readonly store: Pick<EventStore, 'readWritten' | 'wakeUp'>;
  readonly log: MessageLog;
  readonly lines: LogLines;
  /** The topic of an event type; undefined keeps the event private to the service. */
  readonly topicOf: (type: string) => string | undefined;
  readonly batchMax?: number;
  /** Silence after which another relay takes over. */
  readonly leaseMs?: number;
};

const STANDBY_LOOK_MS = 500;
/**
 * Milliseconds between two turns, more for every event of the last: under load a few large batches cost less than
 * many small ones. The price is as much delay, at most, on what arrives meanwhile.
 */
const restBoundsMs = { min: 15, max: 50 };
const backoffMs = { first: 100, max: 2_000 };

/** Publishes the service's own events in their order: the event table is the outbox. One relay is active per service. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #batchMax: number;
  readonly #leaseMs: number;
  readonly #stop = new AbortController();
  readonly #partitions = new Map<string, number>();
  #work: Promise<void> | undefined;
  readonly #watch = new OutboxWatch();
  #failures = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#batchMax = options.batchMax ?? 1_000;
    this.#leaseMs = options.leaseMs ?? 10_000;
  }

  /** Starts in the background; a log that is down is waited for, it never stops the service. */
  start(): void {
    this.#work ??= this.#run();
  }

  /** Lets the running publish end and gives the lease back. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  async outbox(): Promise<Outbox> {
    return this.#watch.seen(await readPending(this.#options.database));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#session().catch((error: unknown) => this.#complain('lost its session', error));
      await pause(STANDBY_LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One connection, from standing by to losing the lead. */
  async #session(): Promise<void> {
    const { signal } = this.#stop;
    const client = await this.#options.database.connect('relay');
    try {
      while (!signal.aborted) {
        const lease = await RelayLease.take(client, this.#leaseMs);
        if (lease) return await this.#lead(lease);
        await pause(STANDBY_LOOK_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async #lead(lease: RelayLease): Promise<void> {
    const { wakeUp } = this.#options.store;
    const waiter = wakeUp.waiter([eventSubject]);
    let lost: unknown;
    const renewal = setInterval(() => {
      lease.renew().then(
        ({ last }) => wakeUp.looked(last),
        (error: unknown) => {
          lost = error;
          waiter.signal();
        },
      );
    }, this.#leaseMs / 3);
    try {
      while (!this.#stop.signal.aborted) {
        if (lost !== undefined) throw lost;
        await this.#turn(lease, waiter);
      }
    } finally {
      clearInterval(renewal);
      this.#watch.idle();
      waiter.close();
    }
  }

  async #turn(lease: RelayLease, waiter: Waiter): Promise<void> {
    const { signal } = this.#stop;
    try {
      const passed = await this.#publishOnce(lease);
      const restMs = Math.min(Math.max(restBoundsMs.min, passed), restBoundsMs.max);
      // An idle relay never rests: it waits for the next append.
      if (passed === 0) await waiter.next(signal);
      else await pause(restMs, undefined, { signal }).catch(() => undefined);
      this.#failures = 0;
    } catch (error) {
      if (error instanceof RelayFenced) throw error;
      this.#failures += 1;
      const restMs = Math.min(backoffMs.first * 2 ** this.#failures, backoffMs.max);
      this.#complain('could not publish; the events wait in the outbox', error);
      await pause(restMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * Publishes until nothing is left, and says how many events it passed. One batch is under way at a time; the
   * next is read meanwhile.
   */
  async #publishOnce(lease: RelayLease): Promise<number> {
    let passed = 0;
    let readAt = performance.now();
    let batch = await this.#read(lease.checkpoint.position);
    if (batch.length === 0) {
      this.#watch.idle();
      return 0;
    }
    this.#watch.found();
    while (batch.length > 0 && !this.#stop.signal.aborted) {
      const position = batch.at(-1)?.position ?? lease.checkpoint.position;
      const full = batch.length === this.#batchMax;
      const aheadAt = performance.now();
      const ahead = full ? this.#read(position) : Promise.resolve([]);
      // Whoever awaits it below hears of a failure; until then it must not count as unhandled.
      ahead.catch(() => undefined);
      await lease.advance(await this.#publish(batch, position, lease));
      passed += batch.length;
      if (!full) this.#watch.passed(readAt);
      batch = await ahead;
      readAt = aheadAt;
    }
    return passed;
  }

  async #publish(
    batch: readonly WrittenEvent[],
    position: number,
    lease: RelayLease,
  ): Promise<Checkpoint> {
    const { topicOf, log } = this.#options;
    const { records, shardSeqs } = await toRecords(batch, lease.checkpoint.shardSeqs, {
      topicOf,
      partitionsOf: (topic) => this.#partitionsOf(topic),
    });
    await lease.prove();
    if (records.length > 0) await log.publish(records);
    return { position, shardSeqs };
  }

  async #read(after: number): Promise<WrittenEvent[]> {
    const { store } = this.#options;
    const { events } = await store.readWritten({ after, limit: this.#batchMax });
    return events;
  }

  async #partitionsOf(topic: string): Promise<number> {
    const known = this.#partitions.get(topic);
    if (known !== undefined) return known;
    const count = await this.#options.log.admin.partitions(topic);
    if (count < 1)
      throw new Error(`Topic ${topic} has no partitions: create it from the contracts`);
    this.#partitions.set(topic, count);
    return count;
  }

  #complain(what: string, error: unknown): void {
    const { name, code, message } = error as { name?: string; code?: string; message?: string };
    const said = code === undefined ? message?.slice(0, 200) : undefined;
    this.#options.lines.warn({ error: name, code, said }, `the relay ${what}`);
  }
}
