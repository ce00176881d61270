import { Injectable } from '@nestjs/common';
import { Clock, Database, type Queryable, SubjectErased, Vault } from '@tact/platform';
import { StoppedAddresses } from './stopped-addresses.ts';

export type StatedAddress = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly email: string;
};

type Sealed = StatedAddress & { readonly ref: string };

type Card = { readonly contactId: string; readonly email: string };

const place = 'address card';

/** Outreach's own card of whom it may write to: an address as the contact's facts last stated it. */
@Injectable()
export class AddressCards {
  constructor(
    private readonly vault: Vault,
    private readonly database: Database,
    private readonly clock: Clock,
    readonly stopped: StoppedAddresses,
  ) {}

  /** The last one of each contact stands; of who is erased nothing is kept. */
  async keep(tx: Queryable, stated: readonly StatedAddress[]): Promise<void> {
    const latest = new Map(stated.map((one) => [`${one.tenantId} ${one.contactId}`, one]));
    const sealed = await Promise.all([...latest.values()].map((one) => this.#sealed(one)));
    const rows = sealed.flatMap((row) => row ?? []);
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO address_cards (tenant_id, contact_id, email, noted_at, address_ref)
       SELECT tenant_id, contact_id, email, $4, address_ref
         FROM unnest($1::text[], $2::text[], $3::text[], $5::text[])
           AS card (tenant_id, contact_id, email, address_ref)
       ON CONFLICT (tenant_id, contact_id) DO UPDATE
         SET email = excluded.email, noted_at = excluded.noted_at,
             address_ref = excluded.address_ref`,
      [
        rows.map(({ tenantId }) => tenantId),
        rows.map(({ contactId }) => contactId),
        rows.map(({ email }) => email),
        this.clock.now(),
        rows.map(({ ref }) => ref),
      ],
      'keep_address_cards',
    );
  }

  /**
   * Where a contact is written to, whichever of its ids is asked: an address that is the contact's today. Undefined where
   * none is known. With `ref`, that one of several it stands for.
   */
  async emailOf(tenantId: string, contactId: string, ref?: string): Promise<string | undefined> {
    const ids = await this.vault.idsOf(tenantId, contactId);
    const rows = await this.database.queryable.query<Card>(
      `SELECT contact_id AS "contactId", email FROM address_cards
       WHERE tenant_id = $1 AND contact_id = ANY ($2) AND ($3::text IS NULL OR address_ref = $3)
       ORDER BY noted_at DESC`,
      [tenantId, [...ids], ref ?? null],
    );
    for (const card of rows) {
      const email = await this.#opened(tenantId, card);
      if (email !== undefined && (await this.isOf(tenantId, ids, email))) return email;
    }
    return undefined;
  }

  /** What stands for an address wherever it must not be read. */
  refOf(tenantId: string, email: string): string {
    return this.vault.addressRef(tenantId, email);
  }

  /** What stands for the addresses that are on file now, of a contact and of whoever became part of it. */
  async refsOf(
    tenantId: string,
    contactId: string,
    queryable: Queryable = this.database.queryable,
  ): Promise<readonly string[]> {
    const ids = await this.vault.idsOf(tenantId, contactId, queryable);
    const rows = await queryable.query<{ ref: string }>(
      `SELECT address_ref AS ref FROM address_cards
       WHERE tenant_id = $1 AND contact_id = ANY ($2) AND address_ref IS NOT NULL`,
      [tenantId, [...ids]],
    );
    return rows.map(({ ref }) => ref);
  }

  /** Whether an address, by what stands for it, is the contact's now. */
  async holds(
    tenantId: string,
    contactId: string,
    { ref, tx }: { readonly ref: string; readonly tx?: Queryable },
  ): Promise<boolean> {
    return (await this.refsOf(tenantId, contactId, tx)).includes(ref);
  }

  /** Whether who was written to there is a contact of its own still, all of whose refusals are here, and has the address. */
  async isStillOf(
    tx: Queryable,
    {
      tenantId,
      contactId,
      ref,
    }: { readonly tenantId: string; readonly contactId: string; readonly ref: string },
  ): Promise<boolean> {
    if ((await this.vault.survivorsOf([contactId], tx)).size > 0) return false;
    if (await this.vault.isTakeOverDue(tx, contactId)) return false;
    return this.holds(tenantId, contactId, { ref, tx });
  }

  /** Whether a contact, by whichever of its ids, can be named by an address. */
  async isNamedBy(tenantId: string, contactId: string, email: string): Promise<boolean> {
    return this.isOf(tenantId, await this.vault.idsOf(tenantId, contactId), email);
  }

  /** Whether an address is one of a contact's, whose ids these are: one that went to somebody else is not. */
  async isOf(tenantId: string, ids: readonly string[], email: string): Promise<boolean> {
    const [owners = []] = await this.vault.everybodyMany(tenantId, [{ email }]);
    return owners.some((owner) => ids.includes(owner));
  }

  /** Whether anybody else of the tenant has an address as well. */
  async isShared(tenantId: string, contactId: string, email: string): Promise<boolean> {
    const ids = await this.vault.idsOf(tenantId, contactId);
    const [owners = []] = await this.vault.everybodyMany(tenantId, [{ email }]);
    return owners.some((owner) => !ids.includes(owner));
  }

  async #sealed({ tenantId, contactId, email }: StatedAddress): Promise<Sealed | undefined> {
    try {
      const text = await this.vault.texts.seal({ tenantId, subject: contactId }, email, place);
      return { tenantId, contactId, email: text, ref: this.refOf(tenantId, email) };
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
