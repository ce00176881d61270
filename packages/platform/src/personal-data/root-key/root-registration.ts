import { timingSafeEqual } from 'node:crypto';
import { ADVISORY_CLASS } from '../../postgres/advisory.ts';
import type { Database } from '../../postgres/database.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { RootKeyRefused } from '../refusals.ts';
import type { RootKey } from './root-key.ts';

/** `mayCreate`: this vault has no root yet, so the provider may make one. */
export type OpenRoot = (options: { readonly mayCreate: boolean }) => Promise<RootKey>;

const firstRoot = async (queryable: Queryable): Promise<Buffer | undefined> => {
  const [row] = await queryable.query<{ fingerprint: Buffer }>(
    'SELECT fingerprint FROM vault.root_check',
  );
  return row?.fingerprint;
};

const openKnown = async (first: Buffer, open: OpenRoot): Promise<RootKey> => {
  const rootKey = await open({ mayCreate: false });
  if (timingSafeEqual(first, rootKey.derive('root-check'))) return rootKey;
  throw new RootKeyRefused(
    'This root key is not the one the vault was made with: restore the keys folder of this database, or set TACT_KEYS_DIR to it.',
  );
};

/**
 * Opens the root key of this vault, and makes one for a vault that has none. The database is asked first: a start
 * with a wrong folder must not leave a fresh root behind, which the next backup would take for the right one. Any
 * other root than the first is refused, because the index would know everybody a second time.
 */
export const openRegisteredRoot = async (
  database: Pick<Database, 'queryable' | 'transaction'>,
  open: OpenRoot,
): Promise<RootKey> => {
  const known = await firstRoot(database.queryable);
  if (known) return openKnown(known, open);
  return database.transaction(async (tx) => {
    // First starts wait for one another: one makes the root, the others find it in the vault.
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext('root key'))`);
    const first = await firstRoot(tx);
    if (first) return openKnown(first, open);
    const rootKey = await open({ mayCreate: true });
    await tx.query('INSERT INTO vault.root_check (fingerprint) VALUES ($1)', [
      rootKey.derive('root-check'),
    ]);
    return rootKey;
  });
};
