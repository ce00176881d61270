import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Scope, HOUR_MS, scopesOfRoles } from '@tact/contracts';
import type { Clock } from '../../config/clock.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import type { CallerIdentity } from './caller.ts';
import { KeyLookUps } from './key-look-ups.ts';
import type { KeyRow } from './key-look-ups.ts';

/** Why a key that once opened doors does not. */
export type KeyEnd = 'expired' | 'revoked' | 'dismissed';

export type NewApiKey = {
  readonly tenantId: string;
  readonly scopes: readonly Scope[];
  /** What it is for, in the business's words; never a person's name. */
  readonly label: string;
  /** Part of the key's text, so that a leaked key tells where it opens doors. */
  readonly environment?: string;
  readonly expiresAt?: Date;
  /** The member of staff who acts by it; what they may do bounds what it opens. */
  readonly actor?: string | null;
};

const keyPattern = /^tact_[a-z]{1,12}_[A-Za-z0-9_-]{32,86}$/;

// One round of SHA-256 is enough: the key holds 256 random bits, so there is nothing to guess, and a
// slow hash made for passwords would only slow down every request.
const fingerprintOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** The text of a new key, its fingerprint, and the id made of that. */
export const drawKey = (environment = 'live'): { key: string; hash: Buffer; keyId: string } => {
  const key = `tact_${environment}_${randomBytes(32).toString('base64url')}`;
  return { key, ...namesOf(key) };
};

const namesOf = (key: string): { hash: Buffer; keyId: string } => {
  const hash = fingerprintOf(key);
  return { hash, keyId: `ak_${hash.toString('hex').slice(0, 20)}` };
};

/** The id of a key, made of its text. */
export const keyIdOf = (key: string): string => namesOf(key).keyId;

/** API keys of every tenant, as the door asks for them. A revoked key stops working within 5 seconds, everywhere. */
export class ApiKeys {
  readonly #database: Queryable;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #lookUps: KeyLookUps;

  /** `lookUps` is where keys are looked up, a connection of its own, so that nothing else makes callers wait. */
  constructor(database: Queryable, clock: Pick<Clock, 'now'>, lookUps: Queryable = database) {
    this.#database = database;
    this.#clock = clock;
    this.#lookUps = new KeyLookUps(lookUps);
  }

  /** Draws a key. Its text is in the answer and nowhere else, ever. */
  async create(requested: NewApiKey): Promise<{ keyId: string; key: string }> {
    const { key } = drawKey(requested.environment);
    return { keyId: await this.ensure(key, requested), key };
  }

  /** Makes a key drawn elsewhere valid, e.g. the one of the demo tenant; says its id. Repeating it changes nothing. */
  async ensure(key: string, requested: NewApiKey): Promise<string> {
    if (!keyPattern.test(key))
      throw new Error('An API key has the form tact_<env>_<32 to 86 random characters>');
    const { hash, keyId } = namesOf(key);
    await this.#database.query(
      `INSERT INTO access.api_keys
         (key_hash, key_id, tenant_id, scopes, label, created_at, expires_at, actor)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT DO NOTHING`,
      [
        hash,
        keyId,
        requested.tenantId,
        [...requested.scopes],
        requested.label,
        this.#clock.now(),
        requested.expiresAt ?? null,
        requested.actor ?? null,
      ],
    );
    this.forget();
    return keyId;
  }

  /** Who presents this key, or undefined: unknown, expired, revoked and malformed keys open the same nothing. */
  async verify(key: string): Promise<CallerIdentity | undefined> {
    const row = await this.#known(key);
    if (!row || this.#endOf(row) !== undefined) return undefined;
    this.#noteUse(row);
    const { key_id: keyId, tenant_id: tenantId, actor } = row;
    const scopes = row.scopes.filter((scope): scope is Scope => Scope.safeParse(scope).success);
    if (actor === null) return { actorId: keyId, keyId, tenantId, scopes };
    const held = scopesOfRoles(row.roles ?? []);
    const within = scopes.filter((scope) => held.includes(scope));
    return { actorId: actor, keyId, staffId: actor, tenantId, scopes: within };
  }

  /** Why a key that once opened doors does not, for the one who holds it; undefined for any other text. */
  async refusalOf(key: string): Promise<KeyEnd | undefined> {
    const row = await this.#known(key);
    return row && this.#endOf(row);
  }

  /** Ends a key; false: the tenant has no such key that still works. */
  async revoke(tenantId: string, keyId: string): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE access.api_keys SET revoked_at = $3
       WHERE tenant_id = $1 AND key_id = $2 AND revoked_at IS NULL
       RETURNING key_id`,
      [tenantId, keyId, this.#clock.now()],
    );
    this.forget();
    return rows.length > 0;
  }

  /** What was read of the keys is asked for again: called when any of them changed. */
  forget(): void {
    this.#lookUps.forget();
  }

  #endOf({ expires_at, revoked_at, actor, roles, dismissed_at }: KeyRow): KeyEnd | undefined {
    if (revoked_at) return 'revoked';
    if (actor !== null && (roles === null || dismissed_at !== null)) return 'dismissed';
    return expires_at && expires_at <= this.#clock.now() ? 'expired' : undefined;
  }

  async #known(key: string): Promise<KeyRow | undefined> {
    if (!keyPattern.test(key)) return undefined;
    const hash = fingerprintOf(key);
    const row = await this.#lookUps.rowOf(hash);
    return row && timingSafeEqual(row.key_hash, hash) ? row : undefined;
  }

  /** To the hour, so that a busy key is one write an hour: enough to tell a key that nobody uses. No caller waits. */
  #noteUse(row: KeyRow): void {
    const hour = new Date(Math.floor(this.#clock.now().getTime() / HOUR_MS) * HOUR_MS);
    if (row.last_used_at && row.last_used_at >= hour) return;
    row.last_used_at = hour;
    void this.#database
      .query(
        `UPDATE access.api_keys SET last_used_at = $2
         WHERE key_id = $1 AND (last_used_at IS NULL OR last_used_at < $2)`,
        [row.key_id, hour],
      )
      // Whoever may read and not write still gets an answer; a later look notes the use.
      .catch(() => undefined);
  }
}
