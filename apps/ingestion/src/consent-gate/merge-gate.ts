import type { Queryable } from '@tact/platform';

type Joined = {
  readonly tenantId: string;
  /** Whose words hold for `into`: its own among them. */
  readonly of: readonly string[];
  readonly into: string;
  /** RFC 3339 UTC. */
  readonly at: string;
};
/** `at` is when it became so: what is dated before and heard later gives nothing. */
type Change = {
  readonly tenantId: string;
  readonly from: string;
  readonly into: string;
  readonly at: string;
};
type Word = {
  readonly contactId: string;
  readonly state: 'given' | 'withdrawn' | 'unknown';
  readonly at: Date;
};

/**
 * Refused where either refused, since the change: no lift of before that is heard later opens it. Open where both are,
 * and with no lift known, so that a refusal of before that is heard later closes it.
 */
const joinSuppressions = `
  INSERT INTO signal_suppressions AS known (tenant_id, contact_id, suppressed_at, lifted_at)
  SELECT $1, $3, max(greatest(suppressed_at, $4))
    FILTER (WHERE suppressed_at IS NOT NULL AND (lifted_at > suppressed_at) IS NOT TRUE), NULL
  FROM signal_suppressions WHERE tenant_id = $1 AND contact_id = ANY ($2::text[]) HAVING count(*) > 0
  ON CONFLICT (tenant_id, contact_id) DO UPDATE
    SET suppressed_at = excluded.suppressed_at, lifted_at = excluded.lifted_at`;

const writeConsent = `
  INSERT INTO signal_consents AS known (tenant_id, contact_id, state, at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant_id, contact_id) DO UPDATE SET state = excluded.state, at = excluded.at`;

/** The latest of a withdrawal and of the change, so that no agreement of before both is the later one. */
const withdrawnAt = (words: readonly Word[], at: string): Date =>
  new Date(Math.max(Date.parse(at), ...words.map((word) => word.at.getTime())));

const agreementOf = (
  words: readonly Word[],
  { of, at }: Joined,
): { readonly state: Word['state']; readonly at: Date } => {
  if (words.some(({ state }) => state === 'withdrawn')) {
    return { state: 'withdrawn', at: withdrawnAt(words, at) };
  }
  const given = words.filter(({ state }) => state === 'given');
  const [earliest] = given;
  const isOfBoth = of.length > 1 && given.length === of.length;
  if (earliest !== undefined && isOfBoth) return { state: 'given', at: earliest.at };
  return { state: 'unknown', at: new Date(at) };
};

const joinWords = async (tx: Queryable, joined: Joined): Promise<void> => {
  const { tenantId, of, into, at } = joined;
  await tx.query(joinSuppressions, [tenantId, of, into, at]);
  const words = await tx.query<Word>(
    `SELECT contact_id AS "contactId", state, at FROM signal_consents
     WHERE tenant_id = $1 AND contact_id = ANY ($2::text[]) ORDER BY at, contact_id FOR UPDATE`,
    [tenantId, of],
  );
  const agreement = agreementOf(words, joined);
  await tx.query(writeConsent, [tenantId, into, agreement.state, agreement.at]);
};

/**
 * What the gate knows of one contact holds for another from this transaction on, the stricter of both winning: withdrawn
 * where either withdrew, and given only where both gave. What one alone gave is not known to be an agreement since the
 * change: the same line of a file, told again, opens nothing. The ledger says the same a moment later.
 */
export const joinGate = async (
  tx: Queryable,
  { tenantId, from, into, at }: Change,
): Promise<void> => {
  await joinWords(tx, { tenantId, of: [from, into], into, at });
};

/** Who was left keeps refusals and withdrawals; an agreement may be the one's who left, and is asked for anew. */
export const leaveGate = async (
  tx: Queryable,
  { tenantId, contactId, at }: { tenantId: string; contactId: string; at: string },
): Promise<void> => {
  await joinWords(tx, { tenantId, of: [contactId], into: contactId, at });
};

/** Who became part of another contact is not analysed beside it. */
export const closeGate = async (
  tx: Queryable,
  { tenantId, contactId, at }: { tenantId: string; contactId: string; at: string },
): Promise<void> => {
  await tx.query(writeConsent, [tenantId, contactId, 'withdrawn', at]);
};
