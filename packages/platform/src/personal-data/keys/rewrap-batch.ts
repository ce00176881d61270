import type { KeyObject } from 'node:crypto';
import type { Queryable } from '../../postgres/queryable.ts';
import { unwrapSubjectKey, wrapSubjectKey, type WrappedKey } from './subject-key-wrapping.ts';

type Place = Pick<WrappedKey, 'tenantId' | 'subject' | 'revision'>;
type Moved = WrappedKey & { readonly fresh: Buffer };

export type Batch = {
  /** Without its key, every row of the epoch is unreadable. */
  readonly from: { readonly epoch: number; readonly key: KeyObject | undefined };
  readonly to: { readonly epoch: number; readonly key: KeyObject };
  readonly after: Place | undefined;
  readonly limit: number;
};

export type Progress = {
  readonly rewrapped: number;
  readonly unreadable: number;
  /** Where the next batch begins; absent after the last one. */
  readonly last?: Place | undefined;
};

const readBatch = (tx: Queryable, { from, after, limit }: Batch): Promise<WrappedKey[]> =>
  tx.query<WrappedKey>(
    `SELECT tenant_id AS "tenantId", subject, revision, epoch, wrapped FROM vault.subject_keys
     WHERE epoch = $1 AND (tenant_id, subject, revision) > ($2, $3, $4)
     ORDER BY tenant_id, subject, revision LIMIT $5`,
    [from.epoch, after?.tenantId ?? '', after?.subject ?? '', after?.revision ?? 0, limit],
  );

const rewrapOne = (row: WrappedKey, { from, to }: Batch): Moved[] => {
  if (!from.key) return [];
  try {
    const plain = unwrapSubjectKey(from.key, row);
    const fresh = wrapSubjectKey(to.key, { ...row, epoch: to.epoch }, plain);
    plain.fill(0);
    return [{ ...row, fresh }];
  } catch {
    // Counted by the caller: one changed row must not keep all others in an old epoch.
    return [];
  }
};

/** Moves up to `limit` keys into another epoch, in one statement. */
export const rewrapBatch = async (tx: Queryable, batch: Batch): Promise<Progress> => {
  const rows = await readBatch(tx, batch);
  const moved = rows.flatMap((row) => rewrapOne(row, batch));
  // The old bytes must still be there: a person erased meanwhile stays erased.
  const updated = await tx.query(
    `UPDATE vault.subject_keys k SET epoch = $1, wrapped = m.fresh
     FROM unnest($2::text[], $3::text[], $4::integer[], $5::bytea[], $6::bytea[])
       AS m (tenant_id, subject, revision, wrapped, fresh)
     WHERE k.tenant_id = m.tenant_id AND k.subject = m.subject AND k.revision = m.revision
       AND k.wrapped = m.wrapped
     RETURNING 1`,
    [
      batch.to.epoch,
      moved.map(({ tenantId }) => tenantId),
      moved.map(({ subject }) => subject),
      moved.map(({ revision }) => revision),
      moved.map(({ wrapped }) => wrapped),
      moved.map(({ fresh }) => fresh),
    ],
  );
  return {
    rewrapped: updated.length,
    unreadable: rows.length - moved.length,
    last: rows.length === batch.limit ? rows.at(-1) : undefined,
  };
};
