import { describeError } from '../observability/redaction.ts';
import type { Log } from '../observability/logger.ts';

type Closer = { readonly what: string; readonly close: () => Promise<unknown> };

/** Everything that was opened, closed in the reverse order; one that fails does not keep the others open. */
export class Closers {
  readonly #log: Log;
  #closers: Closer[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  add(what: string, close: () => Promise<unknown>): void {
    this.#closers.push({ what, close });
  }

  async closeAll(): Promise<void> {
    const closers = this.#closers.toReversed();
    this.#closers = [];
    for (const { what, close } of closers) {
      await close().catch((error: unknown) => {
        this.#log.warn({ what, error: describeError(error) }, 'did not close cleanly');
      });
    }
  }
}
