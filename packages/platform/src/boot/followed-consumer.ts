import { setTimeout as pause } from 'node:timers/promises';
import type { BehindConsumers } from '../consumer/behind-consumers.ts';
import type { ConsumerRunner } from '../consumer/consumer-runner.ts';
import { BehindRetention } from '../log/port.ts';
import type { PartitionLag } from '../log/port.ts';
import type { Log } from '../observability/logger.ts';
import { describeError } from '../observability/redaction.ts';
import type { Database } from '../postgres/database.ts';
import type { BackgroundWorker } from './background-worker.ts';

type Parts = {
  readonly runner: ConsumerRunner;
  readonly behind: BehindConsumers;
  readonly database: Database;
  readonly log: Log;
};

const DRAIN_MS = 5000;
/** Another process of the service may have reset the group meanwhile. */
const LOOK_AGAIN_MS = 10_000;

/** A consumer that stands still, instead of going on, once records it has not read are gone from the log. */
export class FollowedConsumer implements BackgroundWorker {
  readonly died: Promise<Error>;
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  #die: (error: Error) => void = () => undefined;
  #waiting: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  get name(): string {
    return this.#parts.runner.group;
  }

  /** What is gone and what to do about it, while it stands still. */
  get standsStill(): string | undefined {
    return this.#parts.behind.of(this.name)?.sentence;
  }

  /** Resolves when it reads, or when it is known that it must not. */
  async start(): Promise<void> {
    if (this.standsStill !== undefined) return this.#suspend();
    const { runner } = this.#parts;
    try {
      await runner.start();
    } catch (error) {
      if (!(error instanceof BehindRetention)) throw error;
      return await this.#fallBehind(error);
    }
    void runner.crashed.then((error) =>
      error instanceof BehindRetention ? this.#fallBehind(error) : this.#die(error),
    );
  }

  lag(): Promise<number> {
    return this.#parts.runner.lag();
  }

  partitions(): Promise<readonly PartitionLag[]> {
    return this.#parts.runner.partitions();
  }

  async parked(): Promise<number> {
    return (await this.#parts.runner.parked()).records;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#parts.runner.stop({ drainMs: DRAIN_MS });
    await this.#waiting;
  }

  /** Goes on with what the log still holds; a person says so, once what was lost is where it belongs. */
  async reset(): Promise<void> {
    const { runner, database, behind } = this.#parts;
    await database.transaction(async (tx) => {
      await behind.clear(tx, this.name);
      await runner.acceptLoss(tx);
    });
    await behind.load();
    try {
      await this.start();
    } catch (error) {
      // Reset, and not reading: the process begins anew, as the group may now.
      this.#die(error as Error);
      throw error;
    }
  }

  async #fallBehind({ message }: BehindRetention): Promise<void> {
    const { runner, behind, log } = this.#parts;
    const noted = behind.note(this.name, message);
    log.error({ group: this.name }, message);
    await noted.catch((error: unknown) => {
      log.warn({ error: describeError(error) }, 'that a consumer is behind could not be stored');
    });
    await runner.stop({ drainMs: DRAIN_MS });
    this.#suspend();
  }

  #suspend(): void {
    this.#waiting ??= this.#wait().finally(() => {
      this.#waiting = undefined;
    });
  }

  async #wait(): Promise<void> {
    const { signal } = this.#stopping;
    const { behind } = this.#parts;
    for (;;) {
      await pause(LOOK_AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted || this.standsStill === undefined) return;
      const isBehind = await behind.isStillBehind(this.name).catch(() => true);
      if (isBehind) continue;
      await this.start().catch((error: unknown) => this.#die(error as Error));
      return;
    }
  }
}
