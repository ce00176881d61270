import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Clock, Log, ServiceConfig, describeError } from '@tact/platform';
import type { IngestionConfig } from '../config.ts';
import { CohortMonitor } from './cohort-monitor.ts';

/** Looks at the cohorts as long as the service runs. */
@Injectable()
export class CohortWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> | undefined;

  constructor(
    private readonly monitor: CohortMonitor,
    private readonly config: ServiceConfig<IngestionConfig>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const everyMs = this.config.values.COHORT_LOOK_SECONDS * 1000;
    this.#timer = setInterval(() => {
      this.#look ??= this.look().finally(() => {
        this.#look = undefined;
      });
    }, everyMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#look;
  }

  private async look(): Promise<void> {
    try {
      await this.monitor.look(this.clock.now());
    } catch (error) {
      // The next look sees the same messages.
      this.log.warn({ error: describeError(error) }, 'the cohorts could not be looked at');
    }
  }
}
