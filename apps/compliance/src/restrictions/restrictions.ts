import { Injectable } from '@nestjs/common';
import { ADVISORY_CLASS, EventStore, type Queryable, Vault } from '@tact/platform';

type Contact = { readonly tenantId: string; readonly contactId: string };

/** Who restricts and who lifts wait for each other, also by two ids of one person. */
const lock = async (tx: Queryable, tenantId: string): Promise<void> => {
  await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [
    `restrictions ${tenantId}`,
  ]);
};

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
    const { tenantId, contactId: asked } = contact;
    await lock(tx, tenantId);
    const [contactId] = await this.vault.idsOf(tenantId, asked, tx);
    const added = await tx.query(
      `INSERT INTO restricted_contacts (tenant_id, contact_id) VALUES ($1, $2)
       ON CONFLICT DO NOTHING RETURNING contact_id`,
      [tenantId, contactId],
    );
    if (added.length === 0) return undefined;
    return await this.#tell(tx, { tenantId, contactId }, { type: 'ContactRestricted', said });
  }

  /** By whichever id it was restricted: before a merge the one, and perhaps the other. Undefined: none stood. */
  async lift(
    tx: Queryable,
    contact: Contact,
    said: { readonly justification: string; readonly noticedAt: string },
  ): Promise<number | undefined> {
    const { tenantId, contactId: asked } = contact;
    await lock(tx, tenantId);
    const removed = await tx.query<{ contactId: string }>(
      `DELETE FROM restricted_contacts WHERE tenant_id = $1 AND contact_id = ANY ($2::text[])
       RETURNING contact_id AS "contactId"`,
      [tenantId, await this.vault.idsOf(tenantId, asked, tx)],
    );
    let position: number | undefined;
    for (const { contactId } of removed) {
      position = await this.#tell(tx, { tenantId, contactId }, { type: 'RestrictionLifted', said });
    }
    return position;
  }

  /** Where one of these contacts is restricted by any of its ids, all of them are. */
  async share(
    tx: Queryable,
    { tenantId, contactIds }: { readonly tenantId: string; readonly contactIds: readonly string[] },
    said: { readonly justification: string },
  ): Promise<void> {
    await lock(tx, tenantId);
    const ids: string[] = [];
    for (const contactId of contactIds)
      ids.push(...(await this.vault.idsOf(tenantId, contactId, tx)));
    const standing = await tx.query(
      'SELECT FROM restricted_contacts WHERE tenant_id = $1 AND contact_id = ANY ($2::text[]) LIMIT 1',
      [tenantId, ids],
    );
    if (standing.length === 0) return;
    for (const contactId of contactIds) await this.restrict(tx, { tenantId, contactId }, said);
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
