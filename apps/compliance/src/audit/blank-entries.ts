import type { Queryable } from '@tact/platform';
import { genesis } from './entry.ts';

export type ChainHead = { readonly seq: number; readonly hash: string };

/** From here on nobody else adds to this chain, nor blanks it, until this transaction ends. */
export const lockChain = async (tx: Queryable, tenantId: string): Promise<ChainHead> => {
  const [head] = await tx.query<ChainHead>(
    `INSERT INTO audit_chains AS c (tenant_id, seq, hash) VALUES ($1, 0, decode($2, 'hex'))
     ON CONFLICT (tenant_id) DO UPDATE SET seq = c.seq RETURNING seq, encode(hash, 'hex') AS hash`,
    [tenantId, genesis],
    'audit_lock',
  );
  if (head === undefined) throw new Error(`The audit chain of ${tenantId} cannot be locked`);
  return head;
};

/**
 * Whom the entries of a person are about is not known any more. The chain holds: it is over a commitment, which says
 * nothing without the salt that goes too.
 */
export const blankEntries = async (
  tx: Queryable,
  tenantId: string,
  subject: string,
): Promise<number> => {
  // Who appended for this person before the erasure began ends first, and finds the person erased afterwards.
  await lockChain(tx, tenantId);
  const [row] = await tx.query<{ count: number }>('SELECT blank_audit_entries($1, $2) AS count', [
    tenantId,
    subject,
  ]);
  return row?.count ?? 0;
};
