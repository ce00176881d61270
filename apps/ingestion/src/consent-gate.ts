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
    for (const [tenantId, people] of Map.groupBy(asked, (one) => one.tenantId)) {
      const contactIds = await this.vault.resolveMany(
        tenantId,
        people.map(({ identities }) => identities),
      );
      const known = new Set(contactIds.filter((id) => id !== undefined));
      const open = await this.open(tenantId, [...known]);
      for (const [nth, person] of people.entries()) {
        const contactId = contactIds[nth];
        const at = asked.indexOf(person);
        if (contactId === undefined) answers[at] = 'contact-unknown';
        else answers[at] = open.has(contactId) ? { contactId } : 'consent-missing';
      }
    }
    return answers;
  }

  /** The contacts among these whose consent is active; an unknown contact is not. */
  private async open(
    tenantId: string,
    contactIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
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
