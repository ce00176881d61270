import type { Clock } from '../config/clock.ts';
import { describeError } from '../observability/redaction.ts';
import type { Log } from '../observability/logger.ts';

export type PeriodicTaskOptions = {
  /** Milliseconds from one start to the next; a round that takes longer swallows those it overlaps. */
  readonly everyMs: number;
  /** One round. `signal` is aborted when the service stops: what is left is done after its next start. */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
  readonly log: Log;
  /** Of rounds that decide by the time: none is made while it is not trusted, and one at once when it was moved. */
  readonly clock?: Clock;
  /** Of rounds that must be made although the time is not trusted: one at once when it was moved. */
  readonly follows?: Clock;
  /** Said, with the error, when a round failed; the next one tries again. */
  readonly complaint: string;
};

/** Work that nobody asks for, done again and again while a service runs, one round at a time. */
export class PeriodicTask {
  readonly #stopping = new AbortController();
  readonly #options: PeriodicTaskOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #unfollow: (() => void) | undefined;

  constructor(options: PeriodicTaskOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.#begin(), this.#options.everyMs).unref();
    const { clock, follows = clock } = this.#options;
    this.#unfollow = follows?.onMove(() => void this.#afterMove());
  }

  /** Lets the round in hand end. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#unfollow?.();
    this.#stopping.abort();
    await this.#running;
  }

  #begin(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** A round that runs began in the past: what has become due since is for the next one. */
  async #afterMove(): Promise<void> {
    await this.#running;
    if (!this.#stopping.signal.aborted) this.#begin();
  }

  async #run(): Promise<void> {
    const { run, log, complaint, clock } = this.#options;
    const { signal } = this.#stopping;
    try {
      clock?.assertTrusted();
      await run(signal);
    } catch (error) {
      if (!signal.aborted) log.warn({ error: describeError(error) }, complaint);
    }
  }
}
