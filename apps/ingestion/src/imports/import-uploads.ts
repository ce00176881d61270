import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { formatId, type ImportFile, type ImportType } from '@tact/contracts';
import { type BlobKey, Clock, Database, Jobs, type Queryable, Vault } from '@tact/platform';
import { applyImport, SILENCE_SECONDS } from './jobs.ts';
import type { LineOptions } from './line-options.ts';
import { type SpooledLine, written } from './spooled-lines.ts';

const CHUNK_CHARACTERS_MAX = 256 * 1024;
/** A batch is one append: larger ones are no faster, and weigh on the heap. */
const CHUNK_LINES_MAX = 1_000;
const CHUNK_AGE_MS_MAX = 1_000;
/** Half a gigabyte: an upload that is so far ahead of its lines waits for them. */
const CHUNKS_AHEAD_MAX = 2_000;
const WAIT_MS = 250;

export type NewUpload = {
  readonly tenantId: string;
  readonly type: ImportType;
  /** Keyed fingerprint of the caller's idempotency key. */
  readonly keyFingerprint: string | undefined;
  /** What is said of the file as a whole. */
  readonly options: LineOptions;
};

type Receiving = {
  readonly importId: string;
  readonly key: BlobKey;
  readonly database: Database;
  readonly jobs: Jobs;
};

const workOf = (importId: string) => ({ payload: { importId }, unique: importId });

export type EarlierUpload = {
  readonly importId: string;
  readonly upload: 'receiving' | 'complete' | 'cut';
  readonly bodyFingerprint: string | null;
};

/** The upload was taken for cut, by a process that did not hear of this one for a minute. */
class UploadOverruled extends Error {
  override readonly name = 'UploadOverruled';
}

/** The lines of one import while they come in: sealed and durable, a chunk after the other. */
export class Upload {
  readonly importId: string;
  readonly #key: BlobKey;
  readonly #database: Database;
  readonly #jobs: Jobs;
  #entries: string[] = [];
  #characters = 0;
  #chunks = 0;
  #writtenAt = performance.now();

  constructor({ importId, key, database, jobs }: Receiving) {
    this.importId = importId;
    this.#key = key;
    this.#database = database;
    this.#jobs = jobs;
  }

  /** Resolves when there is room for more. */
  async add(lines: readonly SpooledLine[], bytesReceived: number): Promise<void> {
    for (const line of lines) {
      const entry = written(line);
      this.#entries.push(entry);
      this.#characters += entry.length;
      const isFull =
        this.#characters >= CHUNK_CHARACTERS_MAX || this.#entries.length >= CHUNK_LINES_MAX;
      if (isFull) await this.#write(bytesReceived);
    }
    if (performance.now() - this.#writtenAt > CHUNK_AGE_MS_MAX) await this.#write(bytesReceived);
  }

  async complete(bytesReceived: number, bodyFingerprint: string, file: ImportFile): Promise<void> {
    if (this.#entries.length > 0) await this.#write(bytesReceived);
    await this.#database.transaction(async (tx) => {
      const ended = await tx.query(
        `UPDATE imports SET upload = 'complete', bytes_received = $2, body_fingerprint = $3, file = $4
         WHERE import_id = $1 AND upload = 'receiving' RETURNING 1`,
        [this.importId, bytesReceived, bodyFingerprint, JSON.stringify(file)],
      );
      if (ended.length === 0) throw new UploadOverruled(`${this.importId} was taken for cut.`);
      await this.#toWork(tx);
    });
  }

