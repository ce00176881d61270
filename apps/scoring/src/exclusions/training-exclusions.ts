import { Injectable } from '@nestjs/common';
import { type AnalysisWord, assertNever, mayBeAnalysed } from '@tact/domain';
import { Database, type Queryable } from '@tact/platform';

/** One change that decides whether a person is in a fit. */
export type ExclusionChange = AnalysisWord & { readonly tenantId: string };

/**
 * True of a row of `left_out` whose person is in no fit: erased, objecting, or without the consent that was
 * withdrawn. Facts are of people whom the gate let in: where nothing was said since, they stay.
 */
export const isExcluded = `(NOT ${mayBeAnalysed({
  givenAt: 'given_at',
  withdrawnAt: 'withdrawn_at',
  suppressedAt: 'suppressed_at',
  liftedAt: 'lifted_at',
  isFenced: 'fenced',
  unlessStated: 'true',
})})`;

/** True of rows whose person may be analysed: of erased and objecting people, and of who withdrew, nothing is kept. */
export const mayBeKept = (row: string): string => `NOT EXISTS (SELECT FROM left_out AS gone
  WHERE gone.tenant_id = ${row}.tenant_id AND gone.contact_id = ${row}.contact_id AND ${isExcluded})`;

/** The contacts among these, of one tenant, who may not be analysed. */
export const excludedAmong = async (
  tx: Queryable,
  tenantId: string,
  contactIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  const rows = await tx.query<{ contactId: string }>(
    `SELECT contact_id AS "contactId" FROM left_out
     WHERE tenant_id = $1 AND contact_id = ANY($2::text[]) AND ${isExcluded}`,
    [tenantId, contactIds],
  );
  return new Set(rows.map(({ contactId }) => contactId));
};

/** What is known of people beside their facts, by table. A score goes with the right to make one (GDPR Art. 21(3)). */
const scores = [
  'block_likelihoods',
  'likelihood_history',
  'announced_likelihoods',
  'due_assessments',
];

/** Of these contacts, those who may not be analysed lose their scores. */
const forgetScores = `
WITH gone AS MATERIALIZED (
  SELECT DISTINCT tenant_id, contact_id FROM unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id)
  WHERE NOT ${mayBeKept('asked')}
)${scores
  .map(
    (table) => `, ${table}_gone AS (
  DELETE FROM ${table} AS kept USING gone
  WHERE kept.tenant_id = gone.tenant_id AND kept.contact_id = gone.contact_id)`,
  )
  .join('')}
SELECT count(*) FROM gone`;

/** Of these contacts, those who may be analysed again and have facts wait for an assessment. */
const assessAgain = `
INSERT INTO due_assessments (tenant_id, contact_id)
SELECT DISTINCT asked.tenant_id, asked.contact_id
FROM unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id)
WHERE ${mayBeKept('asked')}
  AND EXISTS (SELECT FROM facts WHERE facts.tenant_id = asked.tenant_id AND facts.contact_id = asked.contact_id)
  AND NOT EXISTS (SELECT FROM block_likelihoods AS row
    WHERE row.tenant_id = asked.tenant_id AND row.contact_id = asked.contact_id)`;

/** The column of `left_out` that a change is kept in, with what is kept. */
const kept = (change: ExclusionChange): object => {
  switch (change.about) {
    case 'consent':
      return change.state === 'given' ? { given_at: change.at } : { withdrawn_at: change.at };
    case 'suppression':
      return change.isLift ? { lifted_at: change.at } : { suppressed_at: change.at };
    case 'fence':
      return { fenced: true };
    default:
      return assertNever(change);
  }
};

/** Who counts contacts counts nobody who is left out: it is told when that may change for some. */
export abstract class CountedContacts {
  /** Makes the change, and counts these contacts as they stand after it. */
  abstract recounted(
    tx: Queryable,
    keys: readonly { readonly tenantId: string; readonly contactId: string }[],
    change: () => Promise<void>,
  ): Promise<void>;
}

/** Whom a fit must not see. Scoring hears of it from the ledger and from the fence, as ingestion does. */
@Injectable()
export class TrainingExclusions {
  constructor(
    private readonly database: Database,
    private readonly counted: CountedContacts,
  ) {}

  /** Keeps the latest change of each kind. Whoever may not be analysed any more loses the scores; a fenced person, the reported outcomes too. */
  async record(tx: Queryable, changes: readonly ExclusionChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.counted.recounted(tx, changes, () => this.#keep(tx, changes));
  }

  async #keep(tx: Queryable, changes: readonly ExclusionChange[]): Promise<void> {
    const rows = changes.map((change) => ({
      tenant_id: change.tenantId,
      contact_id: change.contactId,
      ...kept(change),
    }));
    await tx.query(
      `INSERT INTO left_out AS known
         (tenant_id, contact_id, withdrawn_at, given_at, suppressed_at, lifted_at, fenced)
       SELECT tenant_id, contact_id, max(withdrawn_at), max(given_at), max(suppressed_at),
         max(lifted_at), coalesce(bool_or(fenced), false)
       FROM json_to_recordset($1::json) AS told (tenant_id text, contact_id text,
         withdrawn_at timestamptz, given_at timestamptz, suppressed_at timestamptz,
         lifted_at timestamptz, fenced boolean)
       GROUP BY tenant_id, contact_id ORDER BY tenant_id, contact_id
       ON CONFLICT (tenant_id, contact_id) DO UPDATE SET
         withdrawn_at = greatest(known.withdrawn_at, excluded.withdrawn_at),
         given_at = greatest(known.given_at, excluded.given_at),
         suppressed_at = greatest(known.suppressed_at, excluded.suppressed_at),
         lifted_at = greatest(known.lifted_at, excluded.lifted_at),
         fenced = known.fenced OR excluded.fenced`,
      [JSON.stringify(rows)],
    );
    const keys = [rows.map((row) => row.tenant_id), rows.map((row) => row.contact_id)];
    await tx.query(forgetScores, keys);
    await tx.query(assessAgain, keys);
    const fenced = changes.filter(({ about }) => about === 'fence');
    if (fenced.length === 0) return;
    await tx.query(
      `DELETE FROM outcomes USING unnest($1::text[], $2::text[]) AS gone (tenant_id, contact_id)
       WHERE outcomes.tenant_id = gone.tenant_id AND outcomes.contact_id = gone.contact_id`,
      [fenced.map(({ tenantId }) => tenantId), fenced.map(({ contactId }) => contactId)],
    );
  }

  /** The contacts among these that no fit may see. */
  among(tenantId: string, contactIds: readonly string[]): Promise<ReadonlySet<string>> {
    return excludedAmong(this.database.queryable, tenantId, contactIds);
  }
}
