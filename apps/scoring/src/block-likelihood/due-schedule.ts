import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Log, Rounds } from '@tact/platform';
import { DueAssessments } from '../due-assessments.ts';

const LOOK_EVERY_MS = 100;
/** So long nothing may have been deferred, longer than a relay rests: whoever is assessed in the middle of an import is assessed again. */
const QUIET_MS = 400;
/** The longest a contact waits, quiet or not; also how soon the marks of a process that died are seen to. */
const WAIT_MS_MAX = 5_000;

/** Assesses the contacts that were left due, as soon as it is quiet. */
@Injectable()
export class DueSchedule implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: Rounds;
  #settledAt = performance.now();

  constructor(
    private readonly due: DueAssessments,
    log: Log,
  ) {
    this.#rounds = new Rounds({
      everyMs: LOOK_EVERY_MS,
      round: (signal) => this.#look(signal),
      ...{ log, complaint: 'contacts that are due could not be assessed' },
    });
  }

  onApplicationBootstrap(): void {
    this.#rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#rounds.stop();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const { deferredAt } = this.due;
    const isQuiet = deferredAt > this.#settledAt && now - deferredAt >= QUIET_MS;
    if (!isQuiet && now - this.#settledAt < WAIT_MS_MAX) return;
    this.#settledAt = now;
    // In the middle of an import everybody's turn comes once, and not again and again for every few facts.
    await (isQuiet ? this.due.settle(signal) : this.due.sweep(signal));
  }
}
