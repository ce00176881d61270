import type { Clock } from '../../config/clock.ts';
import { ADVISORY_CLASS } from '../../postgres/advisory.ts';
import { queryableOfClient, type Database } from '../../postgres/database.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { KeyEpochs, epochAt, lastEpochPastGrace } from './key-epochs.ts';
import { EpochKeyGone } from '../refusals.ts';
import { rewrapBatch, type Progress } from './rewrap-batch.ts';
import { epochContext, type RootKey } from '../root-key/root-key.ts';

export type RotationReport = {
  /** `elsewhere`: another process is at it. */
  readonly outcome: 'idle' | 'elsewhere' | 'done' | 'stopped';
  /** Keys of persons moved into the current epoch. */
  readonly rewrapped: number;
  /** Keys that do not open: changed in the database, or their epoch's key is gone. They keep their epoch alive. */
  readonly unreadable: number;
  /** Epochs whose key is destroyed at the provider. */
  readonly destroyed: readonly number[];
};

type Options = {
  readonly database: Pick<Database, 'queryable' | 'connect'>;
  readonly rootKey: RootKey;
  /** The platform's. */
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly batchSize?: number;
};

const nothingDone = { rewrapped: 0, unreadable: 0, destroyed: [] } as const;

/**
 * Moves live keys of persons into the current epoch, and destroys epochs that ended 7 days ago. What it did is
 * in the rows, so a run that dies is taken up by the next one, of whichever process.
 */
export class KeyRotation {
  readonly #database: Options['database'];
  readonly #rootKey: RootKey;
  readonly #epochs: KeyEpochs;
  readonly #now: () => number;
  readonly #batchSize: number;

  constructor({ database, rootKey, clock, batchSize = 500 }: Options) {
    const now = () => clock.nowMs();
    this.#database = database;
    this.#rootKey = rootKey;
    this.#now = now;
    this.#batchSize = batchSize;
    this.#epochs = new KeyEpochs({ queryable: database.queryable, rootKey, now });
  }

  /** One query when there is nothing to do. An aborted run stops after its batch. */
  async run(signal?: AbortSignal): Promise<RotationReport> {
    if (!(await this.#due())) return { outcome: 'idle', ...nothingDone };
    const client = await this.#database.connect('key rotation');
    try {
      const tx = queryableOfClient(client);
      // A lock of the session: it ends with the process that holds it, however that ends.
      const [lock] = await tx.query<{ taken: boolean }>(
        `SELECT pg_try_advisory_lock(${ADVISORY_CLASS}, hashtext('key rotation')) AS taken`,
      );
      if (!lock?.taken) return { outcome: 'elsewhere', ...nothingDone };
      return await this.#rotate(tx, signal);
    } finally {
      await client.end();
    }
  }

  async #rotate(tx: Queryable, signal?: AbortSignal): Promise<RotationReport> {
    await this.#giveKeysOfTheirOwn(tx);
    const totals = { rewrapped: 0, unreadable: 0 };
    for (const epoch of await this.#endedEpochs(tx)) {
      const moved = await this.#moveOut(tx, epoch, signal);
      totals.rewrapped += moved.rewrapped;
      totals.unreadable += moved.unreadable;
      if (signal?.aborted) return { outcome: 'stopped', ...totals, destroyed: [] };
    }
    return { outcome: 'done', ...totals, destroyed: await this.#destroyOld(tx) };
  }

  async #due(): Promise<boolean> {
    const [row] = await this.#database.queryable.query<{ due: boolean }>(
      `SELECT EXISTS (
         SELECT 1 FROM vault.key_epochs e
         WHERE (wrapped IS NOT NULL AND wrapped_by = 'root')
            OR (wrapped IS NOT NULL AND epoch <= $2)
            OR (wrapped IS NULL AND provider_destroyed_at IS NULL)
            OR (epoch < $1 AND EXISTS (SELECT 1 FROM vault.subject_keys k WHERE k.epoch = e.epoch))
       ) AS due`,
      [epochAt(this.#now()), lastEpochPastGrace(this.#now())],
    );
    return row?.due === true;
  }

  /** Blobs that the root wrapped, by earlier versions, are wrapped again by their epoch's own key. */
  async #giveKeysOfTheirOwn(tx: Queryable): Promise<void> {
    const rows = await tx.query<{ epoch: number; wrapped: Buffer }>(
      `SELECT epoch, wrapped FROM vault.key_epochs
       WHERE wrapped IS NOT NULL AND wrapped_by = 'root' ORDER BY epoch`,
    );
    for (const { epoch, wrapped } of rows) {
      const key = await this.#rootKey.unwrap(wrapped, epochContext(epoch));
      await tx.query(
        `UPDATE vault.key_epochs SET wrapped = $2, wrapped_by = 'epoch'
         WHERE epoch = $1 AND wrapped_by = 'root' AND wrapped IS NOT NULL`,
        [epoch, await this.#rootKey.wrapForEpoch(epoch, key)],
      );
    }
  }

  async #endedEpochs(tx: Queryable): Promise<readonly number[]> {
    const rows = await tx.query<{ epoch: number }>(
      `SELECT epoch FROM vault.key_epochs e WHERE epoch < $1
         AND EXISTS (SELECT 1 FROM vault.subject_keys k WHERE k.epoch = e.epoch) ORDER BY epoch`,
      [epochAt(this.#now())],
    );
    return rows.map(({ epoch }) => epoch);
  }

  async #moveOut(tx: Queryable, epoch: number, signal?: AbortSignal): Promise<Progress> {
    const totals = { rewrapped: 0, unreadable: 0 };
    const from = { epoch, key: await this.#keyOf(epoch) };
    let after: Progress['last'];
    for (;;) {
      const to = await this.#epochs.current();
      const progress = await rewrapBatch(tx, { from, to, after, limit: this.#batchSize });
      totals.rewrapped += progress.rewrapped;
      totals.unreadable += progress.unreadable;
      after = progress.last;
      if (!after || signal?.aborted === true) return totals;
    }
  }

  async #keyOf(epoch: number) {
    try {
      return (await this.#epochs.keys([epoch])).get(epoch);
    } catch (cause) {
      // One lost epoch must not keep the others alive.
      if (cause instanceof EpochKeyGone) return undefined;
      throw cause;
    }
  }

  async #destroyOld(tx: Queryable): Promise<number[]> {
    // The blob goes first: from then on nothing new can be wrapped below it.
    await tx.query(
      `UPDATE vault.key_epochs e SET wrapped = NULL, destroyed_at = $2
       WHERE wrapped IS NOT NULL AND epoch <= $1
         AND NOT EXISTS (SELECT 1 FROM vault.subject_keys k WHERE k.epoch = e.epoch)`,
      [lastEpochPastGrace(this.#now()), new Date(this.#now())],
    );
    const rows = await tx.query<{ epoch: number }>(
      `SELECT epoch FROM vault.key_epochs
       WHERE wrapped IS NULL AND provider_destroyed_at IS NULL ORDER BY epoch`,
    );
    for (const { epoch } of rows) {
      this.#epochs.forget(epoch);
      await this.#rootKey.destroyEpoch(epoch);
      await tx.query('UPDATE vault.key_epochs SET provider_destroyed_at = $2 WHERE epoch = $1', [
        epoch,
        new Date(this.#now()),
      ]);
    }
    return rows.map(({ epoch }) => epoch);
  }
}
