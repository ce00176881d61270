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

  /** The last one of each contact stands; another address is one that nobody proved. */
  async keep(tx: Queryable, stated: readonly StatedAddress[]): Promise<void> {
    const latest = new Map(stated.map((one) => [`${one.tenantId} ${one.contactId}`, one]));
    for (const { tenantId, contactId, email } of latest.values()) {
      const sealed = await this.#sealed({ tenantId, contactId, email });
      if (sealed === undefined) continue;
      await tx.query(
        `INSERT INTO addresses_on_file AS known (tenant_id, contact_id, email, address_ref, noted_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, contact_id) DO UPDATE
           SET email = excluded.email, address_ref = excluded.address_ref, noted_at = excluded.noted_at,
               verified_on = CASE WHEN known.address_ref = excluded.address_ref THEN known.verified_on END`,
        [tenantId, contactId, sealed, this.vault.addressRef(tenantId, email), this.clock.now()],
        'keep_address_on_file',
      );
    }
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
   * The address on file of a contact, by whichever of its ids. Undefined where none is known, where it is somebody else's by
   * now, and where several people have it: what comes back from there proves nobody. `named` is one that was given: of who was
   * registered before there were cards, it is on file too where the index knows the contact by it.
   */
  async of(
    tx: Queryable,
    { tenantId, contactId }: Omit<StatedAddress, 'email'>,
    named?: string,
  ): Promise<AddressOnFile | undefined> {
    const ids = await this.vault.idsOf(tenantId, contactId, tx);
    const rows = await tx.query<Card>(
      `SELECT contact_id AS "contactId", email, address_ref AS ref, verified_on AS "verifiedOn"
         FROM addresses_on_file WHERE tenant_id = $1 AND contact_id = ANY ($2) ORDER BY noted_at DESC`,
      [tenantId, [...ids]],
      'address_on_file',
    );
    for (const card of rows) {
      const email = await this.#opened(tenantId, card);
      if (email === undefined || !(await this.#isOfNobodyElse(tenantId, ids, email))) continue;
      return { email, ref: card.ref, verifiedAt: card.verifiedOn ?? undefined };
    }
    const email = named?.trim();
    if (email === undefined || !(await this.#isOfNobodyElse(tenantId, ids, email)))
      return undefined;
    await this.keep(tx, [{ tenantId, contactId: ids[0], email }]);
    return { email, ref: this.vault.addressRef(tenantId, email), verifiedAt: undefined };
  }

  /** Whether the contact is filed under this address still, by what stands for it. */
  async isFiled(
    tx: Queryable,
    contact: Omit<StatedAddress, 'email'>,
    ref: string,
  ): Promise<boolean> {
    return (await this.of(tx, contact))?.ref === ref;
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
