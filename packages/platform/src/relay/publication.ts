import { setTimeout as pause } from 'node:timers/promises';
import type { WrittenEvent } from '../event-store/events.ts';
import type { Waiter } from '../event-store/wake-up.ts';
import type { MessageLog } from '../log/port.ts';
import { type Checkpoint, type PublicationName, RelayFenced, type RelayLease } from './lease.ts';
import type { OutboxWatch } from './outbox.ts';
import { toRecords, type Routing } from './to-records.ts';

/** Some of the next events of the service, in the order of positions, and how far they were looked for. */
export type ReadNext = (page: {
  readonly after: number;
  readonly limit: number;
}) => Promise<{ readonly events: readonly WrittenEvent[]; readonly next: number }>;

export type PublicationOptions = {
  readonly name: PublicationName;
  readonly log: MessageLog;
  readonly readNext: ReadNext;
  readonly routing: Routing;
  readonly batchMax: number;
  /** What to do between two turns that published, in milliseconds: more for every event of the last. */
  readonly restBoundsMs: { readonly min: number; readonly max: number };
  /** Told what this publication found and passed; the urgent publication has no outbox of its own. */
  readonly watch?: OutboxWatch;
  readonly complain: (what: string, error: unknown) => void;
  readonly signal: AbortSignal;
};

const backoffMs = { first: 100, max: 2_000 };

/** Publishes events in their order, from its own checkpoint, as long as its lease holds. */
export class Publication {
  #failures = 0;

  constructor(private readonly options: PublicationOptions) {}

  async turn(lease: RelayLease, waiter: Waiter): Promise<void> {
    const { signal, restBoundsMs, complain } = this.options;
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
      complain('could not publish; the events wait in the outbox', error);
      await pause(restMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * Publishes until nothing is left, and says how many events it passed. One batch is under way at a time; the
   * next is read meanwhile.
   */
  async #publishOnce(lease: RelayLease): Promise<number> {
    const { name, readNext, batchMax: limit, watch, signal } = this.options;
    let passed = 0;
    let readAt = performance.now();
    let page = await readNext({ after: lease.checkpointOf(name).position, limit });
    if (page.events.length === 0) {
      await this.#skip(lease, page.next);
      watch?.idle();
      return 0;
    }
    watch?.found();
    while (page.events.length > 0 && !signal.aborted) {
      const { events, next } = page;
      const full = events.length === limit;
      const aheadAt = performance.now();
      const ahead = full ? readNext({ after: next, limit }) : Promise.resolve({ events: [], next });
      // Whoever awaits it below hears of a failure; until then it must not count as unhandled.
      ahead.catch(() => undefined);
      await lease.advance(name, await this.#publish(events, next, lease));
      passed += events.length;
      if (!full) watch?.passed(readAt);
      page = await ahead;
      readAt = aheadAt;
    }
    return passed;
  }

  /** Nothing to publish was found up to there: it need not be looked for again. */
  async #skip(lease: RelayLease, position: number): Promise<void> {
    const { name } = this.options;
    const known = lease.checkpointOf(name);
    if (position > known.position) await lease.advance(name, { ...known, position });
  }

  async #publish(
    batch: readonly WrittenEvent[],
    position: number,
    lease: RelayLease,
  ): Promise<Checkpoint> {
    const { name, routing, log } = this.options;
    const known = lease.checkpointOf(name).shardSeqs;
    const { records, shardSeqs } = await toRecords(batch, known, routing);
    await lease.prove();
    if (records.length > 0) await log.publish(records);
    return { position, shardSeqs };
  }
}
