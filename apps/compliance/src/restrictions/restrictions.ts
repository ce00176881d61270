import { Injectable } from '@nestjs/common';
import { ADVISORY_CLASS, EventStore, type Queryable, Vault } from '@tact/platform';

type Contact = { readonly tenantId: string; readonly contactId: string };

/** The row says whether it stands, and the event tells the services that refuse by it; both are of one transaction. */
@Injectable()
export class Restrictions {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  /** Undefined: it stood already, and nothing is told. Of an erased person nothing is used any more anyway. */
  async restrict(
    tx: Queryable,
    contact: Contact,
    said: { readonly justification: string; readonly requestId?: string },
  ): Promise<number | undefined> {
    const { tenantId, contactId } = await this.#locked(tx, contact);
    const added = await tx.query(
      `INSERT INTO restricted_contacts (tenant_id, contact_id) VALUES ($1, $2)
       ON CONFLICT DO NOTHING RETURNING contact_id`,
      [tenantId, contactId],
    );
    if (added.length === 0) return undefined;
    return await this.#tell(tx, { tenantId, contactId }, { type: 'ContactRestricted', said });
  }

  /** Undefined: none stood. */
  async lift(
    tx: Queryable,
    contact: Contact,
    said: { readonly justification: string; readonly noticedAt: string },
  ): Promise<number | undefined> {
    const { tenantId, contactId } = await this.#locked(tx, contact);
    const removed = await tx.query(
      'DELETE FROM restricted_contacts WHERE tenant_id = $1 AND contact_id = $2 RETURNING contact_id',
      [tenantId, contactId],
    );
    if (removed.length === 0) return undefined;
    return await this.#tell(tx, { tenantId, contactId }, { type: 'RestrictionLifted', said });
  }

  /** Under the id that the contact is known by; who restricts and who lifts one wait for each other. */
  async #locked(tx: Queryable, { tenantId, contactId: asked }: Contact): Promise<Contact> {
    const { contactId } = await this.vault.whereaboutsOf(tenantId, asked);
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [
      `restriction ${tenantId} ${contactId}`,
    ]);
    return { tenantId, contactId };
  }

  async #tell(
    tx: Queryable,
    { tenantId, contactId }: Contact,
    { type, said }: { readonly type: string; readonly said: object },
  ): Promise<number> {
    const [appended] = await this.store.appendIn(tx, [
      {
        stream: `restriction-${contactId}`,
        expected: 'any',
        events: [{ type, data: { contactId, ...said } }],
        context: { tenantId, subject: contactId },
      },
    ]);
    if (appended === undefined) throw new Error('an append was lost in its transaction');
    return appended.position;
  }
}
