import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ImportType } from '@tact/contracts';
import { type BlobKey, Clock, Database, type Queryable, Vault } from '@tact/platform';
import { LRUCache } from 'lru-cache';
import { ImportNews } from '../import-news.ts';
import type { Outcome } from '../../signals/line-outcomes.ts';
import { readChunk, type SpooledLine } from '../spooled-lines.ts';

const leaseSeconds = 15;
/** An upload of which nothing was heard for so long has lost its process. */
const silenceSeconds = 60;
const keysMax = 16;
const errorDays = 30;

/** Whether the import of this row waits to be worked on, in SQL; `silence` is the parameter that holds `silenceSeconds`. */
const waits = (row: string, silence: string): string =>
  `${row}.state = 'running' AND (${row}.lease_until IS NULL OR ${row}.lease_until < now())
   AND (${row}.chunks_done < ${row}.chunks_received OR ${row}.upload <> 'receiving'
     OR ${row}.upload_seen_at < now() - make_interval(secs => ${silence}))`;

/** One import this process works on until its lease ends. */
export type Claim = {
  readonly importId: string;
  readonly tenantId: string;
  readonly type: ImportType;
  readonly owner: string;
  readonly chunk: number;
  /** Not more than `chunk`: every chunk there will be is done. */
  readonly chunksReceived: number;
  readonly wrapped: Buffer;
};

/** Another process has done the chunk meanwhile: this one's work is undone with its transaction. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
}

/** The queue of imports in the database: who works on what, and how far it is. */
@Injectable()
export class ImportWork {
  readonly #keys = new LRUCache<string, BlobKey>({ max: keysMax });

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly news: ImportNews,
  ) {}

  /** Until lines become durable in this process, or it is time to look for what others received or left. */
  awaitLines(signal: AbortSignal): Promise<void> {
    return this.news.next(signal);
  }

  /** The import that waited longest for its next chunk, or to be finished; the lease keeps others off it. */
  async claim(): Promise<Claim | undefined> {
    const owner = randomUUID();
    const [row] = await this.database.queryable.query<Omit<Claim, 'owner'>>(
      `UPDATE imports AS i SET lease_owner = $1, worked_at = clock_timestamp(),
         lease_until = now() + make_interval(secs => $2)
       FROM (
         SELECT import_id FROM imports AS o WHERE ${waits('o', '$3')}
         ORDER BY worked_at NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED
       ) AS next
       WHERE i.import_id = next.import_id
       RETURNING i.import_id AS "importId", i.tenant_id AS "tenantId", i.type,
         i.chunks_done AS chunk, i.chunks_received AS "chunksReceived",
         i.wrapped_key AS wrapped`,
      [owner, leaseSeconds, silenceSeconds],
    );
    return row && { ...row, owner };
  }

  async linesOf({ importId, chunk, wrapped }: Claim): Promise<SpooledLine[]> {
    const [row] = await this.database.queryable.query<{ sealed: Buffer }>(
      'SELECT sealed FROM import_chunks WHERE import_id = $1 AND seq = $2',
      [importId, chunk],
    );
    if (!row) throw new ClaimLost(`Chunk ${chunk} of ${importId} is done.`);
    const key = await this.keyOf(importId, wrapped);
    return readChunk(key.open(row.sealed, chunk).toString('utf8'));
  }

  /**
   * Writes what became of a chunk, in the transaction that applied it, and gives the claim on the next one where no
   * other import waits for its turn. The last statements of it: from the first append on the readers of the store
   * wait, and the upload waits for the row of its import.
   */
  async done(
    tx: Queryable,
    claim: Claim,
    lines: readonly SpooledLine[],
    outcomes: readonly Outcome[],
  ): Promise<Claim | undefined> {
    const { importId, chunk, owner } = claim;
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
    const count = (wanted: Outcome) => outcomes.filter((outcome) => outcome === wanted).length;
    const [moved] = await tx.query<{ received: number; kept: boolean }>(
      `WITH used AS (DELETE FROM import_chunks WHERE import_id = $1 AND seq = $2)
       UPDATE imports AS i SET chunks_done = chunks_done + 1, lines_applied = lines_applied + $4,
         lines_duplicate = lines_duplicate + $5, lines_rejected = lines_rejected + $6,
         not_contactable = not_contactable + $7, failures = 0, worked_at = clock_timestamp(),
         lease_owner = CASE WHEN turn.kept THEN $3::uuid END,
         lease_until = CASE WHEN turn.kept THEN now() + make_interval(secs => $8) END
       FROM (
         SELECT own.import_id, own.chunks_done + 1 < own.chunks_received AND NOT EXISTS (
           SELECT FROM imports AS o WHERE o.import_id <> $1 AND ${waits('o', '$9')}) AS kept
         FROM imports AS own WHERE own.import_id = $1
       ) AS turn
       WHERE i.import_id = turn.import_id AND i.chunks_done = $2 AND i.lease_owner = $3
       RETURNING i.chunks_received AS received, turn.kept`,
      [
        ...[importId, chunk, owner],
        ...[count('applied'), count('duplicate'), rejected.length, count('not-contactable')],
        ...[leaseSeconds, silenceSeconds],
      ],
      'import_chunk_done',
    );
    if (moved === undefined) throw new ClaimLost(`Chunk ${chunk} of ${importId} is done.`);
    return moved.kept ? { ...claim, chunk: chunk + 1, chunksReceived: moved.received } : undefined;
  }

  /** Nothing is left: the key goes, and with it what any copy of the lines could tell. */
  async finish({ importId, owner }: Claim): Promise<void> {
    this.#keys.delete(importId);
    await this.database.queryable.query(
      `UPDATE imports SET finished_at = $3, wrapped_key = NULL, lease_owner = NULL, lease_until = NULL,
         state = CASE WHEN upload = 'complete' THEN 'finished' ELSE 'incomplete' END,
         upload = CASE WHEN upload = 'receiving' THEN 'cut' ELSE upload END,
         key_fingerprint = CASE WHEN upload = 'complete' THEN key_fingerprint END
       WHERE import_id = $1 AND lease_owner = $2 AND chunks_done = chunks_received`,
      [importId, owner, this.clock.now()],
    );
  }

  /** Leaves the import to whoever comes. */
  async release({ importId, owner }: Claim): Promise<void> {
    await this.database.queryable.query(
      `UPDATE imports SET lease_owner = NULL, lease_until = NULL
       WHERE import_id = $1 AND lease_owner = $2`,
      [importId, owner],
    );
  }

  /** Tries the chunk again later: after 1 s, then twice as long each time, a minute at most. */
  async yield({ importId, owner }: Claim): Promise<void> {
    await this.database.queryable.query(
      `UPDATE imports SET failures = failures + 1, lease_owner = NULL,
         lease_until = now() + make_interval(secs => least(60, power(2, least(failures, 6))))
       WHERE import_id = $1 AND lease_owner = $2`,
      [importId, owner],
    );
  }

  async forgetOldErrors(): Promise<void> {
    const oldest = new Date(this.clock.now().getTime() - errorDays * 86_400_000);
    await this.database.queryable.query('DELETE FROM import_errors WHERE at < $1', [oldest]);
  }

  private async keyOf(importId: string, wrapped: Buffer): Promise<BlobKey> {
    const known = this.#keys.get(importId);
    if (known) return known;
    const key = await this.vault.blobs.open(wrapped, `import ${importId}`);
    this.#keys.set(importId, key);
    return key;
  }
}
