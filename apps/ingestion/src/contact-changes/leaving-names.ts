import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import { EventStore, type Queryable } from '@tact/platform';
import { IdentityConflicts } from '../contacts/conflicts/identity-conflicts.ts';
import { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';
import { lockChanges } from './change-problems.ts';

type Leaving = { readonly tenantId: string; readonly from: string; readonly into: string };

/** The names that leave a contact, as facts of whoever has them from then on. */
@Injectable()
export class LeavingNames {
  constructor(
    private readonly store: EventStore,
    private readonly strangers: WishesOfStrangers,
    private readonly conflicts: IdentityConflicts,
  ) {}

  /** To be called first in the transaction that gives them away. */
  begin(tx: Queryable, tenantId: string): Promise<void> {
    return lockChanges(tx, tenantId, this.strangers);
  }

  /**
   * The names that left are the other contact's own facts, so that they are shown and found as anybody's; and what was asked
   * under one of them, whoever had it then, binds who has it now. What was in conflict with either is tried again.
   */
  async tell(
    tx: Queryable,
    { tenantId, from, into: contactId }: Leaving,
    identities: Identities,
  ): Promise<void> {
    await this.conflicts.heal(tx, tenantId, { changed: [from, contactId] });
    const wishes = await this.strangers.appendsOf(tx, tenantId, [{ contactId, identities }]);
    await this.store.appendIn(tx, [
      {
        stream: `contact-${contactId}`,
        expected: 'any',
        events: [{ type: 'ContactRegistered', data: { contactId, identities } }],
        context: { tenantId, subject: contactId },
      },
      ...wishes,
    ]);
  }
}
