import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import { EventStore, type Queryable, SubjectErased, Vault } from '@tact/platform';
import { type ReceivedWish, wishAppend, type Wishing, wishesIn } from './received-wish.ts';
import { WishesOfStrangers } from './wishes-of-strangers.ts';

const identitiesOf = ({ who }: Pick<ReceivedWish, 'who'>): Identities =>
  'contactId' in who ? {} : who;

/**
 * Whatever else becomes of a signal, the wish in it is heard: of people who are analysed, of people who are not (GDPR
 * Art. 21), and of strangers. It is durable before the caller is answered, and repeating it changes nothing.
 */
@Injectable()
export class ReceiveWishes {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly strangers: WishesOfStrangers,
  ) {}

  async receive(tenantId: string, signals: readonly Wishing[]): Promise<void> {
    const received = wishesIn(signals);
    if (received.length === 0) return;
    const contactIds = await this.#contactIds(tenantId, received);
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
      const found = await this.#contactIds(tenantId, received);
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

  async #contactIds(
    tenantId: string,
    received: readonly ReceivedWish[],
  ): Promise<(string | undefined)[]> {
    const named = received.flatMap(({ who }) => ('contactId' in who ? [who.contactId] : []));
    const [known, resolved] = await Promise.all([
      named.length === 0 ? new Set<string>() : this.vault.knownAmong(tenantId, named),
      this.vault.resolveMany(tenantId, received.map(identitiesOf), {
        at: received.map(({ at }) => Date.parse(at)),
      }),
    ]);
    return received.map(({ who }, nth) => {
      if (!('contactId' in who)) return resolved[nth];
      return known.has(who.contactId) ? who.contactId : undefined;
    });
  }
}
