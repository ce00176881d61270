import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Clock, Log, PeriodicTask, ServiceConfig } from '@tact/platform';
import type { CohortSettings } from './settings.ts';
import { CohortMonitor } from './cohort-monitor.ts';

/** Looks at the cohorts as long as the service runs. */
@Injectable()
export class CohortWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;

  constructor(
    monitor: CohortMonitor,
    config: ServiceConfig<CohortSettings>,
    clock: Clock,
    log: Log,
  ) {
    this.#task = new PeriodicTask({
      everyMs: config.values.COHORT_LOOK_SECONDS * 1000,
      clock,
      // After a failure the next look sees the same messages.
      run: () => monitor.look(clock.now()),
      log,
      complaint: 'the cohorts could not be looked at',
    });
  }

  onApplicationBootstrap(): void {
    this.#task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#task.stop();
  }
}
