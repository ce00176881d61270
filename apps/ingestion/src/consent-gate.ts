import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '@tact/platform';

/** The latest word on signal analysis for one contact, from the ledger or from a declaration. */
export type SignalConsent = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly state: 'given' | 'withdrawn';
  /** RFC 3339 UTC. */
  readonly at: string;
};

/**
 * Who may be analysed. A signal of a person without an active consent for `signal-analysis` on
 * WhatsApp is counted and never stored: no row, no record, no log line.
 */
@Injectable()
export class ConsentGate {
  constructor(private readonly database: Database) {}

  /** The contacts among these whose consent is active; an unknown contact is not. */
  async open(tenantId: string, contactIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (contactIds.length === 0) return new Set();
    const rows = await this.database.queryable.query<{ contactId: string }>(
      `SELECT contact_id AS "contactId" FROM signal_consents
        WHERE tenant_id = $1 AND contact_id = ANY ($2) AND state = 'given'`,
      [tenantId, contactIds],
    );
    return new Set(rows.map(({ contactId }) => contactId));
  }

  /** Keeps the latest word by its own time; at the same instant a withdrawal wins. */
  async record(tx: Queryable, consents: readonly SignalConsent[]): Promise<void> {
    for (const { tenantId, contactId, state, at } of consents) {
      await tx.query(
        `INSERT INTO signal_consents AS known (tenant_id, contact_id, state, at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, contact_id) DO UPDATE SET state = excluded.state, at = excluded.at
          WHERE excluded.at > known.at OR (excluded.at = known.at AND excluded.state = 'withdrawn')`,
        [tenantId, contactId, state, at],
      );
    }
  }
}
