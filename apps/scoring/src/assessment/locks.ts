import { ADVISORY_CLASS, type Queryable } from '@tact/platform';
import type { ContactKey } from '../facts/facts.ts';

/** Keys as two columns, for `unnest`. */
export const columnsOf = (keys: readonly ContactKey[]) => [
  keys.map(({ tenantId }) => tenantId),
  keys.map(({ contactId }) => contactId),
];

/** Writers of rows share this lock; the swap of a rebuild holds it alone. It ends with the transaction. */
export const lockProjection = async (tx: Queryable, mode: 'shared' | 'alone'): Promise<void> => {
  const lock = mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  const text = `SELECT ${lock}(${ADVISORY_CLASS}, hashtext('scoring block-likelihood'))`;
  await tx.query(text, [], `lock_projection_${mode}`);
};

/** Names the locks of contacts among all advisory locks; their keys are `contactHash`, in SQL. */
export const CONTACT_CLASS = ADVISORY_CLASS + 1;
export const contactHash = `hashtext(tenant_id || '/' || contact_id)`;

/**
 * From here to the end of the transaction nobody else assesses these contacts: who read the facts earlier must not
 * write later. Also of contacts that have no row yet; in an order that cannot deadlock.
 */
export const lockContacts = async (tx: Queryable, keys: readonly ContactKey[]): Promise<void> => {
  await tx.query(
    `SELECT pg_advisory_xact_lock(${CONTACT_CLASS}, hash) FROM (
       SELECT DISTINCT ${contactHash} AS hash
       FROM unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id) ORDER BY hash) AS hashes`,
    columnsOf(keys),
    'lock_contacts',
  );
};
