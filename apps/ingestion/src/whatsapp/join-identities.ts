import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import { type Queryable, type StreamAppend, Vault } from '@tact/platform';
import { IdentityConflicts } from '../contacts/conflicts/identity-conflicts.ts';
import { CarryWishes } from '../wishes/carry-wishes.ts';
import type { GoesOnAs } from '../wishes/linked-contacts.ts';
import { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';

type Whose = { readonly tenantId: string; readonly subject: string };

/** Brings identities that WhatsApp says are a person's into the index. */
@Injectable()
export class JoinIdentities {
  constructor(
    private readonly vault: Vault,
    readonly strangers: WishesOfStrangers,
    private readonly conflicts: IdentityConflicts,
    private readonly wishes: CarryWishes,
  ) {}

  /**
   * The person of one contact goes on as another: what is asked of us under the one holds for the other. To
   * be called behind an append to the stream of the one.
   */
  link(tx: Queryable, tenantId: string, goesOn: GoesOnAs): Promise<void> {
    return this.wishes.link(tx, tenantId, [goesOn]);
  }

  /** Rows that were in conflict with the person are tried again. */
  async changed(tx: Queryable, { tenantId, subject }: Whose): Promise<void> {
    await this.conflicts.heal(tx, tenantId, { changed: [subject] });
  }

  /**
   * What was new becomes a fact to append. A strong identity that is somebody else's stays theirs.
   */
  async join(tx: Queryable, whose: Whose, named: Identities): Promise<StreamAppend[]> {
    const { tenantId, subject: contactId } = whose;
    const added = await this.vault.addIdentities(tx, whose, named);
    if (added.length === 0) return [];
    await this.changed(tx, whose);
    const identities = Object.fromEntries(added.map((kind) => [kind, named[kind]])) as Identities;
    // Two parts of a webhook may tell of one identity: what was joined is the fact, whoever named it.
    const parts = ['identities-joined', contactId, JSON.stringify(identities)] as const;
    const id = this.vault.factId(tenantId, ...parts);
    return [
      // What was refused under them before they had an owner here binds their owner.
      ...(await this.strangers.appendsOf(tx, tenantId, [{ contactId, identities }])),
      {
        stream: `contact-${contactId}`,
        expected: 'any',
        events: [{ id, type: 'ContactUpdated', data: { contactId, identities } }],
        context: whose,
      },
    ];
  }
}
