import { ADVISORY_CLASS } from '../../postgres/advisory.ts';
import type { Database } from '../../postgres/database.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { EpochKeyGone, RootKeyRefused } from '../refusals.ts';
import type { RootKey } from '../root-key/root-key.ts';

type LiveEpoch = { readonly epoch: number; readonly persons: number };
type WrappedEpoch = LiveEpoch & { readonly wrapped: Buffer };

const liveEpochs = (queryable: Queryable): Promise<WrappedEpoch[]> =>
  queryable.query(
    `SELECT e.epoch, e.wrapped, k.persons FROM vault.key_epochs e
     JOIN (SELECT epoch, count(DISTINCT (tenant_id, subject)) AS persons FROM vault.subject_keys
           WHERE epoch IS NOT NULL GROUP BY epoch) AS k USING (epoch)
     WHERE e.wrapped IS NOT NULL AND e.wrapped_by = 'epoch' ORDER BY e.epoch`,
  );

type Settlement = {
  readonly accepted: readonly number[];
  readonly at: Date;
  /** For the audit, in the transaction of the loss: nothing is given up that nobody can read of. */
  readonly note: (tx: Queryable, epoch: number) => Promise<unknown>;
};

/** Epochs that keys of persons hang on, and whose own key the provider does not have. */
export const lostEpochs = async (
  queryable: Queryable,
  rootKey: Pick<RootKey, 'unwrapForEpoch'>,
): Promise<LiveEpoch[]> => {
  const lost = new Set<number>();
  for (const { epoch, wrapped } of await liveEpochs(queryable)) {
    try {
      await rootKey.unwrapForEpoch(epoch, wrapped);
    } catch (cause) {
      if (!(cause instanceof EpochKeyGone)) throw cause;
      lost.add(epoch);
    }
  }
  if (lost.size === 0) return [];
  // Asked again: a rotation may have destroyed an epoch, and rightly so, while the provider was asked.
  return (await liveEpochs(queryable))
    .filter(({ epoch }) => lost.has(epoch))
    .map(({ epoch, persons }) => ({ epoch, persons }));
};

/**
 * What hangs on these epochs is given up: their persons read as erased and are not known any more, so that whoever
 * comes again is a new contact. A present epoch is not made anew, so that it cannot be lost a second time unseen.
 */
const giveUp = (
  database: Pick<Database, 'transaction'>,
  lost: readonly LiveEpoch[],
  { at, note }: Pick<Settlement, 'at' | 'note'>,
): Promise<void> =>
  database.transaction(async (tx) => {
    const epochs = lost.map(({ epoch }) => epoch);
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext('key rotation'))`);
    await tx.query(
      `WITH lost AS (
         SELECT DISTINCT tenant_id, subject FROM vault.subject_keys WHERE epoch = ANY ($1)),
       unknown AS (
         DELETE FROM vault.identities i USING lost
         WHERE i.tenant_id = lost.tenant_id AND i.contact_id = lost.subject)
       UPDATE vault.subject_keys k SET wrapped = NULL, epoch = NULL, erased_at = $2
       FROM lost WHERE k.tenant_id = lost.tenant_id AND k.subject = lost.subject
         AND k.wrapped IS NOT NULL`,
      [epochs, at],
    );
    await tx.query(
      `UPDATE vault.key_epochs SET wrapped = NULL, destroyed_at = $2, provider_destroyed_at = $2,
         lost_at = $2 WHERE epoch = ANY ($1)`,
      [epochs, at],
    );
    for (const { epoch } of lost) await note(tx, epoch);
  });

const named = (lost: readonly LiveEpoch[]): string =>
  lost
    .map(({ epoch, persons }) => `${epoch} (${persons} ${persons === 1 ? 'person' : 'persons'})`)
    .join(', ');

/**
 * Refuses to start while keys of persons cannot be opened: they would be taken for erased one by one, and what
 * arrives for them would be lost. `accepted` are epochs whose loss the operator has declared.
 */
export const settleLostEpochs = async (
  database: Pick<Database, 'queryable' | 'transaction'>,
  rootKey: Pick<RootKey, 'unwrapForEpoch'>,
  { accepted, at, note }: Settlement,
): Promise<readonly LiveEpoch[]> => {
  const lost = await lostEpochs(database.queryable, rootKey);
  const surprising = lost.filter(({ epoch }) => !accepted.includes(epoch));
  if (surprising.length > 0) {
    const list = surprising.map(({ epoch }) => epoch).join(',');
    throw new RootKeyRefused(
      `The keys of these epochs are not at the provider, and keys of persons hang on them: ${named(surprising)}. Restore the keys folder (or bring the provider's keys back) and start again; if they are lost for good, set TACT_LOST_KEY_EPOCHS=${list}, and these persons read as erased.`,
    );
  }
  if (lost.length > 0) await giveUp(database, lost, { at, note });
  return lost;
};
