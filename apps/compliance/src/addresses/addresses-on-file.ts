import { Injectable } from '@nestjs/common';
import { Clock, type Queryable, SubjectErased, Vault } from '@tact/platform';

export type StatedAddress = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly email: string;
};

export type AddressOnFile = {
  readonly email: string;
  /** What stands for it wherever it must not be read. */
  readonly ref: string;
  /** When whoever reads it last proved so; undefined: never. */
  readonly verifiedAt: Date | undefined;
};

type Card = {
  readonly contactId: string;
  readonly email: string;
  readonly ref: string;
  readonly verifiedOn: Date | null;
};

const place = 'address on file';
/** One plain address, as a mail can carry it. */
const sendable = /^[^\s<>(),;:"\\@]+@[^\s<>(),;:"\\@]+$/;

/** Where the person of a contact is reached by what is on file, whoever asks in their name. */
@Injectable()
export class AddressesOnFile {
  constructor(
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /**
   * The one that a contact was registered with. What somebody adds to a known contact is never on file by that: a form that
   * anybody fills in may say another's number beside one's own address. So a card that stands is left as it is.
   */
  async keep(tx: Queryable, { tenantId, contactId, email }: StatedAddress): Promise<void> {
    const sealed = await this.#sealed({ tenantId, contactId, email });
    if (sealed === undefined) return;
    await tx.query(
      `INSERT INTO addresses_on_file (tenant_id, contact_id, email, address_ref, noted_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, contact_id) DO NOTHING`,
      [tenantId, contactId, sealed, this.vault.addressRef(tenantId, email), this.clock.now()],
      'keep_address_on_file',
    );
  }

  /**
   * Another one in the place of the one on file, as the record says that told that one: it takes the card over once the
   * contact has the earlier one no more. Where there is no card it makes none. Nobody proved it yet.
   */
  async replace(tx: Queryable, { tenantId, contactId, email }: StatedAddress): Promise<void> {
    const ids = await this.vault.idsOf(tenantId, contactId, tx);
    const [card] = await this.#cardsOf(tx, tenantId, [contactId]);
    const earlier = card && (await this.#opened(tenantId, card));
    if (earlier === undefined) return;
    const [owners = []] = await this.vault.everybodyMany(tenantId, [{ email: earlier }]);
    if (owners.some((owner) => ids.includes(owner))) return;
    await this.#write(tx, { tenantId, contactId, email });
  }

  /**
   * Who may decide on requests saw that the person who names this address is the contact: it is on file from then on, where
   * the index knows the contact, and nobody else, by it. When it was read last is not said by that.
   */
  async notePresented(tx: Queryable, { tenantId, contactId, email }: StatedAddress): Promise<void> {
    const ids = await this.vault.idsOf(tenantId, contactId, tx);
    if (!(await this.#isOfNobodyElse(tenantId, ids, email))) return;
    // Cards of whoever they were joined with say the same from now on, or none would count.
    for (const id of ids) await this.#write(tx, { tenantId, contactId: id, email });
  }

  /** Whoever reads this address proved so on that day, by anything but a code of a request. */
  async noteProof(
    tx: Queryable,
    { tenantId, ref, at }: { readonly tenantId: string; readonly ref: string; readonly at: Date },
  ): Promise<void> {
    await tx.query(
      `UPDATE addresses_on_file SET verified_on = greatest(verified_on, date_trunc('day', $3::timestamptz, 'UTC'))
       WHERE tenant_id = $1 AND address_ref = $2`,
      [tenantId, ref, at],
      'note_proof_of_address',
    );
  }

  /**
   * The address on file of a contact, by whichever of its ids. Undefined where none is known, where the cards of several
   * that became one say different ones, where it is somebody else's by now, and where several people have it: what comes back
   * from there proves nobody. It only reads.
   */
  async of(
    tx: Queryable,
    { tenantId, contactId }: Omit<StatedAddress, 'email'>,
  ): Promise<AddressOnFile | undefined> {
    const ids = await this.vault.idsOf(tenantId, contactId, tx);
    const cards = await this.#cardsOf(tx, tenantId, ids);
    const [card] = cards;
    if (card === undefined || cards.some(({ ref }) => ref !== card.ref)) return undefined;
    const email = await this.#opened(tenantId, card);
    if (email === undefined || !(await this.#isOfNobodyElse(tenantId, ids, email)))
      return undefined;
    return { email, ref: card.ref, verifiedAt: card.verifiedOn ?? undefined };
  }

  /** When somebody last proved to read what these contacts are reached by. From the cards alone: nobody is looked up. */
  async provenOn(
    queryable: Queryable,
    tenantId: string,
    contactIds: readonly string[],
  ): Promise<Date | undefined> {
    const cards = await this.#cardsOf(queryable, tenantId, contactIds);
    const [card] = cards;
    const isOne = cards.every(({ ref }) => ref === card?.ref);
    return isOne ? (card?.verifiedOn ?? undefined) : undefined;
  }

  /** Whether the contact is filed under this address still, by what stands for it. */
  async isFiled(
    tx: Queryable,
    contact: Omit<StatedAddress, 'email'>,
    ref: string,
  ): Promise<boolean> {
    return (await this.of(tx, contact))?.ref === ref;
  }

  #cardsOf(tx: Queryable, tenantId: string, ids: readonly string[]): Promise<Card[]> {
    return tx.query<Card>(
      `SELECT contact_id AS "contactId", email, address_ref AS ref, verified_on AS "verifiedOn"
         FROM addresses_on_file WHERE tenant_id = $1 AND contact_id = ANY ($2) ORDER BY noted_at, contact_id`,
      [tenantId, [...ids]],
      'address_on_file',
    );
  }

  /** Whatever the card said; another address is one that nobody proved. */
  async #write(tx: Queryable, { tenantId, contactId, email }: StatedAddress): Promise<void> {
    const sealed = await this.#sealed({ tenantId, contactId, email });
    if (sealed === undefined) return;
    await tx.query(
      `INSERT INTO addresses_on_file AS known (tenant_id, contact_id, email, address_ref, noted_at)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, contact_id) DO UPDATE
         SET email = excluded.email, address_ref = excluded.address_ref, noted_at = excluded.noted_at,
             verified_on = CASE WHEN known.address_ref = excluded.address_ref THEN known.verified_on END`,
      [tenantId, contactId, sealed, this.vault.addressRef(tenantId, email), this.clock.now()],
      'write_address_on_file',
    );
  }

  async #isOfNobodyElse(tenantId: string, ids: readonly string[], email: string): Promise<boolean> {
    if (!sendable.test(email)) return false;
    const [owners = []] = await this.vault.everybodyMany(tenantId, [{ email }]);
    return owners.length > 0 && owners.every((owner) => ids.includes(owner));
  }

  async #sealed({ tenantId, contactId, email }: StatedAddress): Promise<string | undefined> {
    try {
      return await this.vault.texts.seal({ tenantId, subject: contactId }, email, place);
    } catch (error) {
      if (error instanceof SubjectErased) return undefined;
      throw error;
    }
  }

  async #opened(tenantId: string, { contactId, email }: Card): Promise<string | undefined> {
    try {
      return await this.vault.texts.open({ tenantId, subject: contactId }, email, place);
    } catch (error) {
      if (error instanceof SubjectErased) return undefined;
      throw error;
    }
  }
}
