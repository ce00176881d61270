import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR_MS } from '@tact/contracts';
import {
  type Again,
  Clock,
  Database,
  jobKind,
  Jobs,
  type LeasedJobHandler,
  purgePassing,
} from '@tact/platform';
import { z } from 'zod';
import { countedFrom } from './count-messages.ts';

/** One a service, at every full hour. While the clock is not trusted it waits: what is forgotten too early is counted again. */
const forgetCounts = jobKind({
  name: 'forget-message-counts',
  payload: z.object({}),
  attemptsMax: Infinity,
  backoffMs: { first: 60_000, max: 600_000 },
});

/** What is known of messages to people who are not analysed goes 48 hours after the hour that it tells. */
@Injectable()
export class ForgetCounts implements LeasedJobHandler, OnApplicationBootstrap {
  readonly kind = forgetCounts;

  constructor(
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** At once: who starts may have stood still for weeks, or never runs a whole hour. */
  onApplicationBootstrap(): Promise<void> {
    const hourly = { payload: {}, unique: 'hourly' };
    return this.jobs.schedule(this.database.queryable, forgetCounts, hourly);
  }

  async run(): Promise<Again> {
    this.clock.assertTrusted();
    const now = this.clock.now();
    await purgePassing(this.database.queryable, countedFrom(now));
    return { runAt: new Date((Math.floor(now.getTime() / HOUR_MS) + 1) * HOUR_MS) };
  }
}
