import type { Queryable } from '../../postgres/queryable.ts';
import type { KeyAsked } from './api-key-register.ts';

/**
 * The ids of the keys that whoever reads the text of this one may hold as well, and its own: what was drawn or rotated by
 * one of them, what one of them came of, and so on. Only an operator's drawing makes two hands of one. A key that has
 * ended joins what came of it.
 */
export const keysOfOneHand = async (
  queryable: Queryable,
  { tenantId, keyId }: KeyAsked,
): Promise<readonly string[]> => {
  const rows = await queryable.query<{ id: string }>(
    `WITH RECURSIVE links (origin, id) AS (
       SELECT drawn_by, key_id COLLATE "C" FROM access.api_keys WHERE tenant_id = $1 AND drawn_by IS NOT NULL
       UNION ALL
       SELECT key_id COLLATE "C", successor_id COLLATE "C" FROM access.api_keys
       WHERE tenant_id = $1 AND successor_id IS NOT NULL),
     origins (id) AS (
       SELECT $2::text COLLATE "C" UNION SELECT links.origin FROM origins JOIN links ON links.id = origins.id),
     hand (id) AS (
       SELECT id FROM origins UNION SELECT links.id FROM hand JOIN links ON links.origin = hand.id)
     SELECT id FROM hand`,
    [tenantId, keyId],
  );
  return rows.map(({ id }) => id);
};
