import type { IdentityKind } from '@tact/contracts';
import type { Queryable } from '../postgres/queryable.ts';

/** One fingerprint in the index; `id` is the same bytes as text, for maps. */
export type IndexKey = { readonly kind: IdentityKind; readonly bidx: Buffer; readonly id: string };
export type IndexRow = IndexKey & { readonly contactId: string };
/** `held` keeps the rows from being deleted until the transaction ends. */
export type ReadMode = 'free' | 'held';

/**
 * Contact ids by `IndexKey.id`, in one query. `at` is when what is asked about happened, one instant a key
 * (milliseconds since the epoch): a number that was given up is its former owner's for what came before.
 */
export const readOwners = async (
  tx: Queryable,
  tenantId: string,
  { keys, at, mode }: { keys: readonly IndexKey[]; at: readonly number[]; mode: ReadMode },
): Promise<Map<string, string>> => {
  if (keys.length === 0) return new Map();
  const rows = await tx.query<{ nth: number; contactId: string }>(
    `SELECT asked.nth::int AS nth, known.contact_id AS "contactId"
     FROM unnest($2::bytea[], $3::timestamptz[]) WITH ORDINALITY AS asked (bidx, at, nth)
     JOIN vault.identities AS known ON known.tenant_id = $1 AND known.bidx = asked.bidx
     WHERE known.until IS NULL OR known.until >= asked.at
     ${mode === 'held' ? 'FOR KEY SHARE OF known' : ''}`,
    [tenantId, keys.map(({ bidx }) => bidx), at.map((instant) => new Date(instant))],
    `identity_owners_${mode}`,
  );
  return new Map(
    rows.map(({ nth, contactId }) => [ownerKey(keys[nth - 1], at[nth - 1]), contactId]),
  );
};

/** Where an owner is in the answer of `readOwners`. */
export const ownerKey = (key: IndexKey | undefined, at: number | undefined): string =>
  `${key?.id}/${at}`;

/** False when another transaction was first for some row; ours are then taken back to decide again. */
export const insertRows = async (
  tx: Queryable,
  tenantId: string,
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
       WHERE known.until < now()
     RETURNING bidx`,
    [
      tenantId,
      ordered.map(({ kind }) => kind),
      ordered.map(({ bidx }) => bidx),
      ordered.map(({ contactId }) => contactId),
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
