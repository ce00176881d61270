import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Log, PeriodicTask } from '@tact/platform';
import { AssessmentQueue } from './queue.ts';

const LOOK_EVERY_MS = 150;
/** So long nothing may have been deferred: about as long as from one chunk of an import to the next. Before its end no facts are whole. */
const QUIET_MS = 300;
/**
 * The longest a contact waits from one sweep to the next, quiet or not; also how soon the marks of a process that died
 * are seen to. Between the two it is four times what the last sweep took: in the middle of an import, assessing gets a
 * fifth of the time.
 */
const waitMs = { min: 10_000, max: 60_000 };

/** Assesses the contacts that are still queued, as soon as it is quiet. */
@Injectable()
export class QueueSchedule implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;
  #sweptAt = performance.now();
  #waitMs = waitMs.min;

  constructor(
    private readonly queue: AssessmentQueue,
    log: Log,
  ) {
    this.#task = new PeriodicTask({
      everyMs: LOOK_EVERY_MS,
      run: (signal) => this.#look(signal),
      log,
      complaint: 'queued contacts could not be assessed',
    });
  }

  onApplicationBootstrap(): void {
    this.#task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#task.stop();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const { deferredAt } = this.queue;
    const isTime = now - this.#sweptAt >= this.#waitMs;
    const isQuiet = deferredAt > this.#sweptAt && now - deferredAt >= QUIET_MS;
    if (!isTime && !isQuiet) return;
    // The quiet was none when more comes after all: the sweep gives way, and is no sweep.
    const goesOn = (): boolean => isTime || this.queue.deferredAt === deferredAt;
    const sweptAt = this.#sweptAt;
    this.#sweptAt = now;
    if (!(await this.queue.sweep(signal, goesOn))) {
      this.#sweptAt = sweptAt;
      return;
    }
    const tookMs = performance.now() - now;
    this.#waitMs = Math.min(Math.max(waitMs.min, 4 * tookMs), waitMs.max);
  }
}
