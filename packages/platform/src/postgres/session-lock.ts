import { ADVISORY_CLASS } from './advisory.ts';
import type { Database } from './database.ts';

/** Held by one process; the database lets go of it when the process dies. */
export type SessionLock = { release(): Promise<void> };

/** Undefined: another process, or this one, holds the lock of this name already. `purpose` names the connection. */
export const takeSessionLock = async (
  database: Database,
  name: string,
  purpose: string,
): Promise<SessionLock | undefined> => {
  const client = await database.connect(purpose);
  const { rows } = await client.query<{ mine: boolean }>(
    `SELECT pg_try_advisory_lock(${ADVISORY_CLASS}, hashtext($1)) AS mine`,
    [name],
  );
  if (rows[0]?.mine === true) return { release: () => client.end() };
  await client.end();
  return undefined;
};

/** Whether any process holds it now. */
export const isSessionLockHeld = async (database: Database, name: string): Promise<boolean> => {
  const holders = await database.queryable.query(
    `SELECT FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND classid::bigint = ${ADVISORY_CLASS}
       AND objid::bigint = hashtext($1)::bigint & 4294967295
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [name],
  );
  return holders.length > 0;
};
