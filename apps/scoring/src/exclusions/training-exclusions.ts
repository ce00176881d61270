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

  /** Keeps the latest change of each kind. The outcomes a fenced person reported go with it, and that person's history. */
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
    const fenced = changes.filter(({ about }) => about === 'fence');
    if (fenced.length === 0) return;
    await tx.query(
      `WITH history AS (
         DELETE FROM likelihood_history AS h USING unnest($1::text[], $2::text[]) AS gone (tenant_id, contact_id)
         WHERE h.tenant_id = gone.tenant_id AND h.contact_id = gone.contact_id
       )
       DELETE FROM outcomes USING unnest($1::text[], $2::text[]) AS gone (tenant_id, contact_id)
       WHERE outcomes.tenant_id = gone.tenant_id AND outcomes.contact_id = gone.contact_id`,
      [fenced.map(({ tenantId }) => tenantId), fenced.map(({ contactId }) => contactId)],
    );
  }

  /** The contacts among these that no fit may see. */
  async among(tenantId: string, contactIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.queryable.query<{ contactId: string }>(
      `SELECT contact_id AS "contactId" FROM left_out
       WHERE tenant_id = $1 AND contact_id = ANY($2::text[]) AND ${isExcluded}`,
      [tenantId, contactIds],
    );
    return new Set(rows.map(({ contactId }) => contactId));
  }
}
