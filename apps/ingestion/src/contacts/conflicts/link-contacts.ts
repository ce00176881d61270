import { Injectable } from '@nestjs/common';
import { Clock, EventStore, type Queryable, type StreamAppend, Vault } from '@tact/platform';
import { CarryWishes } from '../../wishes/carry-wishes.ts';

/** Contacts that a person said are one. */
export type SamePerson = {
  readonly tenantId: string;
  /** Two or more; what one of them refused holds for all. */
  readonly contacts: readonly string[];
  /** What asked for it: the same is done once. */
  readonly causeId: string;
};

/**
 * Contacts that are one person stay as many as they are and are linked: each takes over what the others refused and what
 * was sent to them. Nothing is mixed that nobody could unmix: that takes two people, by `POST /v1/contact-merges`.
 */
@Injectable()
export class LinkContacts {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly wishes: CarryWishes,
  ) {}

  /** In the caller's transaction. Of one that is part of another by now, the one that stays is linked. */
  async link(tx: Queryable, { tenantId, contacts: named, causeId }: SamePerson): Promise<void> {
    const occurredAt = this.clock.now().toISOString();
    const survivors = await this.vault.survivorsOf(named, tx);
    const contacts = [...new Set(named.map((id) => survivors.get(id) ?? id))];
    const pairs = contacts.flatMap((contactId) =>
      contacts.flatMap((other) => (other === contactId ? [] : [{ contactId, other }])),
    );
    const appends = pairs.map(({ contactId, other }): StreamAppend => {
      const id = this.vault.factId(tenantId, 'same-person', causeId, contactId, other);
      const data = {
        contactId,
        otherContactId: other,
        direction: 'previous' as const,
        because: 'same-person' as const,
        occurredAt,
      };
      return {
        stream: `contact-${contactId}`,
        expected: 'any',
        events: [{ id, type: 'ContactLinked', data }],
        context: { tenantId, subject: contactId },
      };
    });
    if (appends.length === 0) return;
    await this.store.appendIn(tx, appends);
    const links = pairs.map(({ contactId, other }) => ({ contactId: other, later: contactId }));
    await this.wishes.link(tx, tenantId, links);
  }
}
