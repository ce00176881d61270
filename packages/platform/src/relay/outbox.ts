import type { Pending } from './lease.ts';

export type Outbox = {
  /** Events not yet published, those that never will be (private types) included until they are passed. */
  readonly depth: number;
  /** How long the oldest has been waiting, as far as this process saw it wait. */
  readonly oldestAgeMs: number;
};

/**
 * How long the outbox has had something in it. Watched here, because events tell no finer time than the hour:
 * the relay says what it found and passed; a process whose relay stands by compares its own looks.
 */
export class OutboxWatch {
  /** Since when something waits, as the leading relay knows it. */
  #since: number | undefined;
  #look: { readonly oldest: number | undefined; readonly at: number } | undefined;

  /** The relay found events to publish. */
  found(): void {
    this.#since ??= performance.now();
  }

  /** All that a read at that instant found is published: what waits now came later. */
  passed(readAt: number): void {
    this.#since = readAt;
  }

  /** The relay found nothing, or does not lead any more. */
  idle(): void {
    this.#since = undefined;
  }

  seen({ depth, oldest }: Pending): Outbox {
    const now = performance.now();
    if (this.#look?.oldest !== oldest || depth === 0) this.#look = { oldest, at: now };
    const since = this.#since ?? this.#look?.at ?? now;
    return { depth, oldestAgeMs: depth === 0 ? 0 : now - since };
  }
}
