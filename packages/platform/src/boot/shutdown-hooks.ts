import { describeError } from '../observability/redaction.ts';
import type { Log } from '../observability/logger.ts';

type ShutdownHook = { readonly what: string; readonly close: () => Promise<unknown> };

/** Everything that was opened, closed in the reverse order; one that fails does not keep the others open. */
export class ShutdownHooks {
  readonly #log: Log;
  #hooks: ShutdownHook[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  add(what: string, close: () => Promise<unknown>): void {
    this.#hooks.push({ what, close });
  }

  async closeAll(): Promise<void> {
    const shutdownHooks = this.#hooks.toReversed();
    this.#hooks = [];
    for (const { what, close } of shutdownHooks) {
      await close().catch((error: unknown) => {
        this.#log.warn({ what, error: describeError(error) }, 'did not close cleanly');
      });
    }
  }
}
