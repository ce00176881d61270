import { type Band, Causes } from '@tact/contracts';
import { Injectable } from '@nestjs/common';
import type { Database, Queryable } from '@tact/platform';
import { CountedContacts, mayBeKept as isCounted } from '../../exclusions/training-exclusions.ts';
import type { ContactKey } from '../../facts/facts.ts';
import { lockContacts, lockProjection } from '../locks.ts';

/** How many contacts of a tenant have this band and this leading cause. */
export type Cell = {
  readonly band: Band;
  readonly cause: keyof Causes;
  readonly contacts: number;
};

/** A contact that is counted, and where. */
type Counted = ContactKey & Pick<Cell, 'band' | 'cause'>;

const causes = Causes.keyof().options;

/** So many entries of one tenant are worth being made few again. */
const ENTRIES_MAX = 1_000;

export { isCounted };

/** What weighs most; of equals the one that is named first. */
export const leadingCauseOf = (weights: Causes): keyof Causes => {
  const most = Math.max(...causes.map((cause) => weights[cause]));
  return causes.find((cause) => weights[cause] === most) ?? 'blocked';
};

/** The cells of a tenant: the sum of all entries, whoever made them. */
export const cellsOf = async (tx: Queryable, tenantId: string): Promise<readonly Cell[]> =>
  tx.query<Cell>(
    `SELECT band, cause, sum(contacts)::int AS contacts FROM likelihood_cells
     WHERE tenant_id = $1 GROUP BY 1, 2 HAVING sum(contacts) <> 0`,
    [tenantId],
  );

/**
 * Makes the entries of a tenant few again; what others enter meanwhile stays beside them. A recount that did not wait
 * for the end of this transaction could not delete the sums, and would add its own to them.
 */
export const foldCells = async (tx: Queryable, tenantId: string): Promise<void> => {
  await lockProjection(tx, 'shared');
  await tx.query(
    `WITH gone AS (DELETE FROM likelihood_cells WHERE tenant_id = $1 RETURNING band, cause, contacts)
     INSERT INTO likelihood_cells (tenant_id, band, cause, contacts)
     SELECT $1, band, cause, sum(contacts) FROM gone GROUP BY band, cause HAVING sum(contacts) <> 0`,
    [tenantId],
  );
};

/** Folds wherever much was entered since somebody last asked. */
export const foldLongCells = async (database: Database): Promise<void> => {
  const long = await database.queryable.query<{ tenantId: string }>(
    `SELECT tenant_id AS "tenantId" FROM likelihood_cells GROUP BY 1 HAVING count(*) > ${ENTRIES_MAX}`,
  );
  for (const { tenantId } of long) {
    await database.transaction((tx) => foldCells(tx, tenantId));
  }
};

/** Counts all rows anew, for a caller who keeps everybody else from them. */
export const recountCells = async (tx: Queryable): Promise<void> => {
  await tx.query('DELETE FROM likelihood_cells');
  await tx.query(
    `INSERT INTO likelihood_cells (tenant_id, band, cause, contacts)
     SELECT tenant_id, band, leading_cause, count(*) FROM block_likelihoods AS row
     WHERE ${isCounted('row')} GROUP BY 1, 2, 3`,
  );
};

/**
 * Where these contacts are counted now. Ageing locks rows alone, so theirs are locked too. Who has no row yet gets
 * none meanwhile: the caller holds the locks of the contacts.
 */
const countedAmong = async (
  tx: Queryable,
  keys: readonly ContactKey[],
): Promise<readonly Counted[]> =>
  tx.query<Counted>(
    `SELECT tenant_id AS "tenantId", contact_id AS "contactId", band, leading_cause AS cause
     FROM block_likelihoods AS row
     JOIN (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) AS asked (tenant_id, contact_id)
       USING (tenant_id, contact_id)
     WHERE ${isCounted('row')} ORDER BY tenant_id, contact_id FOR UPDATE OF row`,
    [keys.map(({ tenantId }) => tenantId), keys.map(({ contactId }) => contactId)],
    'counted_among',
  );

/** Enters that some are counted now who were not, and the other way round. */
const enterDifference = async (
  tx: Queryable,
  before: readonly Counted[],
  after: readonly Counted[],
): Promise<void> => {
  const entries = [
    ...before.map((one) => ({ ...one, contacts: -1 })),
    ...after.map((one) => ({ ...one, contacts: 1 })),
  ];
  if (entries.length === 0) return;
  await tx.query(
    `INSERT INTO likelihood_cells (tenant_id, band, cause, contacts)
     SELECT "tenantId", band, cause, sum(contacts)
     FROM json_to_recordset($1::json) AS entry ("tenantId" text, band text, cause text, contacts int)
     GROUP BY 1, 2, 3 HAVING sum(contacts) <> 0`,
    [JSON.stringify(entries)],
  );
};

/** Keeps the cells right when contacts are left out, or are not any more. */
@Injectable()
export class CountedRows extends CountedContacts {
  async recounted(
    tx: Queryable,
    keys: readonly ContactKey[],
    change: () => Promise<void>,
  ): Promise<void> {
    await lockProjection(tx, 'shared');
    await lockContacts(tx, keys);
    const before = await countedAmong(tx, keys);
    await change();
    await enterDifference(tx, before, await countedAmong(tx, keys));
  }
}
