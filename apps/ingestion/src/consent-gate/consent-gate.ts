import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import { type AnalysisWord, mayBeAnalysed } from '@tact/domain';
import {
  BatchLoader,
  Database,
  type OwnerRow,
  type Queryable,
  ServiceConfig,
  Vault,
} from '@tact/platform';
import type { ConsentGateSettings } from './settings.ts';
import { GateStaleness } from './staleness.ts';

/** The latest word on signal analysis for one contact, from the ledger or from a declaration. */
export type SignalConsent = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly state: 'given' | 'withdrawn';
  /** RFC 3339 UTC. */
  readonly at: string;
};

type Named = { readonly tenantId: string; readonly contactId: string };

/** What the gate hears about one contact. */
export type GateChange = AnalysisWord & { readonly tenantId: string };

/** Who an observation is about, as far as it may be analysed: the contact id, or why there is none. */
export type Admission = { readonly contactId: string } | 'contact-unknown' | 'consent-missing';

type Asked = { readonly tenantId: string; readonly identities: Identities; readonly at: number };

type Owner = OwnerRow & { readonly contactId: string; readonly open: boolean };

const latestIn = (table: string, columns: string): string => `
  LEFT JOIN LATERAL (SELECT ${columns} FROM ${table} AS word
    WHERE word.tenant_id = $1 AND word.contact_id = asked.contact_id LIMIT 1)`;

/**
 * What the gate has heard of the contacts in `asked`, of the tenant that is $1. Each is looked up by itself: before a
 * young table was analysed, PostgreSQL would read everybody of the tenant instead.
 */
const latest = `${latestIn('signal_consents', 'state, at')} AS c ON true
  ${latestIn('signal_suppressions', 'suppressed_at, lifted_at')} AS s ON true
  ${latestIn('fenced_contacts', 'contact_id')} AS f ON true`;

/** What these words come to; $3 is what holds where nobody said anything. */
const isOpen = mayBeAnalysed({
  givenAt: `CASE WHEN c.state = 'given' THEN c.at END`,
  withdrawnAt: `CASE WHEN c.state = 'withdrawn' THEN c.at END`,
  suppressedAt: 's.suppressed_at',
  liftedAt: 's.lifted_at',
  isFenced: '(f.contact_id IS NOT NULL)',
  unlessStated: '$3::boolean',
});

/**
 * Who may be analysed. A signal of a person without an active consent for `signal-analysis` on
 * WhatsApp is counted and never stored: no row, no record, no log line.
 */
