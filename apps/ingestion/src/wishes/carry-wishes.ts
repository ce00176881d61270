import { Injectable } from '@nestjs/common';
import { EventStore, type Queryable, type StreamAppend, Vault } from '@tact/platform';
import { carriedWishes, type CarriedWishes } from './carried-wishes.ts';
import { type GoesOnAs, LinkedContacts } from './linked-contacts.ts';
import { ownEvents } from './own-events.ts';
import { wishAppend } from './received-wish.ts';

type Whose = { readonly tenantId: string; readonly contactId: string };

/**
 * Whoever goes on as another contact is not asked to object twice. What was heard of the earlier one becomes the later one's
 * own in the transaction that links them, so that it travels as every wish does: a link may wait behind an import.
 */
@Injectable()
export class CarryWishes {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly links: LinkedContacts,
  ) {}

  /**
   * In a transaction that appended to the streams of the earlier ones already: whatever is heard of them meanwhile waits for
   * it, and finds the link.
   */
  async link(tx: Queryable, tenantId: string, links: readonly GoesOnAs[]): Promise<void> {
    await this.links.keep(tx, tenantId, links);
    const all = links.flatMap(({ contactId, later }) => [contactId, later]);
    const further = await this.links.laterThan(tenantId, all, tx);
    const appends: StreamAppend[] = [];
    for (const contactId of new Set(links.map((one) => one.contactId))) {
      const wishes = await this.#wishesOf(tx, { tenantId, contactId });
      for (const later of further.get(contactId) ?? []) {
        appends.push(...this.#appendsOf({ tenantId, contactId: later }, wishes));
      }
    }
    if (appends.length > 0) await this.store.appendIn(tx, appends);
  }

  /** Under every id that leads to the contact. */
  async #wishesOf(tx: Queryable, { tenantId, contactId }: Whose): Promise<CarriedWishes> {
    const ids = await this.vault.idsOf(tenantId, contactId, tx);
    const events = [];
    for (const id of ids) events.push(...(await ownEvents(this.store, id, tx)));
    return carriedWishes(events);
  }

  #appendsOf(whose: Whose, { refusals, withdrawals }: CarriedWishes): readonly StreamAppend[] {
    const { tenantId, contactId } = whose;
    return [
      ...refusals.map(({ scope, ground, channel, at }) => {
        const id = this.vault.factId(tenantId, 'wish-carried', contactId, scope, channel, at);
        const wish = { asks: 'stop', scope, ground } as const;
        return wishAppend({ tenantId, contactId, id, causationId: id, wish, channel, at });
      }),
      ...withdrawals.map((one): StreamAppend => {
        const { purpose, channel, at } = one;
        // As the one that declares it of this contact: told of both, it is told once.
        const id = this.vault.factId(
          tenantId,
          ...['consent-declared', contactId, purpose, channel, 'withdrawn', at],
        );
        return {
          stream: `contact-${contactId}`,
          expected: 'any',
          events: [{ id, type: 'WithdrawalDeclared', data: { contactId, ...one } }],
          context: { tenantId, subject: contactId },
        };
      }),
    ];
  }
}
