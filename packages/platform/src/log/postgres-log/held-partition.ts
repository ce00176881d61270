import { setTimeout as pause } from 'node:timers/promises';
import { StaleBatch } from '../port.ts';
import type { BatchContext, BatchHandler, ReceivedRecord } from '../port.ts';
import type { Claim, Commit } from './membership.ts';

const BACKOFF_MS_MAX = 2_000;

/**
 * Milliseconds from the end of a small batch to the next: what comes meanwhile is one transaction and not many. What
 * comes later than that waits for nothing, and a backlog, whose batches are large, never rests.
 */
const REST_MS = 25;
const SMALL_BATCH = 50;

type Host = {
  readonly handle: BatchHandler;
  /** Proves that the group still counts on this member; throws when it does not. */
  heartbeat(): Promise<void>;
  isAlive(): boolean;
};

/** A partition in this member's hands: where it is, and the one batch that may be under way. */
export class HeldPartition {
  readonly topic: number;
  readonly topicName: string;
  readonly part: number;
  readonly epoch: number;
  next: number;
  /** Up to here the group's offset is committed. */
  committed: number;
  revoked = false;
  running: Promise<void> | undefined;
  readonly #host: Host;
  readonly #abort = new AbortController();
  #failures = 0;
  #restUntil = 0;

  constructor(claim: Claim, topicName: string, host: Host) {
    this.topic = claim.topic;
    this.topicName = topicName;
    this.part = claim.part;
    this.epoch = claim.epoch;
    this.next = claim.next;
    this.committed = claim.next;
    this.#host = host;
  }

  get takesRecords(): boolean {
    return !this.running && !this.revoked && !this.isLost && performance.now() >= this.#restUntil;
  }

  /** Milliseconds until it wants records again. */
  get restsMs(): number {
    return Math.max(0, Math.ceil(this.#restUntil - performance.now()));
  }

  get isLost(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Undefined when everything handled is committed. */
  get commit(): Commit | undefined {
    return this.next === this.committed || this.isLost ? undefined : this;
  }

  /** The partition has another holder, or will have: what runs must be rolled back. */
  lose(reason: string): void {
    this.#abort.abort(new StaleBatch(`${this.topicName}:${this.part}: ${reason}`));
  }

  /** Runs the handler; its failure, which is given back, delivers the same records again after a rest that doubles. */
  async run(records: readonly ReceivedRecord[]): Promise<unknown> {
    const work = this.#work(records);
    this.running = work.catch(() => undefined);
    try {
      await work;
      return undefined;
    } catch (error) {
      return error;
    } finally {
      this.running = undefined;
    }
  }

  async #work(records: readonly ReceivedRecord[]): Promise<void> {
    const first = records[0];
    if (first === undefined) return;
    try {
      await this.#host.handle(records, this.#context());
      if (!this.isLost) this.next = Number(records.at(-1)?.offset ?? this.next) + 1;
      this.#failures = 0;
      if (records.length < SMALL_BATCH) this.#restUntil = performance.now() + REST_MS;
    } catch (error) {
      this.#failures += 1;
      this.#restUntil = performance.now() + Math.min(100 * 2 ** this.#failures, BACKOFF_MS_MAX);
      throw error;
    }
  }

  #context(): BatchContext {
    const { signal } = this.#abort;
    const isStale = (): boolean => signal.aborted || !this.#host.isAlive();
    return {
      topic: this.topicName,
      partition: this.part,
      signal,
      isStale,
      heartbeat: async () => {
        if (!isStale()) await this.#host.heartbeat();
        if (isStale()) throw signal.reason ?? new StaleBatch(`${this.topicName}:${this.part}`);
      },
    };
  }

  /** Waits for the running batch; true when it ended in time. */
  async settled(msMax: number): Promise<boolean> {
    if (this.running === undefined) return true;
    const timer = new AbortController();
    const late = pause(msMax, false, { signal: timer.signal }).catch(() => false);
    const ended = await Promise.race([this.running.then(() => true), late]);
    timer.abort();
    return ended;
  }
}
