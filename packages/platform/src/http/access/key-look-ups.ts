import { BatchLoader } from '../../postgres/batch-loader.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { memoryOfNobody } from '../../stores/memory.ts';
import { nobody } from '../../stores/rows.ts';
import { ProblemError } from '../problem-error.ts';
import { staffWords } from './staff-words.ts';

export type KeyRow = {
  readonly key_hash: Buffer;
  readonly key_id: string;
  readonly tenant_id: string;
  readonly scopes: readonly string[];
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  last_used_at: Date | null;
  /** Whose key it is; of nobody, only the key itself is known. */
  readonly actor: string | null;
  /** What the member of staff does now; null where there is none of that id in the key's tenant. */
  readonly roles: readonly string[] | null;
  readonly dismissed_at: Date | null;
};

export const keyMemory = memoryOfNobody<KeyRow>({
  name: 'API keys in use',
  holds: staffWords,
  because: 'API keys by their hashes, and the member of staff each belongs to; no contact.',
});
export const unknownKeyMemory = memoryOfNobody<true>({
  name: 'API keys that do not exist',
  holds: nobody,
  because: 'Hashes of what was sent as an API key and is none.',
});

/** How long a change can go unnoticed where its notification was lost. */
const REMEMBERED_MS = 4_000;
const FOUND_MAX = 10_000;
const UNKNOWN_MAX = 50_000;
const KEYS_PER_QUERY_MAX = 1_000;
/** So many wait only where the database hardly answers: more would wait longer than their callers do. */
const WAITING_MAX = 10_000;

/**
 * Finds keys by their fingerprints. Whatever is asked while one query runs goes into the next, so invented keys take
 * up one connection however many come, and a key that exists waits for two queries at most.
 */
export class KeyLookUps {
  readonly #found = keyMemory.open({ max: FOUND_MAX, ttl: REMEMBERED_MS });
  readonly #unknown = unknownKeyMemory.open({ max: UNKNOWN_MAX, ttl: REMEMBERED_MS });
  readonly #database: Queryable;
  readonly #queries: BatchLoader<Buffer, KeyRow | undefined>;
  #waiting = 0;
  #changes = 0;

  constructor(database: Queryable) {
    this.#database = database;
    this.#queries = new BatchLoader((hashes) => this.#load(hashes), KEYS_PER_QUERY_MAX);
  }

  async rowOf(hash: Buffer): Promise<KeyRow | undefined> {
    const name = hash.toString('base64');
    const found = this.#found.get(name);
    if (found || this.#unknown.has(name)) return found;
    if (this.#waiting >= WAITING_MAX)
      throw new ProblemError('unavailable', { retryAfterSeconds: 1 });
    const changes = this.#changes;
    this.#waiting += 1;
    const [row] = await this.#queries.ask([hash]).finally(() => {
      this.#waiting -= 1;
    });
    // What was read before a change must not outlive it.
    if (changes !== this.#changes) return row;
    if (row) this.#found.set(name, row);
    else this.#unknown.set(name, true);
    return row;
  }

  forget(): void {
    this.#changes += 1;
    this.#found.clear();
    this.#unknown.clear();
  }

  async #load(hashes: readonly Buffer[]): Promise<(KeyRow | undefined)[]> {
    const rows = await this.#database.query<KeyRow>(
      `SELECT k.key_hash, k.key_id, k.tenant_id, k.scopes, k.expires_at, k.revoked_at, k.last_used_at, k.actor,
         s.roles, s.dismissed_at
       FROM access.api_keys k
       LEFT JOIN access.staff s ON s.staff_id = k.actor AND s.tenant_id = k.tenant_id
       WHERE k.key_hash = ANY ($1)`,
      [hashes],
      'keys-by-fingerprint',
    );
    const byName = new Map(rows.map((row) => [row.key_hash.toString('base64'), row]));
    return hashes.map((hash) => byName.get(hash.toString('base64')));
  }
}
