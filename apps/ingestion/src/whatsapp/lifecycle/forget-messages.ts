import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR_MS } from '@tact/contracts';
import { type Again, Clock, Database, Jobs, type LeasedJobHandler } from '@tact/platform';
import { forgetMessages } from './jobs.ts';
import { MessageFollower } from './message-watch.ts';

/** Messages that nothing is heard of any more, and failures whose message comes no more, are in no row. */
@Injectable()
export class ForgetMessages implements LeasedJobHandler, OnApplicationBootstrap {
  readonly kind = forgetMessages;

  constructor(
    private readonly follower: MessageFollower,
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** At once: who starts may have stood still for weeks, or never runs a whole hour. */
  onApplicationBootstrap(): Promise<void> {
    const hourly = { payload: {}, unique: 'hourly' };
    return this.jobs.schedule(this.database.queryable, forgetMessages, hourly);
  }

  async run(): Promise<Again> {
    this.clock.assertTrusted();
    const now = this.clock.now();
    await this.follower.tidy(now);
    return { runAt: new Date(now.getTime() + HOUR_MS) };
  }
}
