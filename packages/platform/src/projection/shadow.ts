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

export const createShadow = async (
  queryable: Queryable,
  { live, shadow, tables }: Shadow,
): Promise<void> => {
  await queryable.query(`DROP SCHEMA IF EXISTS ${shadow} CASCADE`);
  await queryable.query(`CREATE SCHEMA ${shadow}`);
  for (const table of tables) {
    await queryable.query(`CREATE TABLE ${shadow}.${table} (LIKE ${live}.${table} INCLUDING ALL)`);
    const [row] = await queryable.query<{ options: string | null }>(
      `SELECT array_to_string(reloptions, ', ') AS options FROM pg_class WHERE oid = $1::regclass`,
      [`${live}.${table}`],
    );
    // What LIKE leaves out.
    if (row?.options) {
      await queryable.query(`ALTER TABLE ${shadow}.${table} SET (${row.options})`);
    }
  }
};

/** What the live tables look like: a shadow made of others than these is not to be swapped in. */
export const shapeOf = async (queryable: Queryable, { live, tables }: Shadow): Promise<string> => {
  const [row] = await queryable.query<{ shape: string }>(
    `SELECT md5(coalesce(string_agg(part, ',' ORDER BY part), '')) AS shape FROM (
       SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
         || a.attnotnull || coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS part
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE c.relnamespace = $1::regnamespace AND c.relname = ANY ($2)
         AND a.attnum > 0 AND NOT a.attisdropped
       UNION ALL
       SELECT c.relname || i.indisunique || substring(pg_get_indexdef(i.indexrelid) FROM ' USING .*')
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
       WHERE c.relnamespace = $1::regnamespace AND c.relname = ANY ($2)
     ) AS parts`,
    [live, tables],
  );
  return row?.shape ?? '';
};

/** Lets unqualified names mean the shadow's tables until the transaction ends; a lost shadow is only built again. */
export const enterShadow = async (
  tx: Queryable,
  { live, shadow }: Pick<Shadow, 'live' | 'shadow'>,
  synchronousCommit: 'on' | 'off',
): Promise<void> => {
  await tx.query(
    `SELECT set_config('search_path', $1, true), set_config('synchronous_commit', $2, true),
       set_config('statement_timeout', '0', true), set_config('lock_timeout', '5s', true)`,
    [`${shadow}, ${live}`, synchronousCommit],
  );
};

export const compare = async (tx: Queryable, shadow: Shadow): Promise<TableDifference[]> => {
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
};

type Checksum = { readonly rows: number; readonly sum: string | null };

/** A sum of row hashes does not depend on the order of rows. */
const checksum = async (tx: Queryable, table: string): Promise<Checksum> => {
  const [row] = await tx.query<Checksum>(
    `SELECT count(*) AS rows, sum(hashtextextended(t::text, 0)::numeric) AS sum FROM ${table} AS t`,
  );
  return row ?? { rows: 0, sum: null };
};

type Named = { readonly name: string; readonly definition: string };

/** Indexes of a table; the definition without the names of index and schema, which differ between the two. */
const indexesOf = (tx: Queryable, table: string): Promise<Named[]> =>
  tx.query<Named>(
    `SELECT c.relname AS name, i.indisunique || substring(pg_get_indexdef(c.oid) FROM ' USING .*') AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = $1::regclass ORDER BY c.relname`,
    [table],
  );

const grantsOf = (tx: Queryable, table: string): Promise<{ grant: string }[]> =>
  tx.query<{ grant: string }>(
    `SELECT format('GRANT %s ON ${table} TO %s', string_agg(a.privilege_type, ', '),
       CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(a.grantee::regrole::text) END) AS grant
     FROM pg_class c, aclexplode(c.relacl) AS a WHERE c.oid = $1::regclass AND a.grantee <> c.relowner
     GROUP BY a.grantee`,
    [table],
  );

/**
 * Puts the built tables in the place of the live ones; readers see the old rows or the new ones, never none. Indexes keep
 * their names, which later migrations may call, and whoever was allowed to read is.
 */
export const swap = async (tx: Queryable, { live, shadow, tables }: Shadow): Promise<void> => {
  for (const table of tables) {
    const indexes = await indexesOf(tx, `${live}.${table}`);
    const grants = await grantsOf(tx, `${live}.${table}`);
    await tx.query(`DROP TABLE ${live}.${table}`);
    await tx.query(`ALTER TABLE ${shadow}.${table} SET SCHEMA ${live}`);
    const built = await indexesOf(tx, `${live}.${table}`);
    for (const { name, definition } of indexes) {
      const at = built.findIndex((index) => index.definition === definition);
      const [index] = at < 0 ? [] : built.splice(at, 1);
      if (index === undefined || index.name === name) continue;
      await tx.query(`ALTER INDEX ${live}."${index.name}" RENAME TO "${name}"`);
    }
    for (const { grant } of grants) await tx.query(grant);
  }
  await tx.query(`DROP SCHEMA ${shadow}`);
};

export const dropShadow = async (
  tx: Queryable,
  { shadow }: Pick<Shadow, 'shadow'>,
): Promise<void> => {
  await tx.query(`DROP SCHEMA IF EXISTS ${shadow} CASCADE`);
};
