import { Injectable } from '@nestjs/common';
import type { Queryable } from '@tact/platform';
import { IdentityConflicts } from '../contacts/conflicts/identity-conflicts.ts';
import { CarryWishes } from '../wishes/carry-wishes.ts';
import { LinkedContacts } from '../wishes/linked-contacts.ts';
import { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';
import { lockChanges } from './change-problems.ts';

type Merge = { readonly tenantId: string; readonly from: string; readonly into: string };

/**
 * What a merge means for wishes that go from contact to contact, and for conflicts that name one of the two; what the two
 * themselves refused, the ledger takes over.
 */
@Injectable()
export class MergedWishes {
  constructor(
    private readonly strangers: WishesOfStrangers,
    private readonly links: LinkedContacts,
    private readonly wishes: CarryWishes,
    private readonly conflicts: IdentityConflicts,
  ) {}

  /** To be called first in the transaction. */
  begin(tx: Queryable, tenantId: string): Promise<void> {
    return lockChanges(tx, tenantId, this.strangers);
  }

  /** Whoever the one went on as, the other does too; and whoever went on as the one. */
  async join(tx: Queryable, merge: Merge): Promise<void> {
    await this.wishes.link(tx, merge.tenantId, await this.links.ofMerged(tx, merge));
    await this.conflicts.followMerge(tx, merge);
  }
}
