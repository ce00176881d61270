import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, type LeasedJobHandler, ParkedRecords } from '@tact/platform';
import { ApplyFactsAhead } from './apply-facts-ahead.ts';
import { FactsAhead } from './facts-ahead.ts';
import { applyFactsAhead } from './jobs.ts';

/** Records the facts of an hour when the hour has come, and shows those that wait to operators. */
@Injectable()
export class FactsAheadDue implements LeasedJobHandler, OnApplicationBootstrap {
  readonly kind = applyFactsAhead;

  constructor(
    private readonly ahead: ApplyFactsAhead,
    private readonly waiting: FactsAhead,
    private readonly parkedRecords: ParkedRecords,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.parkedRecords.watch(this.ahead);
    await this.waiting.scheduleAll();
  }

  async run(): Promise<void> {
    this.clock.assertTrusted();
    await this.ahead.apply(this.clock.now());
  }
}
