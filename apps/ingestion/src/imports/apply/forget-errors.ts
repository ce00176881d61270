import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Again, Clock, Database, Jobs, type LeasedJobHandler } from '@tact/platform';
import { forgetImportErrors } from '../jobs.ts';
import { ImportWork } from './import-work.ts';

const everyMs = 3_600_000;

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
    return { runAt: new Date(this.clock.now().getTime() + everyMs) };
  }
}
