import { Injectable } from '@nestjs/common';
import { Database, type Queryable, Vault } from '@tact/platform';

export type KeptReceipt = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly consentId: string;
  /** As it was signed. */
  readonly receipt: string;
};

const placeOf = (consentId: string): string => `receipt/${consentId}`;

/** Receipts as they were signed, sealed under the person's key: whoever asks again is given the same bytes. */
@Injectable()
export class KeptReceipts {
  constructor(
    private readonly vault: Vault,
    private readonly database: Database,
  ) {}

  /** The first one of a consent stands. Throws `SubjectErased` for whoever was erased. */
  async keep(
    tx: Queryable,
    { tenantId, contactId, consentId, receipt }: KeptReceipt,
  ): Promise<void> {
    const owner = { tenantId, subject: contactId };
    const sealed = await this.vault.texts.seal(owner, receipt, placeOf(consentId));
    await tx.query(
      `INSERT INTO consent_receipts (consent_id, tenant_id, contact_id, receipt)
       VALUES ($1, $2, $3, $4) ON CONFLICT (consent_id) DO NOTHING`,
      [consentId, tenantId, contactId, sealed],
    );
  }

  /** By itself; what is kept of the consent from then on. */
  async keepFirst(kept: KeptReceipt): Promise<string> {
    await this.keep(this.database.queryable, kept);
    return (await this.of(kept.tenantId, kept.consentId)) ?? kept.receipt;
  }

  /** Throws `SubjectErased` for whoever was erased. */
  async of(tenantId: string, consentId: string): Promise<string | undefined> {
    const [row] = await this.database.queryable.query<KeptReceipt>(
      `SELECT tenant_id AS "tenantId", contact_id AS "contactId", receipt FROM consent_receipts
       WHERE tenant_id = $1 AND consent_id = $2`,
      [tenantId, consentId],
    );
    if (row === undefined) return undefined;
    const owner = { tenantId, subject: row.contactId };
    return this.vault.texts.open(owner, row.receipt, placeOf(consentId));
  }
}