@Injectable()
export class ConsentGate {
  readonly #lookups = new BatchLoader<Asked, Admission>((asked) => this.#lookUp(asked));

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly freshness: GateStaleness,
    private readonly config: ServiceConfig<ConsentGateSettings>,
  ) {}

  /**
   * One answer a person, in order; webhooks that arrive together share one query. `at` is when what is told
   * happened, in milliseconds since the epoch: a number may have had another owner then.
   */
  async admit(
    tenantId: string,
    people: readonly Identities[],
    at: readonly number[] = [],
  ): Promise<Admission[]> {
    if (people.length > 0) this.freshness.assertFresh();
    return this.#lookups.ask(
      people.map((identities, nth) => ({ tenantId, identities, at: at[nth] ?? Date.now() })),
    );
  }

  /**
   * The same for callers who have a contact id; an id that is not this tenant's is unknown, and what is told of one that
   * was merged is told of the contact it became part of.
   */
  async admitContacts(tenantId: string, given: readonly string[]): Promise<Admission[]> {
    if (given.length === 0) return [];
    this.freshness.assertFresh();
    const survivors = await this.vault.survivorsOf(given);
    const contactIds = given.map((id) => survivors.get(id) ?? id);
    const asked = [...new Set(contactIds)];
    // Of an erased person the gate may still hold a word; the index holds nobody.
    const known = await this.vault.knownAmong(tenantId, asked);
    const open = await this.open(tenantId, [...known]);
    return contactIds.map((contactId) => (open.has(contactId) ? { contactId } : 'consent-missing'));
  }

  async #lookUp(asked: readonly Asked[]): Promise<Admission[]> {
    const answers: Admission[] = [];
    const numbered = asked.map((one, nth) => ({ ...one, nth }));
    for (const [tenantId, people] of Map.groupBy(numbered, (one) => one.tenantId)) {
      const owners = this.vault.ownersPart(
        tenantId,
        people.map(({ identities }) => identities),
        { at: people.map((one) => one.at) },
      );
      // Asked also about nobody, so that an unknown person takes the path, and the time, of a known one.
      const rows = await this.database.queryable.query<Owner>(
        `SELECT asked.nth, asked.until, asked.since, asked.contact_id AS "contactId", ${isOpen} AS open
         FROM (${owners.text}) AS asked ${latest}`,
        [...owners.values, this.#unlessStated],
        'consent_gate',
      );
      for (const [at, row] of owners.pick(rows).entries()) {
        const nth = people[at]?.nth ?? 0;
        if (row === undefined) answers[nth] = 'contact-unknown';
        else answers[nth] = row.open ? { contactId: row.contactId } : 'consent-missing';
      }
    }
    return answers;
  }

  /** The contacts among these who may be analysed, as `queryable` sees it. */
  async open(
    tenantId: string,
    contactIds: readonly string[],
    queryable: Queryable = this.database.queryable,
  ): Promise<ReadonlySet<string>> {
    const rows = await queryable.query<{ contactId: string }>(
      `SELECT asked.contact_id AS "contactId" FROM unnest($2::text[]) AS asked (contact_id) ${latest}
        WHERE ${isOpen}`,
      [tenantId, contactIds, this.#unlessStated],
      'open_contacts',
    );
    return new Set(rows.map(({ contactId }) => contactId));
  }

  /** Those of these contacts about whom nothing at all may be stored any more. */
  async fencedAmong(tenantId: string, contactIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (contactIds.length === 0) return new Set();
    const rows = await this.database.queryable.query<{ contactId: string }>(
      `SELECT contact_id AS "contactId" FROM fenced_contacts
       WHERE tenant_id = $1 AND contact_id = ANY ($2)`,
      [tenantId, contactIds],
      'fenced_among',
    );
    return new Set(rows.map(({ contactId }) => contactId));
  }

  get #unlessStated(): boolean {
    return this.config.values.LAWFUL_BASIS === 'legitimate-interest';
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

  /** Objections and their lifts, each by the time of the act. */
  async recordSuppressions(
    tx: Queryable,
    changes: readonly Extract<GateChange, { about: 'suppression' }>[],
  ): Promise<void> {
    if (changes.length === 0) return;
    const rows = changes.map(({ tenantId, contactId, isLift, at }) => ({
      tenant_id: tenantId,
      contact_id: contactId,
      ...(isLift ? { lifted_at: at } : { suppressed_at: at }),
    }));
    await tx.query(
      `INSERT INTO signal_suppressions AS known (tenant_id, contact_id, suppressed_at, lifted_at)
       SELECT tenant_id, contact_id, max(suppressed_at), max(lifted_at)
         FROM json_to_recordset($1::json) AS told (tenant_id text, contact_id text,
           suppressed_at timestamptz, lifted_at timestamptz)
        GROUP BY tenant_id, contact_id ORDER BY tenant_id, contact_id
       ON CONFLICT (tenant_id, contact_id) DO UPDATE
         SET suppressed_at = greatest(known.suppressed_at, excluded.suppressed_at),
             lifted_at = greatest(known.lifted_at, excluded.lifted_at)`,
      [JSON.stringify(rows)],
    );
  }

  /** For ever: no later word opens what the fence has closed. */
  async fence(tx: Queryable, changes: readonly Named[]): Promise<void> {
    if (changes.length === 0) return;
    await tx.query(
      `INSERT INTO fenced_contacts (tenant_id, contact_id)
       SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
      [changes.map(({ tenantId }) => tenantId), changes.map(({ contactId }) => contactId)],
    );
  }
}
