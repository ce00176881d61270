import type { Queryable } from '../postgres/queryable.ts';

export type Shadow = {
  /** The service's schema. */
  readonly live: string;
  /** Holds tables of the same names while they are built. */
  readonly shadow: string;
  readonly tables: readonly string[];
};

export type TableDifference = {
  readonly table: string;
  readonly liveRows: number;
  readonly shadowRows: number;
  /** Both hold the same rows, compared by checksum. */
  readonly same: boolean;
};

export async function createShadow(
  queryable: Queryable,
  { live, shadow, tables }: Shadow,
): Promise<void> {
  await queryable.query(`DROP SCHEMA IF EXISTS ${shadow} CASCADE`);
  await queryable.query(`CREATE SCHEMA ${shadow}`);
  for (const table of tables) {
    await queryable.query(`CREATE TABLE ${shadow}.${table} (LIKE ${live}.${table} INCLUDING ALL)`);
  }
}

/** Lets unqualified names mean the shadow's tables until the transaction ends; a lost shadow is only built again. */
export async function enterShadow(
  tx: Queryable,
  { live, shadow }: Shadow,
  synchronousCommit: 'on' | 'off',
): Promise<void> {
  await tx.query(
    `SELECT set_config('search_path', $1, true), set_config('synchronous_commit', $2, true),
       set_config('statement_timeout', '0', true), set_config('lock_timeout', '5s', true)`,
    [`${shadow}, ${live}`, synchronousCommit],
  );
}

export async function compare(tx: Queryable, shadow: Shadow): Promise<TableDifference[]> {
  const differences: TableDifference[] = [];
  for (const table of shadow.tables) {
    const live = await checksum(tx, `${shadow.live}.${table}`);
    const built = await checksum(tx, `${shadow.shadow}.${table}`);
    differences.push({
      table,
      liveRows: live.rows,
      shadowRows: built.rows,
      same: live.rows === built.rows && live.sum === built.sum,
    });
  }
  return differences;
}

type Checksum = { readonly rows: number; readonly sum: string | null };

/** A sum of row hashes does not depend on the order of rows. */
async function checksum(tx: Queryable, table: string): Promise<Checksum> {
  const [row] = await tx.query<Checksum>(
    `SELECT count(*) AS rows, sum(hashtextextended(t::text, 0)::numeric) AS sum FROM ${table} AS t`,
  );
  return row ?? { rows: 0, sum: null };
}

/** Puts the built tables in the place of the live ones; readers see the old rows or the new ones, never none. */
export async function swap(tx: Queryable, { live, shadow, tables }: Shadow): Promise<void> {
  for (const table of tables) {
    await tx.query(`DROP TABLE ${live}.${table}`);
    await tx.query(`ALTER TABLE ${shadow}.${table} SET SCHEMA ${live}`);
  }
  await tx.query(`DROP SCHEMA ${shadow}`);
}

export async function dropShadow(tx: Queryable, { shadow }: Shadow): Promise<void> {
  await tx.query(`DROP SCHEMA ${shadow} CASCADE`);
}
