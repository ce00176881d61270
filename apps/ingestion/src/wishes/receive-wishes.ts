import { Injectable } from '@nestjs/common';
import { EventStore, type Queryable, SubjectErased, Vault } from '@tact/platform';
import { identitiesOf, KnownContacts } from './known-contacts.ts';
import { type ReceivedWish, wishAppend, type Wishing, wishesIn } from './received-wish.ts';
import { WishesOfStrangers } from './wishes-of-strangers.ts';

/**
 * Whatever else becomes of a signal, the wish in it is heard: of people who are analysed, of people who are not (GDPR
 * Art. 21), and of strangers. It is durable before the caller is answered, and repeating it changes nothing.
 */
@Injectable()
export class ReceiveWishes {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly contacts: KnownContacts,
    private readonly strangers: WishesOfStrangers,
  ) {}

  async receive(tenantId: string, signals: readonly Wishing[]): Promise<void> {
    const received = wishesIn(signals);
    if (received.length === 0) return;
    const contactIds = await this.contacts.of(tenantId, received);
    await this.#record(tenantId, received, contactIds);
    const strangers = received.filter(
      (one, nth) => contactIds[nth] === undefined && Object.keys(identitiesOf(one)).length > 0,
    );
    if (strangers.length > 0) await this.#receiveFromStrangers(tenantId, strangers);
  }

  /** Behind the lock whoever was being registered meanwhile is known, and is told of as such. */
  async #receiveFromStrangers(tenantId: string, received: readonly ReceivedWish[]): Promise<void> {
    const contactIds = await this.store.transaction(async (tx: Queryable) => {
      await this.strangers.lock(tx, tenantId);
      const found = await this.contacts.of(tenantId, received);
      const unknown = received.filter((_, nth) => found[nth] === undefined);
      const strangers = unknown.map((one) => ({ ...one, identities: identitiesOf(one) }));
      await this.strangers.keep(tx, tenantId, strangers);
      return found;
    });
    await this.#record(tenantId, received, contactIds);
  }

  /** A batch of one statement a wish: an erased person among them must not take the others' wishes along. */
  async #record(
    tenantId: string,
    received: readonly ReceivedWish[],
    contactIds: readonly (string | undefined)[],
  ): Promise<void> {
    await Promise.all(
      received.map(async ({ eventId, wish, channel, at }, nth) => {
        const contactId = contactIds[nth];
        if (contactId === undefined) return;
        const id = this.vault.factId(tenantId, 'wish', eventId);
        const append = wishAppend({
          tenantId,
          contactId,
          id,
          causationId: eventId,
          wish,
          channel,
          at,
        });
        await this.store.append(append).catch((error: unknown) => {
          if (!(error instanceof SubjectErased)) throw error;
        });
      }),
    );
  }
}
