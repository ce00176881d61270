import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Again, Clock, Database, Jobs, type LeasedJobHandler } from '@tact/platform';
import { HOUR_MS } from '@tact/contracts';
import { forgetImportErrors } from '../jobs.ts';
import { ImportWork } from './import-work.ts';

const EVERY_MS = HOUR_MS;

/** What was wrong with lines is kept for thirty days. */
@Injectable()
export class ForgetImportErrors implements LeasedJobHandler, OnApplicationBootstrap {
  readonly kind = forgetImportErrors;

  constructor(
    private readonly work: ImportWork,
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    const hourly = { payload: {}, unique: 'hourly' };
    return this.jobs.schedule(this.database.queryable, forgetImportErrors, hourly);
  }

  async run(): Promise<Again> {
    await this.work.forgetOldErrors();
    return { runAt: new Date(this.clock.now().getTime() + EVERY_MS) };
  }
}
