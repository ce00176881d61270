import { Injectable } from '@nestjs/common';
import {
  EventStore,
  Jobs,
  ProblemError,
  type Queryable,
  type StaffAsked,
  type StaffRecord,
  StaffRegister,
  Vault,
} from '@tact/platform';
import { destroyStaffKey } from './destroy-staff-keys.ts';
import { auditOf } from './staff.ts';

type Erasing = {
  readonly by: string;
  /** What lets it be done, used up in its transaction. */
  readonly spend: (tx: Queryable) => Promise<void>;
};

/** Takes away what says who a former member of staff was. */
@Injectable()
export class StaffErasure {
  constructor(
    private readonly register: StaffRegister,
    private readonly store: EventStore,
    private readonly jobs: Jobs,
    private readonly vault: Vault,
  ) {}

  /** Throws the problem of whoever works here, or never did. */
  ofDismissed(who: StaffAsked): Promise<StaffRecord> {
    return this.store.transaction((tx) => this.#dismissed(tx, who));
  }

  /** Row and event first, and then the key, also where this process ends in between. */
  async erase({ tenantId, staffId }: StaffAsked, { by, spend }: Erasing): Promise<StaffRecord> {
    const erased = await this.store.transaction(async (tx) => {
      await this.register.lock(tx, tenantId);
      const person = await this.#dismissed(tx, { tenantId, staffId });
      if (person.erasedAt !== null) return person;
      await spend(tx);
      const erasedAt = await this.register.erase(tx, person);
      const at = erasedAt.toISOString();
      await this.store.appendIn(tx, [auditOf('StaffErased', { tenantId, staffId, by, at })]);
      const payload = { tenantId, staffId };
      await this.jobs.schedule(tx, destroyStaffKey, { payload, unique: staffId });
      return this.#dismissed(tx, payload);
    });
    await this.vault.destroySubject({ tenantId, subject: staffId });
    return erased;
  }

  async #dismissed(tx: Queryable, who: StaffAsked): Promise<StaffRecord> {
    const person = await this.register.find(tx, who);
    if (person === undefined) throw new ProblemError('not-found');
    if (person.dismissedAt !== null) return person;
    throw new ProblemError('unprocessable', {
      detail: 'They work here: dismiss them first, which ends what they act by.',
    });
  }
}
