import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import { EventStore, SubjectErased, Vault } from '@tact/platform';
import { type ReceivedWish, wishAppend, type Wishing, wishesIn } from './received-wish.ts';
import { FindWishOwners, isEmpty, rememberedOf, type WishOwners } from './wish-owners.ts';
import { WishesOfStrangers } from './wishes-of-strangers.ts';

/** Of one that names a contact, those told beside its id: they say whose it is where that contact is unknown. */
const identitiesOf = ({ who, beside }: Pick<ReceivedWish, 'who' | 'beside'>): Identities =>
  'contactId' in who ? (beside ?? {}) : who;

const rememberedWish = (one: ReceivedWish) => ({
  ...one,
  identities: rememberedOf(identitiesOf(one), one.namedBy),
});

type Owned = { readonly received: ReceivedWish; readonly owners: WishOwners };

/** All who were found by either look. The first stays the first, for the fact under the signal's own id is theirs. */
const joined = (before: readonly Owned[], found: readonly Owned[]): readonly Owned[] =>
  found.map(({ received, owners }, nth) => {
    const known = before[nth]?.owners.contactIds ?? [];
    const contactIds = [...new Set([...known, ...owners.contactIds])];
    return { received, owners: { ...owners, contactIds } };
  });

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
    private readonly owners: FindWishOwners,
  ) {}

  receive(tenantId: string, signals: readonly Wishing[]): Promise<void> {
    return this.receiveAll(tenantId, wishesIn(signals));
  }

  /** The same of wishes that came otherwise than as a signal. */
  async receiveAll(tenantId: string, received: readonly ReceivedWish[]): Promise<void> {
    if (received.length === 0) return;
    const owned = await this.#owned(tenantId, received);
    await this.#remember(tenantId, owned);
    const erased = await this.#record(tenantId, owned);
    const strange = owned.filter(
      ({ received: one, owners }) => !isEmpty(owners.strange) || erased.has(one),
    );
    if (strange.length > 0) await this.#receiveFromStrangers(tenantId, strange);
    await this.#lookAgain(tenantId, owned);
  }

  /**
   * Who was linked to its contact or split from it meanwhile did either read what was recorded, or is seen here. What is
   * recorded already is recorded once.
   */
  async #lookAgain(tenantId: string, before: readonly Owned[]): Promise<void> {
    const stops = before.filter(
      ({ received, owners }) => received.wish.asks === 'stop' && owners.contactIds.length > 0,
    );
    if (stops.length === 0) return;
    const found = await this.store.transaction(async (tx) => {
      await this.strangers.shareLock(tx, tenantId);
      return this.#owned(
        tenantId,
        stops.map(({ received }) => received),
      );
    });
    const changed = joined(stops, found).filter(
      ({ owners }, nth) => owners.contactIds.length > (stops[nth]?.owners.contactIds.length ?? 0),
    );
    if (changed.length > 0) await this.#record(tenantId, changed);
  }

  /**
   * A wish of somebody known is kept as a stranger's too, before it becomes a fact: it binds the same number when that is
   * registered again after an erasure, of which nothing else is left.
   */
  async #remember(tenantId: string, owned: readonly Owned[]): Promise<void> {
    const known = owned.filter(({ owners }) => owners.contactIds.length > 0);
    if (known.length === 0) return;
    const kept = known.map(({ received }) => rememberedWish(received));
    await this.store.transaction((tx) => this.strangers.keep(tx, tenantId, kept));
  }

  /** Behind the lock whoever was being registered meanwhile is known, and is told of as such. */
  async #receiveFromStrangers(tenantId: string, before: readonly Owned[]): Promise<void> {
    const received = before.map((one) => one.received);
    const found = await this.store.transaction(async (tx) => {
      await this.strangers.lock(tx, tenantId);
      await this.strangers.keep(tx, tenantId, received.map(rememberedWish));
      return this.#owned(tenantId, received);
    });
    await this.#record(tenantId, joined(before, found));
  }

  /**
   * A batch of one statement a wish: an erased person among them must not take the others' wishes along. Resolves with the
   * wishes of people who were erased meanwhile.
   */
  async #record(tenantId: string, owned: readonly Owned[]): Promise<ReadonlySet<ReceivedWish>> {
    const erased = new Set<ReceivedWish>();
    const appends = owned.flatMap(({ received, owners: { contactIds } }) =>
      // Whose it is cannot be told where its identities are two people's: both are left alone, and one is written to again.
      contactIds
        .slice(0, received.wish.asks === 'resume' ? 1 : undefined)
        .map((contactId, nth) => ({ received, contactId, nth })),
    );
    await Promise.all(
      appends.map(async ({ received, contactId, nth }) => {
        const { wish, channel, at } = received;
        // Of each it is a fact of its own; of the first under the signal's id, as it always was.
        const eventId =
          nth === 0
            ? received.eventId
            : this.vault.factId(tenantId, 'concerned', received.eventId, contactId);
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
          erased.add(received);
        });
      }),
    );
    return erased;
  }

  async #owned(tenantId: string, received: readonly ReceivedWish[]): Promise<Owned[]> {
    const named = received.flatMap(({ who }) => ('contactId' in who ? [who.contactId] : []));
    const [known, owners] = await Promise.all([
      named.length === 0 ? new Set<string>() : this.vault.knownAmong(tenantId, named),
      this.owners.find(
        tenantId,
        received.map((one) => ({
          identities: identitiesOf(one),
          at: Date.parse(one.at),
          namedBy: one.namedBy,
        })),
      ),
    ]);
    const owned = received.map((one, nth): Owned => {
      const { who } = one;
      const own = owners[nth] ?? { contactIds: [], strange: {} };
      const isNamed = 'contactId' in who && known.has(who.contactId);
      return {
        received: one,
        owners: isNamed ? { contactIds: [who.contactId], strange: {} } : own,
      };
    });
    return this.#withLater(tenantId, owned);
  }

  /** What is asked of us under a contact that the person has left behind is asked of us all the same. */
  async #withLater(tenantId: string, owned: readonly Owned[]): Promise<Owned[]> {
    const asked = owned.flatMap(({ owners }) => owners.contactIds);
    const later = await this.owners.laterThan(tenantId, asked);
    return owned.map(({ received, owners }) => {
      const all = owners.contactIds.flatMap((id) => later.get(id) ?? []);
      return {
        received,
        owners: { ...owners, contactIds: [...new Set([...owners.contactIds, ...all])] },
      };
    });
  }
}
