import { Scope } from '@tact/contracts';
import type { Clock } from '../../config/clock.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { drawKey } from './api-keys.ts';
import type { NewApiKey } from './api-keys.ts';

/** One key as it is kept: everything but its text. */
export type ApiKeyRecord = {
  readonly keyId: string;
  readonly tenantId: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly successorKeyId: string | null;
  /** The member of staff who acts by it. */
  readonly actor: string | null;
};

/** A key that was made; its text is missing when the same command had made it before. */
export type DrawnKey = { readonly record: ApiKeyRecord; readonly key?: string };

export type RotatedKey = DrawnKey & { readonly replaced: ApiKeyRecord };

/** Scopes of which a tenant must not lose the last key unasked: without one nobody could make another. */
const guarded = ['admin', 'operator'] as const satisfies readonly Scope[];
type LastOfItsScope = `last-${(typeof guarded)[number]}`;

/** `unknown`: the tenant has no such key. `ended`: revoked or expired. */
export type KeyRefusal = { readonly refused: 'unknown' | 'ended' | 'rotated' | LastOfItsScope };

export type KeyAsked = { readonly tenantId: string; readonly keyId: string };
export type Draw = NewApiKey & {
  readonly commandId: string | undefined;
  /** The member of staff who draws it, and reads its text; else the key that is nobody's. Absent: an operator. */
  readonly drawnBy?: string | undefined;
};
export type Rotation = KeyAsked & {
  readonly commandId: string | undefined;
  readonly environment: string;
  readonly overlapSeconds: number;
  readonly drawnBy?: string | undefined;
  readonly expiresAt?: Date | undefined;
};

const columns = `key_id AS "keyId", tenant_id AS "tenantId", label, scopes, created_at AS "createdAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt", successor_id AS "successorKeyId", actor`;

/** The keys of a tenant and their changes, inside the caller's transaction: a change and its audit event are one. */
export class ApiKeyRegister {
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Oldest first, those after `after`; `limit` keys at most. */
  list(
    queryable: Queryable,
    tenantId: string,
    page: { readonly limit: number; readonly after?: { createdAt: Date; keyId: string } },
  ): Promise<ApiKeyRecord[]> {
    const { createdAt, keyId } = page.after ?? { createdAt: new Date(0), keyId: '' };
    return queryable.query<ApiKeyRecord>(
      `SELECT ${columns} FROM access.api_keys
       WHERE tenant_id = $1 AND (created_at, key_id) > ($2, $3) ORDER BY created_at, key_id LIMIT $4`,
      [tenantId, createdAt, keyId, page.limit],
    );
  }

  async find(
    queryable: Queryable,
    { tenantId, keyId }: KeyAsked,
  ): Promise<ApiKeyRecord | undefined> {
    const [record] = await queryable.query<ApiKeyRecord>(
      `SELECT ${columns} FROM access.api_keys WHERE tenant_id = $1 AND key_id = $2`,
      [tenantId, keyId],
    );
    return record;
  }

  /** Whether a command has made its key: repeated, it makes none. */
  async isMade(queryable: Queryable, commandId: string): Promise<boolean> {
    const made = await queryable.query('SELECT FROM access.api_keys WHERE command_id = $1', [
      commandId,
    ]);
    return made.length > 0;
  }

