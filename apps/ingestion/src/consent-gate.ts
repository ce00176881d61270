import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import { Coalescer, Database, type Queryable, Vault } from '@tact/platform';

/** The latest word on signal analysis for one contact, from the ledger or from a declaration. */
export type SignalConsent = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly state: 'given' | 'withdrawn';
  /** RFC 3339 UTC. */
  readonly at: string;
};

/** Who an observation is about, as far as it may be analysed: the contact id, or why there is none. */
export type Admission = { readonly contactId: string } | 'contact-unknown' | 'consent-missing';

type Asked = { readonly tenantId: string; readonly identities: Identities };

/**
 * Who may be analysed. A signal of a person without an active consent for `signal-analysis` on
 * WhatsApp is counted and never stored: no row, no record, no log line.
 */
@Injectable()
export class ConsentGate {
  private readonly lookups = new Coalescer<Asked, Admission>((asked) => this.lookUp(asked));

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  /** One answer a person, in order; webhooks that arrive together share two queries. */
  admit(tenantId: string, people: readonly Identities[]): Promise<Admission[]> {
    return this.lookups.ask(people.map((identities) => ({ tenantId, identities })));
  }

  private async lookUp(asked: readonly Asked[]): Promise<Admission[]> {
    const answers: Admission[] = [];
    const numbered = asked.map((one, nth) => ({ ...one, nth }));
    for (const [tenantId, people] of Map.groupBy(numbered, (one) => one.tenantId)) {
      const contactIds = await this.vault.resolveMany(
        tenantId,
        people.map(({ identities }) => identities),
      );
      const known = new Set(contactIds.filter((id) => id !== undefined));
      const open = await this.open(tenantId, [...known]);
      for (const [at, { nth }] of people.entries()) {
        const contactId = contactIds[at];
        if (contactId === undefined) answers[nth] = 'contact-unknown';
        else answers[nth] = open.has(contactId) ? { contactId } : 'consent-missing';
      }
    }
    return answers;
  }

  /** The contacts among these whose consent is active, as `queryable` sees it; an unknown contact is not. */
  async open(
    tenantId: string,
    contactIds: readonly string[],
    queryable: Queryable = this.database.queryable,
  ): Promise<ReadonlySet<string>> {
    if (contactIds.length === 0) return new Set();
    const rows = await queryable.query<{ contactId: string }>(
      `SELECT contact_id AS "contactId" FROM signal_consents
        WHERE tenant_id = $1 AND contact_id = ANY ($2) AND state = 'given'`,
      [tenantId, contactIds],
    );
    return new Set(rows.map(({ contactId }) => contactId));
  }

  /**
   * Keeps the latest word by its own time; at the same instant a withdrawal wins. One statement for all,
   * in one order of rows, so that two of them cannot wait for each other in a circle.
   */
  async record(tx: Queryable, consents: readonly SignalConsent[]): Promise<void> {
    if (consents.length === 0) return;
    await tx.query(
      `INSERT INTO signal_consents AS known (tenant_id, contact_id, state, at)
       SELECT DISTINCT ON (tenant_id, contact_id) tenant_id, contact_id, state, at
         FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
           AS told (tenant_id, contact_id, state, at)
        ORDER BY tenant_id, contact_id, at DESC, state = 'withdrawn' DESC
       ON CONFLICT (tenant_id, contact_id) DO UPDATE SET state = excluded.state, at = excluded.at
        WHERE excluded.at > known.at OR (excluded.at = known.at AND excluded.state = 'withdrawn')`,
      [
        consents.map(({ tenantId }) => tenantId),
        consents.map(({ contactId }) => contactId),
        consents.map(({ state }) => state),
        consents.map(({ at }) => at),
      ],
    );
  }
}
