import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '@tact/platform';

/** Who the person behind a contact goes on as. */
export type GoesOnAs = { readonly contactId: string; readonly later: string };

/** Which contacts are later ones of others: what is asked of us under the earlier is asked under the later, at any time. */
@Injectable()
export class LinkedContacts {
  constructor(private readonly database: Database) {}

  /** In the transaction that says so to everybody else. */
  async keep(tx: Queryable, tenantId: string, links: readonly GoesOnAs[]): Promise<void> {
    if (links.length === 0) return;
    await tx.query(
      `INSERT INTO contact_links (tenant_id, contact_id, later_id)
       SELECT $1, contact_id, later_id FROM unnest($2::text[], $3::text[]) AS link (contact_id, later_id)
       ON CONFLICT DO NOTHING`,
      [tenantId, links.map(({ contactId }) => contactId), links.map(({ later }) => later)],
    );
  }

  /** For each of these contacts all that it goes on as, and that these go on as; without itself. One query for all. */
  async laterThan(
    tenantId: string,
    contactIds: readonly string[],
    tx: Queryable = this.database.queryable,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    if (contactIds.length === 0) return new Map();
    const rows = await tx.query<GoesOnAs>(
      `WITH RECURSIVE reached AS (
         SELECT asked.contact_id, link.later_id
         FROM unnest($2::text[]) AS asked (contact_id)
         JOIN contact_links AS link ON link.tenant_id = $1 AND link.contact_id = asked.contact_id
         UNION
         SELECT reached.contact_id, link.later_id FROM reached
         JOIN contact_links AS link ON link.tenant_id = $1 AND link.contact_id = reached.later_id)
       SELECT contact_id AS "contactId", later_id AS later FROM reached
       WHERE later_id <> contact_id ORDER BY 1, 2`,
      [tenantId, [...new Set(contactIds)]],
      'later_contacts',
    );
    const byContact = Map.groupBy(rows, ({ contactId }) => contactId);
    return new Map([...byContact].map(([id, own]) => [id, own.map(({ later }) => later)]));
  }

  /** What links of a contact come to for the one it becomes part of. Its own stay, for what is asked under its id. */
  async ofMerged(
    tx: Queryable,
    { tenantId, from, into }: { tenantId: string; from: string; into: string },
  ): Promise<readonly GoesOnAs[]> {
    return await tx.query<GoesOnAs>(
      `SELECT $3 AS "contactId", later_id AS later FROM contact_links
       WHERE tenant_id = $1 AND contact_id = $2 AND later_id <> $3
       UNION SELECT contact_id, $3 FROM contact_links
       WHERE tenant_id = $1 AND later_id = $2 AND contact_id <> $3`,
      [tenantId, from, into],
    );
  }
}
