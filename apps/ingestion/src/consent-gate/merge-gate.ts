import type { Queryable } from '@tact/platform';

type Change = { readonly tenantId: string; readonly from: string; readonly into: string };
type Word = {
  readonly contactId: string;
  readonly state: 'given' | 'withdrawn';
  readonly at: Date;
};

/** Refused where either refused; open again only where both are. */
const joinSuppressions = `
  INSERT INTO signal_suppressions AS known (tenant_id, contact_id, suppressed_at, lifted_at)
  SELECT $1, $3, max(suppressed_at), CASE
    WHEN bool_or(suppressed_at IS NOT NULL AND (lifted_at IS NULL OR lifted_at <= suppressed_at)) THEN NULL
    ELSE max(lifted_at) END
  FROM signal_suppressions WHERE tenant_id = $1 AND contact_id IN ($2, $3) HAVING count(*) > 0
  ON CONFLICT (tenant_id, contact_id) DO UPDATE
    SET suppressed_at = excluded.suppressed_at, lifted_at = excluded.lifted_at`;

const writeConsent = `
  INSERT INTO signal_consents AS known (tenant_id, contact_id, state, at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant_id, contact_id) DO UPDATE SET state = excluded.state, at = excluded.at`;

/**
 * What the gate knows of one contact holds for another from this transaction on, the stricter of both winning: withdrawn
 * where either withdrew, and given only where both gave. The ledger says the same a moment later.
 */
export const joinGate = async (tx: Queryable, { tenantId, from, into }: Change): Promise<void> => {
  await tx.query(joinSuppressions, [tenantId, from, into]);
  const words = await tx.query<Word>(
    `SELECT contact_id AS "contactId", state, at FROM signal_consents
     WHERE tenant_id = $1 AND contact_id IN ($2, $3) ORDER BY at FOR UPDATE`,
    [tenantId, from, into],
  );
  const [earliest] = words;
  const latest = words.at(-1);
  if (words.some(({ state }) => state === 'withdrawn')) {
    await tx.query(writeConsent, [tenantId, into, 'withdrawn', latest?.at]);
  } else if (words.length === 2) {
    await tx.query(writeConsent, [tenantId, into, 'given', earliest?.at]);
  } else {
    await tx.query('DELETE FROM signal_consents WHERE tenant_id = $1 AND contact_id = $2', [
      tenantId,
      into,
    ]);
  }
};

/** Who became part of another contact is not analysed beside it. */
export const closeGate = async (
  tx: Queryable,
  { tenantId, contactId, at }: { tenantId: string; contactId: string; at: string },
): Promise<void> => {
  await tx.query(writeConsent, [tenantId, contactId, 'withdrawn', at]);
};
