import type { AuditHead } from '@tact/contracts';
import type { Queryable } from '@tact/platform';
import { genesis, hashOf } from './entry.ts';
import { entryPages } from './stored-entries.ts';

/** Where a chain is now, as its own row says. */
export type ChainNow = { readonly seq: number; readonly hash: string; readonly blanked: number };

type Chain = { readonly tenant: string; readonly now: ChainNow };

const start = { seq: 0, hash: genesis, blanked: 0 };

/** The entry that was signed is still the one that stands there, or the beginning of the chain. */
const hashAt = async (queryable: Queryable, tenant: string, seq: number): Promise<unknown> => {
  if (seq === 0) return genesis;
  const [row] = await queryable.query<{ hash: string }>(
    `SELECT encode(hash, 'hex') AS hash FROM audit_entries WHERE tenant_id = $1 AND seq = $2`,
    [tenant, seq],
  );
  return row?.hash;
};

const blankRows = async (queryable: Queryable, { tenant, now }: Chain): Promise<number> => {
  const [row] = await queryable.query<{ count: number }>(
    'SELECT count(*) AS count FROM audit_entries WHERE tenant_id = $1 AND subject IS NULL AND seq <= $2',
    [tenant, now.seq],
  );
  return row?.count ?? 0;
};

/** Entry by entry from one that is known. */
const walkBreak = async (
  queryable: Queryable,
  { tenant, now }: Chain,
  known: { readonly seq: number; readonly hash: string },
): Promise<string | undefined> => {
  let last: { seq: number; hash: string } = known;
  const span = { after: known.seq, upTo: now.seq };
  for await (const page of entryPages(queryable, tenant, span)) {
    for (const { entry, hash } of page) {
      const follows = entry.seq === last.seq + 1 && entry.prev === last.hash;
      if (!follows || hashOf(entry) !== hash) return `entry ${last.seq + 1} was changed`;
      last = { seq: entry.seq, hash };
    }
  }
  return last.seq === now.seq && last.hash === now.hash
    ? undefined
    : `its end is not entry ${last.seq}`;
};

/**
 * Why a chain does not lead from a head that was signed to where it is now; undefined: it does. Who can write to the
 * database can rewrite it, and a signature over what was rewritten would make it true.
 */
export const chainBreak = async (
  queryable: Queryable,
  chain: Chain,
  signed: Pick<AuditHead, 'seq' | 'hash' | 'blanked'> = start,
): Promise<string | undefined> => {
  const { tenant, now } = chain;
  if (now.seq < signed.seq) return `it ends at ${now.seq} and was signed up to ${signed.seq}`;
  if ((await hashAt(queryable, tenant, signed.seq)) !== signed.hash) {
    return `entry ${signed.seq} is not the one that was signed`;
  }
  if (now.blanked < signed.blanked || (await blankRows(queryable, chain)) !== now.blanked) {
    return 'entries were blanked by no erasure';
  }
  return walkBreak(queryable, chain, signed);
};
