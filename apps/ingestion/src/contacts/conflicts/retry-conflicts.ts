import { Injectable } from '@nestjs/common';
import { type Job, type JobHandler, type Queryable, SubjectErased } from '@tact/platform';
import { ContactRegistrations } from '../contact-registrations.ts';
import { IdentityConflicts } from './identity-conflicts.ts';
import { retryIdentityConflict } from './jobs.ts';

/** Tries a row again whose conflict may be over: it fits now, or stays in the list. */
@Injectable()
export class RetryConflicts implements JobHandler<{ conflictId: string }> {
  readonly kind = retryIdentityConflict;
  readonly batchMax = 1;

  constructor(
    private readonly conflicts: IdentityConflicts,
    private readonly registrations: ContactRegistrations,
  ) {}

  async handle(tx: Queryable, jobs: readonly Job<{ conflictId: string }>[]): Promise<void> {
    for (const { payload } of jobs) {
      const kept = await this.conflicts.find(tx, payload.conflictId);
      if (kept?.state !== 'open' || kept.row === undefined) continue;
      await this.registrations
        .register(tx, kept.tenantId, [kept.row], { isRepeated: true })
        .catch((error: unknown) => {
          // The erasure takes the conflict with it.
          if (!(error instanceof SubjectErased)) throw error;
        });
    }
  }
}