  /** The rest will not come: what is durable is judged, and the key is free for the file to be sent again. */
  async cut(): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.query(
        `UPDATE imports SET upload = 'cut', key_fingerprint = NULL
         WHERE import_id = $1 AND upload = 'receiving'`,
        [this.importId],
      );
      await tx.query('DELETE FROM imports WHERE import_id = $1 AND chunks_received = 0', [
        this.importId,
      ]);
      await this.#toWork(tx);
    });
  }

  /** Says that the upload is alive while nothing comes. */
  async touch(): Promise<void> {
    await this.#database.queryable.query(
      `UPDATE imports SET upload_seen_at = now() WHERE import_id = $1 AND upload = 'receiving'`,
      [this.importId],
    );
  }

  async #write(bytesReceived: number): Promise<void> {
    const sealed = this.#key.seal(this.#entries.join('\n'), this.#chunks);
    const lines = this.#entries.length;
    this.#entries = [];
    this.#characters = 0;
    const values = [this.importId, this.#chunks, lines, bytesReceived, sealed];
    const ahead = await this.#database.transaction((tx) => this.#keep(tx, values));
    this.#chunks += 1;
    this.#writtenAt = performance.now();
    if (ahead > CHUNKS_AHEAD_MAX) await this.#room();
  }

  async #keep(tx: Queryable, values: readonly unknown[]): Promise<number> {
    const [row] = await tx.query<{ ahead: number }>(
      `WITH alive AS (
         UPDATE imports SET chunks_received = $2::integer + 1, lines_read = lines_read + $3,
           bytes_received = $4, upload_seen_at = now()
         WHERE import_id = $1 AND upload = 'receiving' AND chunks_received = $2
         RETURNING chunks_received - chunks_done AS ahead
       ), kept AS (
         INSERT INTO import_chunks (import_id, seq, sealed) SELECT $1, $2, $5 FROM alive
       )
       SELECT ahead FROM alive`,
      values,
      'keep_import_chunk',
    );
    if (!row) throw new UploadOverruled(`${this.importId} was taken for cut.`);
    await this.#toWork(tx);
    return row.ahead;
  }

  /** Something of the import can be done now: the last statement of its transaction, as whoever does it has it. */
  #toWork(tx: Queryable): Promise<void> {
    return this.#jobs.schedule(tx, applyImport, workOf(this.importId));
  }

  async #room(): Promise<void> {
    for (;;) {
      await this.touch();
      const [row] = await this.#database.queryable.query<{ ahead: number }>(
        'SELECT chunks_received - chunks_done AS ahead FROM imports WHERE import_id = $1',
        [this.importId],
      );
      if ((row?.ahead ?? 0) <= CHUNKS_AHEAD_MAX) return;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
}

/** Begins uploads, and knows those that came with an idempotency key before. */
@Injectable()
export class ImportUploads {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  /** The upload to fill, or the earlier one with this key that is not over or was answered. */
  async begin({
    tenantId,
    type,
    keyFingerprint,
    options,
  }: NewUpload): Promise<Upload | EarlierUpload> {
    const importId = formatId('import', randomBytes(16));
    const { key, wrapped } = await this.vault.blobs.create(`import ${importId}`);
    const values = [
      importId,
      tenantId,
      type,
      wrapped,
      keyFingerprint ?? null,
      this.clock.now(),
      JSON.stringify(options),
    ];
    for (;;) {
      const isBegun = await this.database.transaction((tx) => this.#insert(tx, importId, values));
      const { database, jobs } = this;
      if (isBegun) return new Upload({ importId, key, database, jobs });
      const earlier = await this.#earlier(tenantId, keyFingerprint ?? '');
      if (earlier) return earlier;
    }
  }

  /** With it begins the watch over its silence. */
  async #insert(tx: Queryable, importId: string, values: unknown[]): Promise<boolean> {
    const begun = await tx.query(
      `INSERT INTO imports (import_id, tenant_id, type, wrapped_key, key_fingerprint, started_at, keyed_at,
         options)
       VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
       ON CONFLICT (tenant_id, key_fingerprint) DO NOTHING RETURNING 1`,
      values,
    );
    if (begun.length === 0) return false;
    const runAt = new Date(this.clock.now().getTime() + SILENCE_SECONDS * 1_000);
    await this.jobs.schedule(tx, applyImport, { ...workOf(importId), runAt });
    return true;
  }

  /** A key is remembered for a day; that of an upload whose process died is free after a minute. */
  async #earlier(tenantId: string, keyFingerprint: string): Promise<EarlierUpload | undefined> {
    await this.database.queryable.query(
      `UPDATE imports SET key_fingerprint = NULL
       WHERE tenant_id = $1 AND key_fingerprint = $2 AND (keyed_at < $3::timestamptz - interval '24 hours'
         OR upload = 'cut' OR (upload = 'receiving' AND upload_seen_at < now() - interval '60 s'))`,
      [tenantId, keyFingerprint, this.clock.now()],
    );
    const [row] = await this.database.queryable.query<EarlierUpload>(
      `SELECT import_id AS "importId", upload, body_fingerprint AS "bodyFingerprint" FROM imports
       WHERE tenant_id = $1 AND key_fingerprint = $2`,
      [tenantId, keyFingerprint],
    );
    return row;
  }
}
