import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Log, ParkedRecords, PeriodicTask, ServiceConfig } from '@tact/platform';
import type { SignalsSettings } from '../settings.ts';
import { ApplyFactsAhead } from './apply-facts-ahead.ts';

/** Looks for facts whose time has come, and shows those that wait to operators. */
@Injectable()
export class FactsAheadWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;

  constructor(
    private readonly ahead: ApplyFactsAhead,
    private readonly parkedRecords: ParkedRecords,
    config: ServiceConfig<SignalsSettings>,
    log: Log,
  ) {
    this.#task = new PeriodicTask({
      everyMs: config.values.MESSAGE_WATCH_SECONDS * 1000,
      clock: ahead.clock,
      run: () => ahead.apply(),
      log,
      complaint: 'facts whose time has come could not be recorded',
    });
  }

  onApplicationBootstrap(): void {
    this.parkedRecords.watch(this.ahead);
    this.#task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#task.stop();
  }
}
