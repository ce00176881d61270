import { setTimeout as pause } from 'node:timers/promises';
import { StaleBatch } from '../port.ts';
import type { ReceivedRecord } from '../port.ts';
import type { Claim, Commit } from './membership.ts';

const BACKOFF_MS_MAX = 2_000;

/**
 * Milliseconds from the end of a small batch to the next: what comes meanwhile is one transaction and not many. What
 * comes later than that waits for nothing, and a backlog, whose batches are large, never rests.
 */
const REST_MS = 25;
export const SMALL_BATCH = 50;

/**
 * Batches that a partition has by itself after it took too long beside others: what is slow once is slow again, and each try
 * to share does the work twice.
 */
export const APART_BATCHES = 20;

/** Which batch failed: one of this partition, one that it shared, or one that was undone because it shared it for too long. */
export type Failure = 'alone' | 'together' | 'too-long-together';

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
  readonly #abort = new AbortController();
  #failures = 0;
  #restUntil = 0;
  #apartBatches = 0;

  constructor(claim: Claim, topicName: string) {
    this.topic = claim.topic;
    this.topicName = topicName;
    this.part = claim.part;
    this.epoch = claim.epoch;
    this.next = claim.next;
    this.committed = claim.next;
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

  /** Aborted once it is lost. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** What it was in failed or took too long: the next, or the next few, are of this partition alone. */
  get isApart(): boolean {
    return this.#apartBatches > 0;
  }

  handled(records: readonly ReceivedRecord[]): void {
    if (!this.isLost) this.next = Number(records.at(-1)?.offset ?? this.next) + 1;
    this.#failures = 0;
    this.#apartBatches = Math.max(0, this.#apartBatches - 1);
    if (records.length < SMALL_BATCH) this.#restUntil = performance.now() + REST_MS;
  }

  /** The same records are delivered again: at once where they were in a batch of several partitions, else after a rest that doubles. */
  failed(how: Failure): void {
    const batches = how === 'too-long-together' ? APART_BATCHES : 1;
    this.#apartBatches = Math.max(this.#apartBatches, batches);
    if (how !== 'alone') return;
    this.#failures += 1;
    this.#restUntil = performance.now() + Math.min(100 * 2 ** this.#failures, BACKOFF_MS_MAX);
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
