import type { Identities, IdentityKind } from '@tact/contracts';
import type { Clock } from '../config/clock.ts';
import type { Sealer, TextSealer } from '../event-store/events.ts';
import type { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { Blobs } from './sealing/blobs.ts';
import type { CanonicalOptions } from './identity/canonical-identity.ts';
import { ErasureNotices } from './keys/erasure-notices.ts';
import { type Ending, IdentityIndex, type RegisterOptions } from './identity/identity-index.ts';
import type { AskedAt, OwnersPart } from './identity/owners-part.ts';
import type { ContactsPage, SeveralRows } from './identity/identity-sharers.ts';
import type { Registration } from './identity/registration-rule.ts';
import {
  type ContactChange,
  MergedContacts,
  type Whereabouts,
} from './identity/merged-contacts.ts';
import { KeyEpochs } from './keys/key-epochs.ts';
import { RefusalFingerprints } from './identity/refusal-fingerprints.ts';
import { References } from './identity/references.ts';
import type { RootKey } from './root-key/root-key.ts';
import { PersonalTexts } from './sealing/personal-texts.ts';
import { PersonalDataSealer } from './sealing/sealer.ts';
import { SubjectKeys, type Subject } from './keys/subject-keys.ts';

export type VaultOptions = {
  /**
   * A small pool of the vault's own, of two connections or more. A transaction that seals waits for the vault: on one shared pool,
   * as many such transactions as there are connections would wait for ever.
   */
  readonly queryable: Queryable;
  readonly rootKey: RootKey;
  /** The platform's. */
  readonly clock: Pick<Clock, 'nowMs'>;
};

/** The one door to personal data: who a person is, and the key what is written about one is sealed with. */
export class Vault {
  readonly sealer: Sealer;
  /** For what is kept of one person and is no event. */
  readonly texts: TextSealer;
  /** Keys for what is spooled: personal data of many people on its way. */
  readonly blobs: Blobs;
  /** What stands for people in the list of refusals. */
  readonly refusals: RefusalFingerprints;
  readonly #keys: SubjectKeys;
  readonly #identities: IdentityIndex;
  readonly #merged: MergedContacts;
  readonly #references: References;
  #erasures: Promise<unknown> = Promise.resolve();

  constructor({ queryable, rootKey, clock }: VaultOptions) {
    const now = () => clock.nowMs();
    const epochs = new KeyEpochs({ queryable, rootKey, now });
    this.#keys = new SubjectKeys({ queryable, epochs, now, fenceKey: rootKey.derive('fence') });
    this.#identities = new IdentityIndex({ queryable, key: rootKey.derive('identity-index'), now });
    this.#merged = new MergedContacts(queryable);
    this.#references = new References(rootKey);
    this.refusals = new RefusalFingerprints({
      rootKey,
      index: this.#identities,
      merged: this.#merged,
    });
    this.blobs = new Blobs(rootKey, async () => (await epochs.current()).epoch);
    this.sealer = new PersonalDataSealer(this.#keys);
    this.texts = new PersonalTexts(this.#keys);
  }

  /** Drops keys that other processes destroy, as soon as they do. The caller closes what this opens. */
  async listen(database: Pick<Database, 'connect'>): Promise<{ close(): Promise<void> }> {
    const notices = new ErasureNotices({
      database,
      evict: (id) => this.#keys.evict(id),
      evictAll: () => this.#keys.evictAll(),
    });
    await notices.open();
    return notices;
  }

  /** Contact ids in the order asked, undefined where nobody is known; one query for all. */
  resolveMany(
    tenantId: string,
    people: readonly Identities[],
    options?: AskedAt,
  ): Promise<(string | undefined)[]> {
    return this.#identities.resolveMany(tenantId, people, options);
  }

  /** Everybody who has one of the identities of a person, in the order asked; of what many share, some. */
  ownersMany(
    tenantId: string,
    people: readonly Identities[],
    options?: AskedAt,
  ): Promise<string[][]> {
    return this.#identities.ownersMany(tenantId, people, options);
  }

  /** Everybody else who has an identity of a kind that a contact has as well, of each of these contacts; one query. */
  sharersOf(
    tenantId: string,
    contactIds: readonly string[],
    kind: IdentityKind,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.#identities.sharersOf(tenantId, contactIds, kind);
  }

  /** A page of contacts, of any tenant, that have several rows of a kind that is theirs alone, and of which kinds. */
  contactsWithSeveral(page: ContactsPage): Promise<SeveralRows[]> {
    return this.#identities.contactsWithSeveral(page);
  }

  /** Everybody who has one of the identities of a person at present, however many they are. */
  everybodyMany(
    tenantId: string,
    people: readonly Identities[],
    options?: CanonicalOptions,
  ): Promise<string[][]> {
    return this.#identities.everybodyMany(tenantId, people, options);
  }

  /** The same as a part of the caller's statement, for who must know more of them in the same round trip. */
  ownersPart(tenantId: string, people: readonly Identities[], options?: AskedAt): OwnersPart {
    return this.#identities.ownersPart(tenantId, people, options);
  }

  /** Finds or creates one person inside the caller's transaction; see `IdentityIndex.registerMany`. */
  register(
    tx: Queryable,
    tenantId: string,
    identities: Identities,
    options?: RegisterOptions,
  ): Promise<Registration> {
    return this.#identities.register(tx, tenantId, identities, options);
  }

  /** The same for a batch, in three statements. */
  registerMany(
    tx: Queryable,
    tenantId: string,
    people: readonly Identities[],
    options?: RegisterOptions,
  ): Promise<Registration[]> {
    return this.#identities.registerMany(tx, tenantId, people, options);
  }

  /** Further identities of a known person; see `IdentityIndex.add`. */
  addIdentities(tx: Queryable, subject: Subject, identities: Identities): Promise<IdentityKind[]> {
    return this.#identities.add(tx, subject, identities);
  }

  /** Kinds of identities that are the person's for good; another one who asks waits until the end of `tx`. */
  kindsOf(tx: Queryable, subject: Subject): Promise<ReadonlySet<IdentityKind>> {
    return this.#identities.kindsOf(tx, subject);
  }

  /** Identities that are the person's until an instant, and may be somebody else's after it. */
  endIdentities(tx: Queryable, subject: Subject, ending: Ending): Promise<void> {
    return this.#identities.end(tx, subject, ending);
  }

  /** Whether the id is a contact of this tenant, by this id or by the one it was merged into; an erased person's is not. */
  async knows(tenantId: string, contactId: string): Promise<boolean> {
    return (await this.whereaboutsOf(tenantId, contactId)).isKnown;
  }

  /** The ids among these that are contacts of this tenant, in one query, or two where some are not known by themselves. */
  async knownAmong(tenantId: string, contactIds: readonly string[]): Promise<ReadonlySet<string>> {
    const known = await this.#identities.knownAmong(tenantId, contactIds);
    const others = contactIds.filter((id) => !known.has(id));
    const survivors = await this.#merged.survivorsOf(others);
    if (survivors.size === 0) return known;
    const living = await this.#identities.knownAmong(tenantId, [...survivors.values()]);
    const led = [...survivors].filter(([, survivorId]) => living.has(survivorId));
    return new Set([...known, ...led.map(([contactId]) => contactId)]);
  }

  /** The id that a contact is known by: its own, or of the one it was merged into. */
  whereaboutsOf(tenantId: string, contactId: string): Promise<Whereabouts> {
    return this.#merged.whereaboutsOf(tenantId, contactId);
  }

  /** Ids by those among these that were merged into them, as the caller's transaction sees it, if it has one. */
  survivorsOf(contactIds: readonly string[], tx?: Queryable): Promise<ReadonlyMap<string, string>> {
    return this.#merged.survivorsOf(contactIds, tx);
  }

  /** Every id of a person, whichever is asked; the one that answers first. What is so of one of them is so of the person. */
  idsOf(
    tenantId: string,
    contactId: string,
    tx?: Queryable,
  ): Promise<readonly [string, ...string[]]> {
    return this.#merged.idsOf(tenantId, contactId, tx);
  }

  /** Survivors of those among these whose ledger was taken over, as the caller's transaction sees it. */
  heirsOf(contactIds: readonly string[], tx: Queryable): Promise<ReadonlyMap<string, string>> {
    return this.#merged.heirsOf(contactIds, tx);
  }

  /** The ids that were merged into a contact. */
  mergedInto(tenantId: string, contactId: string, tx?: Queryable): Promise<readonly string[]> {
    return this.#merged.mergedInto(tenantId, contactId, tx);
  }

  /** Makes one contact part of another, in the caller's transaction. Its ledger is due to take over the other's. */
  mergeContacts(tx: Queryable, change: ContactChange): Promise<void> {
    return this.#merged.merge(tx, change);
  }

  /** Gives identities of a contact to another one, in the caller's transaction; see `MergedContacts.split`. */
  splitContact(
    tx: Queryable,
    change: ContactChange,
    identities: Identities,
  ): Promise<{ readonly left: number; readonly stayed: number }> {
    const fingerprints = this.#identities.fingerprintsOf(change.tenantId, identities);
    return this.#merged.split(tx, change, fingerprints);
  }

  /** Whether a contact's ledger has yet to take over another's. */
  isTakeOverDue(tx: Queryable, contactId: string): Promise<boolean> {
    return this.#merged.isDue(tx, contactId);
  }

  /** Identities went from one contact to another: nothing is allowed to either until their ledgers say so. */
  oweTakeOvers(tx: Queryable, change: ContactChange): Promise<void> {
    return this.#merged.oweBoth(tx, change);
  }

  settleTakeOver(
    tx: Queryable,
    contactIds: readonly string[],
    otherContactId: string,
  ): Promise<void> {
    return this.#merged.settle(tx, contactIds, otherContactId);
  }

  /** Keyed fingerprint of a wamid, stable for a tenant. */
  messageRef(tenantId: string, wamid: string): string {
    return this.#references.messageRef(tenantId, wamid);
  }
  /** Keyed fingerprint of an e-mail address, stable for a tenant: says whether two are one, and nothing else. */
  addressRef(tenantId: string, email: string): string {
    return this.#references.addressRef(tenantId, email);
  }

  /** The id that a message is counted under, whichever service hears of it, and by whatever status. */
  countId(tenantId: string, messageRef: string): string {
    return this.factId(tenantId, 'outbound', messageRef);
  }

  /** Deterministic event id: the same parts (tenant, source, wamid, status, ...) are the same fact. */
  factId(...parts: readonly (string | number)[]): string {
    return this.#references.factId(...parts);
  }

  /** People erased so far, of all tenants, as this transaction sees it. */
  async countErasures(tx: Queryable): Promise<number> {
    const text = 'SELECT count(*) AS n FROM vault.subject_keys WHERE erased_at IS NOT NULL';
    const [row] = await tx.query<{ n: number }>(text);
    return row?.n ?? 0;
  }

  /** Those of these subjects that were erased, as this transaction sees it. */
  async erasedAmong(
    tx: Queryable,
    tenantId: string,
    subjects: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ subject: string }>(
      `SELECT DISTINCT subject FROM vault.subject_keys
       WHERE tenant_id = $1 AND subject = ANY ($2::text[]) AND erased_at IS NOT NULL`,
      [tenantId, [...new Set(subjects)]],
    );
    return new Set(rows.map(({ subject }) => subject));
  }

  /**
   * Makes a person's sealed data unreadable and the id unreachable. The mark comes first, so that
   * nothing new is sealed meanwhile. Other processes that listen drop the key at once, others within 60 s.
   */
  destroySubject(subject: Subject): Promise<void> {
    // One at a time: an erasure waits for registrations, which may wait for a connection of this pool.
    const erasure = this.#erasures.then(() => this.#destroy(subject));
    this.#erasures = erasure.catch(() => undefined);
    return erasure;
  }

  /** Whoever was merged into the person is the person: all of them are gone, or none is. */
  async #destroy({ tenantId, subject: asked }: Subject): Promise<void> {
    const [contactId, ...merged] = await this.#merged.idsOf(tenantId, asked);
    const all = [contactId, ...merged];
    for (const subject of all) await this.#keys.destroy({ tenantId, subject });
    for (const subject of all) await this.#identities.forget(tenantId, subject);
    // Merged while this ran: the identities went on to a contact that is the same person.
    const now = await this.#merged.whereaboutsOf(tenantId, asked);
    if (now.contactId !== contactId) await this.#destroy({ tenantId, subject: asked });
  }
}
