import { Injectable } from '@nestjs/common';
import { Database, EventStore, type Queryable } from '@tact/platform';
import { Announcements } from './announcements.ts';
import { Assessor } from './assessor.ts';
import { columnsOf, lockProjection } from './block-likelihoods.ts';
import type { ContactKey } from './facts.ts';

const CONTACTS_AT_ONCE = 50;

/**
 * Contacts whose facts are kept and whose rows are behind them. While much comes at once (an import, a backlog), a
 * person would be assessed anew for every few facts; here it waits, and is assessed once for all of them.
 */
@Injectable()
export class DueAssessments {
  /** When this process last deferred something, in milliseconds of `performance.now()`. */
  deferredAt = -Infinity;

  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly assessor: Assessor,
    private readonly announcements: Announcements,
  ) {}

  /** Marks contacts in the transaction that keeps their facts. The update waits for who assesses them just now. */
  async defer(tx: Queryable, keys: readonly ContactKey[]): Promise<void> {
    this.deferredAt = performance.now();
    await tx.query(
      `INSERT INTO due_assessments AS due (tenant_id, contact_id)
       SELECT * FROM unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id)
       ORDER BY tenant_id, contact_id
       ON CONFLICT (tenant_id, contact_id) DO UPDATE SET marks = due.marks + 1`,
      columnsOf(keys),
    );
  }

  /** Marks every contact of tenants: something that was known of all of them has changed. */
  async deferTenants(tx: Queryable, tenantIds: readonly string[]): Promise<void> {
    this.deferredAt = performance.now();
    await tx.query(
      `INSERT INTO due_assessments AS due (tenant_id, contact_id)
       SELECT tenant_id, contact_id FROM block_likelihoods WHERE tenant_id = ANY ($1::text[])
       ORDER BY tenant_id, contact_id
       ON CONFLICT (tenant_id, contact_id) DO UPDATE SET marks = due.marks + 1`,
      [[...new Set(tenantIds)]],
    );
  }

  /** Assesses whoever is due, in small transactions, until nobody is. */
  async settle(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const assessed = await this.store.transaction((tx) => this.assess(tx, signal));
      if (assessed < CONTACTS_AT_ONCE) return;
    }
  }

  /** The same for a caller who holds the projection alone, so that nobody becomes due meanwhile. */
  async settleIn(tx: Queryable, signal: AbortSignal): Promise<void> {
    while ((await this.assess(tx, signal)) === CONTACTS_AT_ONCE);
  }

  /** Assesses some in the caller's transaction, which holds their marks until its end; says how many. */
  private async assess(tx: Queryable, signal: AbortSignal): Promise<number> {
    await lockProjection(tx, 'shared');
    const keys = await tx.query<ContactKey>(
      `DELETE FROM due_assessments WHERE (tenant_id, contact_id) IN (
         SELECT tenant_id, contact_id FROM due_assessments
         ORDER BY tenant_id, contact_id LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING tenant_id AS "tenantId", contact_id AS "contactId"`,
      [CONTACTS_AT_ONCE],
    );
    if (keys.length === 0) return 0;
    await this.assessor.assess(tx, keys, signal);
    await this.announcements.announce(tx, keys);
    return keys.length;
  }

  /** Whether the row of this contact is behind its facts. */
  async isDue({ tenantId, contactId }: ContactKey): Promise<boolean> {
    const rows = await this.database.queryable.query(
      'SELECT FROM due_assessments WHERE tenant_id = $1 AND contact_id = $2',
      [tenantId, contactId],
    );
    return rows.length > 0;
  }
}
