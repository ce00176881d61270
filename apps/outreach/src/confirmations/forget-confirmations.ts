import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DAY_MS } from '@tact/contracts';
import { type Again, Clock, Database, jobKind, Jobs, type LeasedJobHandler } from '@tact/platform';
import { z } from 'zod';
import { Confirmations } from './confirmations.ts';

/** One a service, every day. */
const forgetConfirmations = jobKind({
  name: 'forget-confirmations',
  payload: z.object({}),
  attemptsMax: Infinity,
  backoffMs: { first: 60_000, max: 600_000 },
});

/** Long after its link opens nothing: what was agreed to is in the ledger, and who never answered is nobody's business. */
const KEPT_MS = 90 * DAY_MS;

@Injectable()
export class ForgetConfirmations implements LeasedJobHandler, OnApplicationBootstrap {
  readonly kind = forgetConfirmations;

  constructor(
    private readonly confirmations: Confirmations,
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    const daily = { payload: {}, unique: 'daily' };
    return this.jobs.schedule(this.database.queryable, forgetConfirmations, daily);
  }

  async run(): Promise<Again> {
    this.clock.assertTrusted();
    const nowMs = this.clock.now().getTime();
    await this.confirmations.forget(new Date(nowMs - KEPT_MS));
    return { runAt: new Date(nowMs + DAY_MS) };
  }
}
