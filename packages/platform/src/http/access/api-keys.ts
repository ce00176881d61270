import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Scope } from '@tact/contracts';
import type { Clock } from '../../config/clock.ts';
import type { Queryable } from '../../postgres/queryable.ts';

export type ApiKeyIdentity = {
  readonly keyId: string;
  readonly tenantId: string;
  readonly scopes: readonly Scope[];
};

export type NewApiKey = {
  readonly tenantId: string;
  readonly scopes: readonly Scope[];
  /** What it is for, in the business's words; never a person's name. */
  readonly label: string;
  /** Part of the key's text, so that a leaked key tells where it opens doors. */
  readonly environment?: string;
  readonly expiresAt?: Date;
};

type Row = {
  key_hash: Buffer;
  key_id: string;
  tenant_id: string;
  scopes: string[];
  expires_at: Date | null;
};

type Cached = { readonly row: Row; readonly untilMs: number };

const keyPattern = /^tact_[a-z]{1,12}_[A-Za-z0-9_-]{32,86}$/;
const cacheMs = 30_000;
const cacheSizeMax = 10_000;

// One round of SHA-256 is enough: the key holds 256 random bits, so there is nothing to guess, and a
// slow hash made for passwords would only slow down every request.
const fingerprintOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** API keys of every tenant. A revoked key stops working within 30 seconds. */
export class ApiKeys {
  readonly #database: Queryable;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #cache = new Map<string, Cached>();

  constructor(database: Queryable, clock: Pick<Clock, 'now'>) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Draws a key. Its text is in the answer and nowhere else, ever. */
  async create(wanted: NewApiKey): Promise<{ keyId: string; key: string }> {
    const key = `tact_${wanted.environment ?? 'live'}_${randomBytes(32).toString('base64url')}`;
    return { keyId: await this.ensure(key, wanted), key };
  }

  /** Makes a key drawn elsewhere valid, e.g. the one of the demo tenant; says its id. Repeating it changes nothing. */
  async ensure(key: string, wanted: NewApiKey): Promise<string> {
    if (!keyPattern.test(key))
      throw new Error('An API key has the form tact_<env>_<32 to 86 random characters>');
    const hash = fingerprintOf(key);
    const keyId = `ak_${hash.toString('hex').slice(0, 20)}`;
    await this.#database.query(
      `INSERT INTO access.api_keys
         (key_hash, key_id, tenant_id, scopes, label, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT DO NOTHING`,
      [
        hash,
        keyId,
        wanted.tenantId,
        [...wanted.scopes],
        wanted.label,
        this.#clock.now(),
        wanted.expiresAt ?? null,
      ],
    );
    return keyId;
  }

  /** Who presents this key, or undefined: unknown, expired, revoked and malformed keys look the same. */
  async verify(key: string): Promise<ApiKeyIdentity | undefined> {
    if (!keyPattern.test(key)) return undefined;
    const hash = fingerprintOf(key);
    const row = await this.#rowOf(hash);
    if (!row || !timingSafeEqual(row.key_hash, hash)) return undefined;
    if (row.expires_at && row.expires_at <= this.#clock.now()) return undefined;
    const scopes = row.scopes.filter((scope): scope is Scope => Scope.safeParse(scope).success);
    return { keyId: row.key_id, tenantId: row.tenant_id, scopes };
  }

  /** Ends a key; false: the tenant has no such key that still works. */
  async revoke(tenantId: string, keyId: string): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE access.api_keys SET revoked_at = $3
       WHERE tenant_id = $1 AND key_id = $2 AND revoked_at IS NULL
       RETURNING key_id`,
      [tenantId, keyId, this.#clock.now()],
    );
    this.#cache.clear();
    return rows.length > 0;
  }

  async #rowOf(hash: Buffer): Promise<Row | undefined> {
    const name = hash.toString('base64');
    const nowMs = performance.now();
    const cached = this.#cache.get(name);
    if (cached && cached.untilMs > nowMs) return cached.row;
    this.#cache.delete(name);
    const [row] = await this.#database.query<Row>(
      `SELECT key_hash, key_id, tenant_id, scopes, expires_at FROM access.api_keys
       WHERE key_hash = $1 AND revoked_at IS NULL`,
      [hash],
    );
    if (!row) return undefined;
    if (this.#cache.size >= cacheSizeMax) this.#cache.clear();
    this.#cache.set(name, { row, untilMs: nowMs + cacheMs });
    return row;
  }
}
