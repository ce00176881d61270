import { describeError } from '../observability/redaction.ts';
import type { Log } from '../observability/logger.ts';

export type RoundsOptions = {
  /** Milliseconds from one start to the next; a round that takes longer swallows those it overlaps. */
  readonly everyMs: number;
  /** One round. `signal` is aborted when the service stops: what is left is done after its next start. */
  readonly round: (signal: AbortSignal) => Promise<unknown>;
  readonly log: Log;
  /** Said, with the error, when a round failed; the next one tries again. */
  readonly complaint: string;
};

/** Work that nobody asks for, done again and again while a service runs, one round at a time. */
export class Rounds {
  readonly #stopping = new AbortController();
  readonly #options: RoundsOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.#round().finally(() => {
        this.#running = undefined;
      });
    }, this.#options.everyMs).unref();
  }

  /** Lets the round in hand end. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#running;
  }

  async #round(): Promise<void> {
    const { round, log, complaint } = this.#options;
    const { signal } = this.#stopping;
    try {
      await round(signal);
    } catch (error) {
      if (!signal.aborted) log.warn({ error: describeError(error) }, complaint);
    }
  }
}
