import { Injectable } from '@nestjs/common';
import { type ImportType, DAY_MS } from '@tact/contracts';
import {
  type BlobKey,
  Clock,
  Database,
  type LeasedWork,
  memoryOfNobody,
  nobody,
  type Queryable,
  Vault,
} from '@tact/platform';
import type { Outcome } from '../../signals/line-outcomes.ts';
import { SILENCE_SECONDS } from '../jobs.ts';
import { SHARED_CONTACTS_MIN } from './shared-values.ts';
import type { LineOptions } from '../line-options.ts';
import { readChunk, type SpooledLine } from '../spooled-lines.ts';

const KEYS_MAX = 16;
const ERROR_DAYS = 30;

/** How far a running import is. */
export type ImportPosition = {
  readonly importId: string;
  readonly tenantId: string;
  readonly type: ImportType;
  readonly options: LineOptions;
  /** The next to be judged, counted from 0. */
  readonly chunk: number;
  readonly chunksReceived: number;
  /** Nothing more will be received: it came whole, was cut, or its process was not heard of for a minute. */
  readonly isReceived: boolean;
  readonly wrapped: Buffer;
};

/** The chunk is done already: this attempt's work is undone with its transaction. */
export class ChunkDone extends Error {
  override readonly name = 'ChunkDone';
}

export const importKeys = memoryOfNobody<BlobKey>({
  name: 'keys of imports',
  holds: nobody,
  because: 'The key of a whole file that is on its way, destroyed when it is through.',
});

/** What imports have on the database: their lines, their numbers, and how far they are. */
@Injectable()
export class ImportWork {
  readonly #keys = importKeys.open({ max: KEYS_MAX });

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** Undefined: it is finished, or there never was one. */
  async positionOf(importId: string): Promise<ImportPosition | undefined> {
    const [row] = await this.database.queryable.query<ImportPosition>(
      `SELECT import_id AS "importId", tenant_id AS "tenantId", type, options, chunks_done AS chunk,
         chunks_received AS "chunksReceived", wrapped_key AS wrapped,
         upload <> 'receiving' OR upload_seen_at < now() - make_interval(secs => $2) AS "isReceived"
       FROM imports WHERE import_id = $1 AND state = 'running'`,
      [importId, SILENCE_SECONDS],
    );
    return row;
  }

  async linesOf({ importId, chunk, wrapped }: ImportPosition): Promise<SpooledLine[]> {
    const [row] = await this.database.queryable.query<{ sealed: Buffer }>(
      'SELECT sealed FROM import_chunks WHERE import_id = $1 AND seq = $2',
      [importId, chunk],
    );
    if (!row) throw new ChunkDone(`Chunk ${chunk} of ${importId} is done.`);
    const key = await this.#keyOf(importId, wrapped);
    return readChunk(key.open(row.sealed, chunk).toString('utf8'));
  }

  /**
   * Writes what became of a chunk, in the transaction that applied it. The last statements of it: from the first append
   * on the readers of the store wait, and the upload waits for the rows of its import and its job, in this order.
   */
  async done(
    tx: Queryable,
    { importId, chunk }: ImportPosition,
    judged: { readonly lines: readonly SpooledLine[]; readonly outcomes: readonly Outcome[] },
    work: Pick<LeasedWork, 'prove'>,
  ): Promise<void> {
    const { lines, outcomes } = judged;
    const rejected = outcomes.flatMap((outcome, nth) =>
      typeof outcome === 'string' ? [] : [{ line: lines[nth]?.line ?? 0, errors: outcome.errors }],
    );
    if (rejected.length > 0) {
      await tx.query(
        `INSERT INTO import_errors (import_id, line, errors, at)
         SELECT $1, line, errors, $3 FROM json_to_recordset($2::json) AS e (line bigint, errors json)
         ON CONFLICT DO NOTHING`,
        [importId, JSON.stringify(rejected), this.clock.now()],
      );
    }
    const count = (expected: Outcome) => outcomes.filter((outcome) => outcome === expected).length;
    const moved = await tx.query(
      `WITH used AS (DELETE FROM import_chunks WHERE import_id = $1 AND seq = $2)
       UPDATE imports SET chunks_done = chunks_done + 1, lines_applied = lines_applied + $3,
         lines_duplicate = lines_duplicate + $4, lines_rejected = lines_rejected + $5,
         not_contactable = not_contactable + $6
       WHERE import_id = $1 AND chunks_done = $2 RETURNING 1`,
      [
        importId,
        chunk,
        count('applied'),
        count('duplicate'),
        rejected.length,
        count('not-contactable'),
      ],
      'import_chunk_done',
    );
    if (moved.length === 0) throw new ChunkDone(`Chunk ${chunk} of ${importId} is done.`);
    await work.prove(tx);
  }

  /** Nothing is left: the key goes, and with it what any copy of the lines could tell. */
  async finish({ importId }: ImportPosition): Promise<void> {
    this.#keys.delete(importId);
    await this.database.queryable.query(
      `UPDATE imports SET finished_at = $2, wrapped_key = NULL,
         state = CASE WHEN upload = 'complete' THEN 'finished' ELSE 'incomplete' END,
         upload = CASE WHEN upload = 'receiving' THEN 'cut' ELSE upload END,
         shared_values = (
           SELECT json_agg(json_build_object('kind', kind, 'contacts', contacts, 'rows', rows)
             ORDER BY contacts DESC)
           FROM import_values AS shared
           WHERE shared.import_id = $1 AND contacts >= $3),
         key_fingerprint = CASE WHEN upload = 'complete' THEN key_fingerprint END
       WHERE import_id = $1 AND state = 'running' AND chunks_done = chunks_received`,
      [importId, this.clock.now(), SHARED_CONTACTS_MIN],
    );
    await this.database.queryable.query('DELETE FROM import_values WHERE import_id = $1', [
      importId,
    ]);
  }

  async forgetOldErrors(): Promise<void> {
    const oldest = new Date(this.clock.now().getTime() - ERROR_DAYS * DAY_MS);
    await this.database.queryable.query('DELETE FROM import_errors WHERE at < $1', [oldest]);
  }

  async #keyOf(importId: string, wrapped: Buffer): Promise<BlobKey> {
    const known = this.#keys.get(importId);
    if (known) return known;
    const key = await this.vault.blobs.open(wrapped, `import ${importId}`);
    this.#keys.set(importId, key);
    return key;
  }
}
