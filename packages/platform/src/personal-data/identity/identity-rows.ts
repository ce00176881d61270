import type { IdentityKind } from '@tact/contracts';
import type { Queryable } from '../../postgres/queryable.ts';

/** One fingerprint in the index; `id` is the same bytes as text, for maps. */
export type IndexKey = { readonly kind: IdentityKind; readonly bidx: Buffer; readonly id: string };
export type IndexRow = IndexKey & { readonly contactId: string };

/**
 * Rows (nth, contact_id, until) of whose each fingerprint is; its parameters are the tenant and the fingerprints. Each
 * is looked up by itself: before a young table was analysed, PostgreSQL would read everybody of the tenant instead.
 */
export const ownersText = `
  SELECT asked.nth::int AS nth, known.contact_id, known.until
  FROM unnest($2::bytea[]) WITH ORDINALITY AS asked (bidx, nth)
  CROSS JOIN LATERAL (
    SELECT contact_id, until FROM vault.identities
    WHERE tenant_id = $1 AND bidx = asked.bidx LIMIT 1) AS known`;

/** Whose rows, and the present by the platform's clock: an identity may have ended before it. */
export type IndexScope = { readonly tenantId: string; readonly at: Date };

/** Contact ids by `IndexKey.id` of who has an identity now; the rows are kept from being deleted until the end of `tx`. */
export const holdOwners = async (
  tx: Queryable,
  { tenantId, at }: IndexScope,
  keys: readonly IndexKey[],
): Promise<Map<string, string>> => {
  if (keys.length === 0) return new Map();
  const rows = await tx.query<{ nth: number; contact_id: string }>(
    `SELECT asked.nth::int AS nth, known.contact_id
     FROM unnest($2::bytea[]) WITH ORDINALITY AS asked (bidx, nth)
     JOIN vault.identities AS known ON known.tenant_id = $1 AND known.bidx = asked.bidx
     WHERE known.until IS NULL OR known.until >= $3
     FOR KEY SHARE OF known`,
    [tenantId, keys.map(({ bidx }) => bidx), at],
    'hold_owners',
  );
  return new Map(
    rows.flatMap(({ nth, contact_id: contactId }) => {
      const key = keys[nth - 1];
      return key === undefined ? [] : [[key.id, contactId] as const];
    }),
  );
};

/** False when another transaction was first for some row; ours are then taken back to decide again. */
export const insertRows = async (
  tx: Queryable,
  { tenantId, at }: IndexScope,
  rows: readonly IndexRow[],
): Promise<boolean> => {
  if (rows.length === 0) return true;
  // One order for all transactions, so that two of them cannot wait for each other in a circle.
  const ordered = rows.toSorted((a, b) => Buffer.compare(a.bidx, b.bidx));
  const inserted = await tx.query<{ bidx: Buffer }>(
    `INSERT INTO vault.identities AS known (tenant_id, kind, bidx, contact_id)
     SELECT $1, kind, bidx, contact_id
     FROM unnest($2::text[], $3::bytea[], $4::text[]) AS fresh (kind, bidx, contact_id)
     ON CONFLICT (tenant_id, bidx) DO UPDATE SET contact_id = excluded.contact_id, until = NULL
       WHERE known.until < $5
     RETURNING bidx`,
    [
      tenantId,
      ordered.map(({ kind }) => kind),
      ordered.map(({ bidx }) => bidx),
      ordered.map(({ contactId }) => contactId),
      at,
    ],
  );
  if (inserted.length === rows.length) return true;
  await tx.query('DELETE FROM vault.identities WHERE tenant_id = $1 AND bidx = ANY ($2::bytea[])', [
    tenantId,
    inserted.map(({ bidx }) => bidx),
  ]);
  return false;
};

/** Removes all rows of a contact; loops because a registration may have been adding one. */
export const deleteRows = async (
  queryable: Queryable,
  tenantId: string,
  contactId: string,
): Promise<void> => {
  for (;;) {
    const gone = await queryable.query(
      'DELETE FROM vault.identities WHERE tenant_id = $1 AND contact_id = $2 RETURNING 1',
      [tenantId, contactId],
    );
    if (gone.length === 0) return;
  }
};
