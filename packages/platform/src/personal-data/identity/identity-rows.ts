import type { Queryable } from '../../postgres/queryable.ts';
import { type IndexKey, slotOf } from './identity-key.ts';
import type { ChangedRow, HeldRow, IndexRow, Owned } from './known-identities.ts';

/** More rows of one identity are not looked at: a number has few owners in its life, an address that many share says nobody. */
export const OWNERS_MAX = 20;

/**
 * Rows (nth, contact_id, until, since) of whose each fingerprint was and is; its parameters are the tenant and the
 * fingerprints. Each is looked up by itself: before a young table was analysed, PostgreSQL would read everybody of the
 * tenant instead.
 */
export const ownersText = `
  SELECT asked.nth::int AS nth, known.contact_id, known.until, known.since
  FROM unnest($2::bytea[]) WITH ORDINALITY AS asked (bidx, nth)
  CROSS JOIN LATERAL (
    SELECT contact_id, until, since FROM vault.identities
    WHERE tenant_id = $1 AND bidx = asked.bidx
    ORDER BY until DESC NULLS FIRST LIMIT ${OWNERS_MAX}) AS known`;

/** Whose rows, and the present by the platform's clock. */
export type IndexScope = { readonly tenantId: string; readonly at: Date };

/** Who has each identity and had it; the rows are kept from being deleted until the end of `tx`. */
export const holdOwners = async (
  tx: Queryable,
  { tenantId }: IndexScope,
  keys: readonly IndexKey[],
): Promise<Owned[]> => {
  if (keys.length === 0) return [];
  const rows = await tx.query<{ nth: number; contactId: string; until: Date | null }>(
    `SELECT asked.nth::int AS nth, known.contact_id AS "contactId", known.until
     FROM unnest($2::bytea[]) WITH ORDINALITY AS asked (bidx, nth)
     CROSS JOIN LATERAL (
       SELECT contact_id, until FROM vault.identities
       WHERE tenant_id = $1 AND bidx = asked.bidx
       ORDER BY until DESC NULLS FIRST, contact_id LIMIT ${OWNERS_MAX} FOR KEY SHARE) AS known`,
    [tenantId, keys.map(({ bidx }) => bidx)],
    'hold_owners',
  );
  return rows.flatMap(({ nth, contactId, until }) => {
    const key = keys[nth - 1];
    return key === undefined ? [] : [{ id: key.id, contactId, until }];
  });
};

type StoredRow = Omit<HeldRow, 'id' | 'slot'> & {
  readonly bidx: Buffer;
  readonly record: string | null;
};

/** All that contacts have at present. */
export const heldRows = async (
  tx: Queryable,
  tenantId: string,
  contactIds: readonly string[],
): Promise<HeldRow[]> => {
  if (contactIds.length === 0) return [];
  const rows = await tx.query<StoredRow>(
    `SELECT known.contact_id AS "contactId", kind, bidx, record, teller
     FROM unnest($2::text[]) AS asked (contact_id)
     CROSS JOIN LATERAL (
       SELECT contact_id, kind, bidx, record, teller FROM vault.identities
       WHERE tenant_id = $1 AND contact_id = asked.contact_id AND until IS NULL) AS known`,
    [tenantId, [...new Set(contactIds)]],
    'held_identities',
  );
  return rows.map(({ bidx, record, ...row }) => ({
    ...row,
    slot: slotOf(row.kind, record),
    id: bidx.toString('base64'),
  }));
};

const bidxOf = ({ id }: { readonly id: string }): Buffer => Buffer.from(id, 'base64');

type Ordered = Pick<HeldRow, 'id' | 'contactId'>;

const byContact = (a: Ordered, b: Ordered): number => (a.contactId < b.contactId ? -1 : 1);

/** One order for all transactions, so that two of them cannot wait for each other in a circle: several may have one address. */
const inOrder = <Row extends Ordered>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => Buffer.compare(bidxOf(a), bidxOf(b)) || byContact(a, b));

/** Ends rows now, and notes who tells others. False where another transaction ended one of them first. */
const changeRows = async (
  tx: Queryable,
  { tenantId, at }: IndexScope,
  rows: readonly ChangedRow[],
): Promise<boolean> => {
  if (rows.length === 0) return true;
  const changed = await tx.query(
    `WITH asked AS (
       SELECT * FROM unnest($2::bytea[], $3::text[], $4::boolean[], $5::text[])
         AS asked (bidx, contact_id, ends, teller)),
     held AS MATERIALIZED (
       SELECT known.bidx, known.contact_id FROM vault.identities AS known
       JOIN asked ON known.bidx = asked.bidx AND known.contact_id = asked.contact_id
       WHERE known.tenant_id = $1 AND known.until IS NULL
       ORDER BY known.bidx, known.contact_id FOR NO KEY UPDATE OF known)
     UPDATE vault.identities AS known
     SET until = CASE WHEN asked.ends THEN $6::timestamptz END, teller = asked.teller
     FROM held JOIN asked ON asked.bidx = held.bidx AND asked.contact_id = held.contact_id
     WHERE known.tenant_id = $1 AND known.bidx = held.bidx AND known.contact_id = held.contact_id
       AND known.until IS NULL
     RETURNING 1`,
    [
      tenantId,
      rows.map(bidxOf),
      rows.map(({ contactId }) => contactId),
      rows.map(({ ends }) => ends),
      rows.map(({ teller }) => teller),
      at,
    ],
  );
  return changed.length === rows.length;
};

type Changes = { readonly added: readonly IndexRow[]; readonly changed: readonly ChangedRow[] };

/** False where another transaction was first for some row. */
const insertRows = async (
  tx: Queryable,
  { tenantId }: IndexScope,
  rows: readonly IndexRow[],
): Promise<boolean> => {
  if (rows.length === 0) return true;
  const ordered = inOrder(rows);
  const inserted = await tx.query(
    `INSERT INTO vault.identities (tenant_id, kind, bidx, contact_id, record, teller, since)
     SELECT $1, kind, bidx, contact_id, record, teller, since
     FROM unnest($2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
       AS fresh (kind, bidx, contact_id, record, teller, since)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [
      tenantId,
      ordered.map(({ kind }) => kind),
      ordered.map(({ bidx }) => bidx),
      ordered.map(({ contactId }) => contactId),
      ordered.map(({ kind, slot }) => (kind === 'link' ? slot : null)),
      ordered.map(({ teller }) => teller),
      ordered.map(({ since }) => since),
    ],
  );
  return inserted.length === rows.length;
};

const savepoint = 'identity_rows';

/**
 * All of it or nothing: false when another transaction was first for some row, and it must be decided again. Rows that were
 * only deleted again would be waited for until the end of the transaction, and who waits may be waited for.
 */
export const writeRows = async (
  tx: Queryable,
  scope: IndexScope,
  { added, changed }: Changes,
): Promise<boolean> => {
  if (added.length === 0 && changed.length === 0) return true;
  await tx.query(`SAVEPOINT ${savepoint}`);
  const isDone = (await changeRows(tx, scope, changed)) && (await insertRows(tx, scope, added));
  await tx.query(isDone ? `RELEASE SAVEPOINT ${savepoint}` : `ROLLBACK TO SAVEPOINT ${savepoint}`);
  return isDone;
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
