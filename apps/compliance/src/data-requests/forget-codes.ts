import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DAY_MS } from '@tact/contracts';
import { type Again, Clock, Database, jobKind, Jobs, type LeasedJobHandler } from '@tact/platform';
import { z } from 'zod';
import { RequestCodes } from './request-codes.ts';

/** One a service, every day. */
const forgetRequestCodes = jobKind({
  name: 'forget-request-codes',
  payload: z.object({}),
  attemptsMax: Infinity,
  backoffMs: { first: 60_000, max: 600_000 },
});

/** Longer than any request takes: until then the file says how often somebody guessed. */
const KEPT_MS = 400 * DAY_MS;

@Injectable()
export class ForgetCodes implements LeasedJobHandler, OnApplicationBootstrap {
  readonly kind = forgetRequestCodes;

  constructor(
    private readonly codes: RequestCodes,
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    const daily = { payload: {}, unique: 'daily' };
    return this.jobs.schedule(this.database.queryable, forgetRequestCodes, daily);
  }

  async run(): Promise<Again> {
    this.clock.assertTrusted();
    const nowMs = this.clock.now().getTime();
    await this.codes.forget(this.database.queryable, new Date(nowMs - KEPT_MS));
    return { runAt: new Date(nowMs + DAY_MS) };
  }
}
