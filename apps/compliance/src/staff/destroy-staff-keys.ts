import { Injectable } from '@nestjs/common';
import { StaffId, TenantId } from '@tact/contracts';
import { type Job, type JobHandler, jobKind, type Queryable, Vault } from '@tact/platform';
import { z } from 'zod';

const Erased = z.object({ tenantId: TenantId, staffId: StaffId });
type Erased = z.infer<typeof Erased>;

/** One a former member of staff whose row was emptied. */
export const destroyStaffKey = jobKind({ name: 'destroy-staff-key', payload: Erased });

/** Destroys the key of whoever was erased, also where the process that emptied their row ended behind it. */
@Injectable()
export class DestroyStaffKeys implements JobHandler<Erased> {
  readonly kind = destroyStaffKey;

  constructor(private readonly vault: Vault) {}

  async handle(_tx: Queryable, jobs: readonly Job<Erased>[]): Promise<void> {
    for (const { payload } of jobs) {
      const { tenantId, staffId: subject } = payload;
      await this.vault.destroySubject({ tenantId, subject });
    }
  }
}
