import { Injectable } from '@nestjs/common';
import { Clock, Database, type Queryable, SubjectErased, Vault } from '@tact/platform';

export type StatedAddress = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly email: string;
};

type Card = { readonly contactId: string; readonly email: string };

const place = 'address card';

/** Outreach's own card of whom it may write to: an address as the contact's facts last stated it. */
@Injectable()
export class AddressCards {
  constructor(
    private readonly vault: Vault,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The last one of each contact stands; of who is erased nothing is kept. */
  async keep(tx: Queryable, stated: readonly StatedAddress[]): Promise<void> {
    const latest = new Map(stated.map((one) => [`${one.tenantId} ${one.contactId}`, one]));
    const sealed = await Promise.all([...latest.values()].map((one) => this.#sealed(one)));
    const rows = sealed.flatMap((row) => row ?? []);
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO address_cards (tenant_id, contact_id, email, noted_at)
       SELECT tenant_id, contact_id, email, $4
         FROM unnest($1::text[], $2::text[], $3::text[]) AS card (tenant_id, contact_id, email)
       ON CONFLICT (tenant_id, contact_id) DO UPDATE
         SET email = excluded.email, noted_at = excluded.noted_at`,
      [
        rows.map(({ tenantId }) => tenantId),
        rows.map(({ contactId }) => contactId),
        rows.map(({ email }) => email),
        this.clock.now(),
      ],
      'keep_address_cards',
    );
  }

  /**
   * Where a contact is written to, whichever of its ids is asked: an address that is the contact's today. Undefined where
   * none is known.
   */
  async emailOf(tenantId: string, contactId: string): Promise<string | undefined> {
    const ids = await this.vault.idsOf(tenantId, contactId);
    const rows = await this.database.queryable.query<Card>(
      `SELECT contact_id AS "contactId", email FROM address_cards
       WHERE tenant_id = $1 AND contact_id = ANY ($2) ORDER BY noted_at DESC`,
      [tenantId, [...ids]],
    );
    for (const card of rows) {
      const email = await this.#opened(tenantId, card);
      if (email !== undefined && (await this.isOf(tenantId, ids, email))) return email;
    }
    return undefined;
  }

  /** Whether an address is one of a contact's, whose ids these are: one that went to somebody else is not. */
  async isOf(tenantId: string, ids: readonly string[], email: string): Promise<boolean> {
    const [owners = []] = await this.vault.everybodyMany(tenantId, [{ email }]);
    return owners.some((owner) => ids.includes(owner));
  }

  async #sealed({ tenantId, contactId, email }: StatedAddress): Promise<StatedAddress | undefined> {
    try {
      const text = await this.vault.texts.seal({ tenantId, subject: contactId }, email, place);
      return { tenantId, contactId, email: text };
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
