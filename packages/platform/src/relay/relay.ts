import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '../event-store/event-store.ts';
import { eventSubject, urgentSubject, type Waiter } from '../event-store/wake-up.ts';
import type { LogLines } from '../log/log-lines.ts';
import type { MessageLog } from '../log/port.ts';
import type { Database } from '../postgres/database.ts';
import { Publication } from './publication.ts';
import { RelayLease, readPending } from './lease.ts';
import { OutboxWatch } from './outbox.ts';
import type { Outbox } from './outbox.ts';
import type { Beside } from './to-records.ts';

export type RelayOptions = {
  readonly database: Database;
  readonly store: Pick<EventStore, 'readWritten' | 'readWrittenOf' | 'wakeUp'>;
  readonly log: MessageLog;
  readonly lines: LogLines;
  /** The topic of an event type; undefined keeps the event private to the service. */
  readonly topicOf: (type: string) => string | undefined;
  /** Types that are published ahead of all others. A topic carries either only such types or none. */
  readonly urgentTypes?: readonly string[];
  /** True of a relay that says up to when it published all that is urgent, also while there is nothing. */
  readonly hasWatermark?: boolean;
  /** What is told beside an event, on a topic that is not urgent. */
  readonly beside?: Beside;
  readonly batchMax?: number;
  /** Silence after which another relay takes over. */
  readonly leaseMs?: number;
};

const STANDBY_LOOK_MS = 500;
/** Who decides by what was told may not wait for long until it is known that all was. */
const WATERMARK_EVERY_MS = 1_500;
/**
 * Milliseconds between two turns, more for every event of the last: under load a few large batches cost less than
 * many small ones. The price is as much delay, at most, on what arrives meanwhile.
 */
const restBoundsMs = { min: 15, max: 50 };

/** Publishes the service's own events in their order: the event table is the outbox. One relay is active per service. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #leaseMs: number;
  readonly #urgentTypes: readonly string[];
  readonly #stop = new AbortController();
  readonly #partitions = new Map<string, number>();
  readonly #watch = new OutboxWatch();
  readonly #main: Publication;
  readonly #urgent: Publication;
  #work: Promise<void> | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? 10_000;
    this.#urgentTypes = options.urgentTypes ?? [];
    const { store, log, topicOf } = options;
    const isUrgent = new Set(this.#urgentTypes);
    const shared = {
      log,
      batchMax: options.batchMax ?? 1_000,
      complain: (what: string, error: unknown) => this.#complain(what, error),
      signal: this.#stop.signal,
    };
    const partitionsOf = (topic: string) => this.#partitionsOf(topic);
    this.#main = new Publication({
      ...shared,
      name: 'relay',
      readNext: (page) => store.readWritten(page),
      // What the other publication publishes is passed here; what is told beside it is not.
      routing: {
        partitionsOf,
        beside: options.beside,
        topicOf: (type) => (isUrgent.has(type) ? undefined : topicOf(type)),
      },
      restBoundsMs,
      watch: this.#watch,
    });
    this.#urgent = new Publication({
      ...shared,
      name: 'relay-urgent',
      readNext: (page) => store.readWrittenOf(this.#urgentTypes, page),
      routing: { partitionsOf, topicOf },
      restBoundsMs: { min: 0, max: 0 },
    });
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
    return this.#watch.seen(await readPending(this.#options.database, this.#urgentTypes));
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
        const lease = await RelayLease.take(client, {
          leaseMs: this.#leaseMs,
          watermarkOf: this.#options.hasWatermark === true ? this.#urgentTypes : undefined,
        });
        if (lease) return await this.#lead(lease);
        await pause(STANDBY_LOOK_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Both publications work until one of them, or the renewal, finds that the lease is lost; then neither publishes on. */
  async #lead(lease: RelayLease): Promise<void> {
    const { wakeUp } = this.#options.store;
    const waiters = [wakeUp.waiter([eventSubject]), wakeUp.waiter([urgentSubject])] as const;
    const lost: unknown[] = [];
    const lose = (error: unknown): void => {
      lost.push(error);
      for (const waiter of waiters) waiter.signal();
    };
    const renew = (): void => {
      lease.renew().then(({ last }) => wakeUp.looked(last), lose);
    };
    const renewal = setInterval(renew, this.#renewEveryMs);
    if (this.#options.hasWatermark === true) renew();
    const work = async (publication: Publication, waiter: Waiter): Promise<void> => {
      while (!this.#stop.signal.aborted && lost.length === 0) {
        await publication.turn(lease, waiter).catch(lose);
      }
    };
    try {
      const [own, urgent] = waiters;
      await Promise.all([
        work(this.#main, own),
        ...(this.#urgentTypes.length === 0 ? [] : [work(this.#urgent, urgent)]),
      ]);
      if (lost.length > 0) throw lost[0];
    } finally {
      clearInterval(renewal);
      this.#watch.idle();
      for (const waiter of waiters) waiter.close();
    }
  }

  get #renewEveryMs(): number {
    const { hasWatermark = false } = this.#options;
    return Math.min(this.#leaseMs / 3, hasWatermark ? WATERMARK_EVERY_MS : Infinity);
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
