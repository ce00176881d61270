import type { Queryable } from '../../postgres/queryable.ts';

/** One contact of a tenant that became part of another, or one that identities leave for. */
export type ContactChange = {
  readonly tenantId: string;
  readonly from: string;
  readonly into: string;
};

/** Where a contact is: the id it is known by, whether it is known at all. */
export type Whereabouts = { readonly contactId: string; readonly isKnown: boolean };

/**
 * Contacts that two people found to be one person. The id that went on answers; the other one leads to it, for ever or
 * until they are split. A ledger that has not taken over yet what the other id refused is said to be due.
 */
export class MergedContacts {
  readonly #queryable: Queryable;

  constructor(queryable: Queryable) {
    this.#queryable = queryable;
  }

  async whereaboutsOf(tenantId: string, contactId: string): Promise<Whereabouts> {
    const [row] = await this.#queryable.query<Whereabouts>(
      `SELECT asked.id AS "contactId", EXISTS (
         SELECT FROM vault.identities WHERE tenant_id = $1 AND contact_id = asked.id) AS "isKnown"
       FROM (SELECT coalesce((SELECT survivor_id FROM vault.merged_contacts
         WHERE tenant_id = $1 AND contact_id = $2), $2) AS id) AS asked`,
      [tenantId, contactId],
      'whereabouts',
    );
    return row ?? { contactId, isKnown: false };
  }

  /** Survivors by the ids among these that were merged, as `queryable` sees it. */
  async survivorsOf(
    contactIds: readonly string[],
    queryable: Queryable = this.#queryable,
  ): Promise<ReadonlyMap<string, string>> {
    if (contactIds.length === 0) return new Map();
    const rows = await queryable.query<{ contactId: string; survivorId: string }>(
      `SELECT contact_id AS "contactId", survivor_id AS "survivorId"
       FROM vault.merged_contacts WHERE contact_id = ANY ($1::text[])`,
      [contactIds],
      'survivors',
    );
    return new Map(rows.map((row) => [row.contactId, row.survivorId]));
  }

  /** Every id of a person, whichever of them is asked: the one that answers comes first, those that lead to it follow. */
  async idsOf(
    tenantId: string,
    contactId: string,
    queryable: Queryable = this.#queryable,
  ): Promise<readonly [string, ...string[]]> {
    const rows = await queryable.query<{ survivorId: string; mergedId: string | null }>(
      `SELECT asked.id AS "survivorId", merged.contact_id AS "mergedId"
       FROM (SELECT coalesce((SELECT survivor_id FROM vault.merged_contacts
         WHERE tenant_id = $1 AND contact_id = $2), $2) AS id) AS asked
       LEFT JOIN vault.merged_contacts AS merged
         ON merged.tenant_id = $1 AND merged.survivor_id = asked.id
       ORDER BY 2`,
      [tenantId, contactId],
      'ids_of_person',
    );
    const merged = rows.flatMap(({ mergedId }) => (mergedId === null ? [] : [mergedId]));
    return [rows[0]?.survivorId ?? contactId, ...merged];
  }

  /** Every id of each of these people, in one query. */
  async allIdsOf(tenantId: string, contactIds: readonly string[]): Promise<readonly string[]> {
    if (contactIds.length === 0) return [];
    const rows = await this.#queryable.query<{ contactId: string }>(
      `WITH people AS (
         SELECT DISTINCT coalesce(merged.survivor_id, asked.id) AS id
         FROM unnest($2::text[]) AS asked (id)
         LEFT JOIN vault.merged_contacts AS merged
           ON merged.tenant_id = $1 AND merged.contact_id = asked.id)
       SELECT id AS "contactId" FROM people
       UNION SELECT merged.contact_id FROM people
         JOIN vault.merged_contacts AS merged
           ON merged.tenant_id = $1 AND merged.survivor_id = people.id`,
      [tenantId, contactIds],
      'all_ids_of_people',
    );
    return rows.map(({ contactId }) => contactId);
  }

  /** The ids that lead to a contact. */
  async mergedInto(
    tenantId: string,
    survivorId: string,
    queryable: Queryable = this.#queryable,
  ): Promise<readonly string[]> {
    const rows = await queryable.query<{ contactId: string }>(
      `SELECT contact_id AS "contactId" FROM vault.merged_contacts
       WHERE tenant_id = $1 AND survivor_id = $2 ORDER BY 1`,
      [tenantId, survivorId],
    );
    return rows.map(({ contactId }) => contactId);
  }

  /**
   * Survivors of those among these whose ledger was taken over. Of the others it is yet to be read: what is told of them
   * meanwhile belongs into it, or it would count as the survivor's own.
   */
  async heirsOf(
    contactIds: readonly string[],
    tx: Queryable,
  ): Promise<ReadonlyMap<string, string>> {
    if (contactIds.length === 0) return new Map();
    const rows = await tx.query<{ contactId: string; survivorId: string }>(
      `SELECT contact_id AS "contactId", survivor_id AS "survivorId" FROM vault.merged_contacts AS merged
       WHERE contact_id = ANY ($1::text[]) AND NOT EXISTS (
         SELECT FROM vault.take_overs_due AS due
         WHERE due.contact_id = merged.survivor_id AND due.other_contact_id = merged.contact_id)`,
      [contactIds],
      'heirs',
    );
    return new Map(rows.map((row) => [row.contactId, row.survivorId]));
  }

  /** Whether something of another contact has yet to be taken over into this one's ledger. */
  async isDue(tx: Queryable, contactId: string): Promise<boolean> {
    const due = await tx.query(
      'SELECT FROM vault.take_overs_due WHERE contact_id = $1 LIMIT 1',
      [contactId],
      'take_over_due',
    );
    return due.length > 0;
  }

  /**
   * In the transaction that took over. A contact that was merged meanwhile owes nothing of it either: who takes over its
   * ledger, later, takes over this with it. The rows are held first, so that the look behind them sees that merge.
   */
  async settle(
    tx: Queryable,
    contactIds: readonly string[],
    otherContactId: string,
  ): Promise<void> {
    await tx.query(
      `SELECT FROM vault.take_overs_due
       WHERE contact_id = ANY ($1::text[]) AND other_contact_id = $2 ORDER BY contact_id FOR UPDATE`,
      [contactIds, otherContactId],
    );
    await tx.query(
      `DELETE FROM vault.take_overs_due WHERE other_contact_id = $2 AND (
         contact_id = ANY ($1::text[]) OR contact_id IN (
           SELECT survivor_id FROM vault.merged_contacts WHERE contact_id = ANY ($1::text[])))`,
      [contactIds, otherContactId],
    );
  }

  /** All identities of one contact become the other's, those it gave up too. What both have, the other has already. */
  async merge(tx: Queryable, { tenantId, from, into }: ContactChange): Promise<void> {
    await tx.query(
      `UPDATE vault.identities AS own SET contact_id = $3
       WHERE tenant_id = $1 AND contact_id = $2 AND NOT EXISTS (
         SELECT FROM vault.identities AS same
         WHERE same.tenant_id = $1 AND same.bidx = own.bidx AND same.contact_id = $3
           AND (same.until IS NULL) = (own.until IS NULL))`,
      [tenantId, from, into],
    );
    await tx.query('DELETE FROM vault.identities WHERE tenant_id = $1 AND contact_id = $2', [
      tenantId,
      from,
    ]);
    await tx.query(
      `UPDATE vault.merged_contacts SET survivor_id = $3 WHERE tenant_id = $1 AND survivor_id = $2`,
      [tenantId, from, into],
    );
    await tx.query(
      'INSERT INTO vault.merged_contacts (tenant_id, contact_id, survivor_id) VALUES ($1, $2, $3)',
      [tenantId, from, into],
    );
    await this.#owe(tx, { tenantId, from, into });
    // What the one was to take over, the other is now.
    await tx.query(
      `INSERT INTO vault.take_overs_due (tenant_id, contact_id, other_contact_id)
       SELECT tenant_id, $2, other_contact_id FROM vault.take_overs_due
       WHERE contact_id = $1 AND other_contact_id <> $2 ORDER BY other_contact_id FOR UPDATE
       ON CONFLICT DO NOTHING`,
      [from, into],
    );
  }

  /** Some identities of a contact become another's; says how many of its fingerprints went and how many stay. */
  async split(
    tx: Queryable,
    change: ContactChange,
    fingerprints: readonly Buffer[],
  ): Promise<{ readonly left: number; readonly stayed: number }> {
    const { tenantId, from, into } = change;
    const left = await tx.query(
      `UPDATE vault.identities SET contact_id = $3
       WHERE tenant_id = $1 AND contact_id = $2 AND bidx = ANY ($4::bytea[]) RETURNING 1`,
      [tenantId, from, into, fingerprints],
    );
    const stayed = await tx.query(
      'SELECT FROM vault.identities WHERE tenant_id = $1 AND contact_id = $2',
      [tenantId, from],
    );
    await tx.query('DELETE FROM vault.merged_contacts WHERE tenant_id = $1 AND contact_id = $2', [
      tenantId,
      into,
    ]);
    await this.oweBoth(tx, change);
    return { left: left.length, stayed: stayed.length };
  }

  /** Identities of the one are the other's: the one takes over what was refused, the other may have lost who agreed. */
  async oweBoth(tx: Queryable, change: ContactChange): Promise<void> {
    const { tenantId, from, into } = change;
    await this.#owe(tx, change);
    // Nor may anything be allowed to the one that was left, until its ledger holds no agreement of who left.
    await this.#owe(tx, { tenantId, from: into, into: from });
  }

  async #owe(tx: Queryable, { tenantId, from, into }: ContactChange): Promise<void> {
    await tx.query(
      `INSERT INTO vault.take_overs_due (tenant_id, contact_id, other_contact_id)
       VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [tenantId, into, from],
    );
  }
}
