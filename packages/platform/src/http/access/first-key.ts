import { allScopes } from '../../config/config.ts';
import type { Clock } from '../../config/clock.ts';
import { StartupRefusal } from '../../config/startup-refusal.ts';
import { ADVISORY_CLASS } from '../../postgres/advisory.ts';
import type { Database } from '../../postgres/database.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { ApiKeys, keyIdOf } from './api-keys.ts';

export type FirstKey = {
  readonly key: string;
  readonly tenantId: string;
  /** Whoever starts the service wants this key in the place of the one there was; that one is revoked. */
  readonly replaces: boolean;
};

/** What was changed. */
export type FirstKeyChange = {
  readonly madeId: string;
  readonly scopes: readonly string[];
  readonly revokedIds: readonly string[];
};

const label = 'bootstrap';

/**
 * Makes the tenant's first key valid, which has every scope. Another one that works is never joined by a second
 * unasked: a data folder that lost its credentials would otherwise draw full keys nobody knows of.
 * Answers the ids of the keys that were revoked for it. `tell` is called in the same transaction.
 */
export const ensureFirstKey = (
  database: Pick<Database, 'transaction'>,
  clock: Pick<Clock, 'now'>,
  { key, tenantId, replaces }: FirstKey,
  tell: (tx: Queryable, change: FirstKeyChange) => Promise<void> = () => Promise.resolve(),
): Promise<readonly string[]> =>
  database.transaction(async (tx) => {
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext('first key'))`);
    const keyId = keyIdOf(key);
    const known = await tx.query('SELECT FROM access.api_keys WHERE key_id = $1', [keyId]);
    if (known.length > 0) return [];
    const others = await tx.query<{ keyId: string; day: string }>(
      `SELECT key_id AS "keyId", to_char(created_at, 'YYYY-MM-DD') AS day FROM access.api_keys
       WHERE tenant_id = $1 AND label = $2 AND 'admin' = ANY (scopes) AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > $3) ORDER BY created_at FOR UPDATE`,
      [tenantId, label, clock.now()],
    );
    const [other] = others;
    if (other && !replaces) {
      throw new StartupRefusal(
        `The first API key given here is not the one the database knows (${other.keyId}, made ${other.day}): put the credentials.json of this database back from its backup, or start once with --new-key, which revokes that key and draws another.`,
      );
    }
    const ids = others.map((one) => one.keyId);
    await tx.query('UPDATE access.api_keys SET revoked_at = $2 WHERE key_id = ANY ($1)', [
      ids,
      clock.now(),
    ]);
    await new ApiKeys(tx, clock).ensure(key, { tenantId, scopes: allScopes, label });
    await tell(tx, { madeId: keyId, scopes: allScopes, revokedIds: ids });
    return ids;
  });
