import { expect } from '@jest/globals';
import type { Database } from '@tact/platform';

export type Link = {
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
  readonly actId: string;
};

/** A tenant's chain from its first entry on, as it is stored. */
export const linksOf = (database: Database, tenantId: string): Promise<Link[]> =>
  database.queryable.query<Link>(
    `SELECT seq, encode(prev_hash, 'hex') AS prev, encode(hash, 'hex') AS hash, act_id AS "actId"
       FROM audit_entries WHERE tenant_id = $1 ORDER BY seq`,
    [tenantId],
  );

/** Without a gap, a fork or a duplicate. */
export const expectWhole = (links: readonly Link[], count: number): void => {
  expect(links.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, nth) => nth + 1));
  expect(links.map(({ prev }) => prev)).toEqual([
    '0'.repeat(64),
    ...links.slice(0, -1).map(({ hash }) => hash),
  ]);
  expect(new Set(links.map(({ actId }) => actId)).size).toBe(count);
};