  /** Whether a key opens anything now. */
  works({ expiresAt, revokedAt }: ApiKeyRecord): boolean {
    return revokedAt === null && (expiresAt === null || expiresAt > this.#clock.now());
  }

  /** Draws a key. The same command again finds the key it made, whose text nobody has any more. */
  async draw(tx: Queryable, requested: Draw): Promise<DrawnKey> {
    const { tenantId, scopes, label, environment, expiresAt, commandId, actor } = requested;
    const { key, hash, keyId } = drawKey(environment);
    const [record] = await tx.query<ApiKeyRecord>(
      `INSERT INTO access.api_keys
         (key_hash, key_id, tenant_id, scopes, label, created_at, expires_at, command_id, actor, drawn_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (command_id) DO NOTHING RETURNING ${columns}`,
      [
        hash,
        keyId,
        tenantId,
        [...scopes],
        label,
        this.#clock.now(),
        expiresAt ?? null,
        commandId ?? null,
        actor ?? null,
        requested.drawnBy ?? null,
      ],
    );
    if (record) return { record, key };
    const [earlier] = await tx.query<ApiKeyRecord>(
      `SELECT ${columns} FROM access.api_keys WHERE command_id = $1 AND tenant_id = $2`,
      [commandId, tenantId],
    );
    if (!earlier) throw new Error('A key that its command made before is not there');
    return { record: earlier };
  }

  /** Gives a key a successor with its scopes, its label and its member of staff, and an end. */
  async rotate(
    tx: Queryable,
    { tenantId, keyId, commandId, environment, ...requested }: Rotation,
  ): Promise<KeyRefusal | RotatedKey> {
    const [old] = await this.#locked(tx, { tenantId, keyId });
    if (!old) return { refused: 'unknown' };
    const { label, scopes, actor } = old;
    const now = this.#clock.now();
    if (old.successorKeyId !== null) {
      const again = await this.#madeBy(tx, commandId, old.successorKeyId);
      return again ? { record: again, replaced: old } : { refused: 'rotated' };
    }
    if (!this.works(old)) return { refused: 'ended' };
    const lifeMs = old.expiresAt && old.expiresAt.getTime() - old.createdAt.getTime();
    const expiresAt =
      requested.expiresAt ?? (lifeMs ? new Date(now.getTime() + lifeMs) : undefined);
    const drawn = await this.draw(tx, {
      tenantId,
      label,
      scopes,
      environment,
      commandId,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      actor,
      drawnBy: requested.drawnBy,
    });
    const [replaced] = await tx.query<ApiKeyRecord>(
      `UPDATE access.api_keys SET successor_id = $2, expires_at = least(expires_at, $3::timestamptz)
       WHERE key_id = $1 RETURNING ${columns}`,
      [keyId, drawn.record.keyId, new Date(now.getTime() + requested.overlapSeconds * 1000)],
    );
    if (!replaced) throw new Error('A key that is locked went away');
    return { ...drawn, replaced };
  }

  /** Ends a key at once; one that has ended stays as it is. The tenant's last lasting key of a guarded scope needs `force`. */
  async revoke(
    tx: Queryable,
    { tenantId, keyId }: KeyAsked,
    { force }: { force: boolean },
  ): Promise<KeyRefusal | { readonly record: ApiKeyRecord; readonly isNew: boolean }> {
    // All such keys are locked in one order, so that two of them cannot revoke each other at once.
    const holders = await this.#locked(tx, { tenantId, scopes: guarded });
    const [record] = await this.#locked(tx, { tenantId, keyId });
    if (!record) return { refused: 'unknown' };
    if (record.revokedAt !== null) return { record, isNew: false };
    const lasting = holders.filter((one) => this.works(one) && one.successorKeyId === null);
    const lost = guarded.find((scope) => {
      const [only, other] = lasting.filter(({ scopes }) => scopes.includes(scope));
      return only?.keyId === keyId && other === undefined;
    });
    if (lost !== undefined && !force) return { refused: `last-${lost}` };
    const [revoked] = await tx.query<ApiKeyRecord>(
      `UPDATE access.api_keys SET revoked_at = $2 WHERE key_id = $1 RETURNING ${columns}`,
      [keyId, this.#clock.now()],
    );
    if (!revoked) throw new Error('A key that is locked went away');
    return { record: revoked, isNew: true };
  }

  #locked(
    tx: Queryable,
    { tenantId, keyId, scopes }: { tenantId: string; keyId?: string; scopes?: readonly Scope[] },
  ): Promise<ApiKeyRecord[]> {
    return tx.query<ApiKeyRecord>(
      `SELECT ${columns} FROM access.api_keys
       WHERE tenant_id = $1 AND key_id = coalesce($2, key_id) AND ($3::text[] IS NULL OR scopes && $3)
       ORDER BY key_id FOR UPDATE`,
      [tenantId, keyId ?? null, scopes ?? null],
    );
  }

  async #madeBy(
    tx: Queryable,
    commandId: string | undefined,
    keyId: string,
  ): Promise<ApiKeyRecord | undefined> {
    if (commandId === undefined) return undefined;
    const [made] = await tx.query<ApiKeyRecord>(
      `SELECT ${columns} FROM access.api_keys WHERE command_id = $1 AND key_id = $2`,
      [commandId, keyId],
    );
    return made;
  }
}
