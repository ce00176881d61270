import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR_MS } from '@tact/contracts';
import { type Again, Clock, Database, jobKind, Jobs, type LeasedJobHandler } from '@tact/platform';
import { z } from 'zod';
import { CountedMessages } from './counted-messages.ts';

/** One a service, every hour. While the clock is not trusted it waits: what is forgotten too early is counted again. */
const forgetCountedMessages = jobKind({
  name: 'forget-counted-messages',
  payload: z.object({}),
  attemptsMax: Infinity,
  backoffMs: { first: 60_000, max: 600_000 },
});

/** Messages that nothing can be heard of any more are in no count and in no row. */
@Injectable()
export class ForgetCountedMessages implements LeasedJobHandler, OnApplicationBootstrap {
  readonly kind = forgetCountedMessages;

  constructor(
    private readonly messages: CountedMessages,
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** At once: who starts may have stood still for weeks, or never runs a whole hour. */
  onApplicationBootstrap(): Promise<void> {
    const hourly = { payload: {}, unique: 'hourly' };
    return this.jobs.schedule(this.database.queryable, forgetCountedMessages, hourly);
  }

  async run(): Promise<Again> {
    this.clock.assertTrusted();
    const now = this.clock.now();
    await this.messages.forget(now);
    // At the full hour, or an hour would be kept for up to one more.
    return { runAt: new Date((Math.floor(now.getTime() / HOUR_MS) + 1) * HOUR_MS) };
  }
}
