import type { Queryable } from '../postgres/queryable.ts';

export type Column = {
  readonly name: string;
  readonly type: string;
  readonly collation: string | null;
  readonly notNull: boolean;
  readonly fallback: string | null;
  readonly generated: boolean;
  /** Where it differs from its type's: `e` is EXTERNAL, for what is compressed or random already. */
  readonly storage: string | null;
  /** `a`: GENERATED ALWAYS AS IDENTITY, `d`: BY DEFAULT, empty: neither. */
  readonly identity: '' | 'a' | 'd';
};

export type CatalogTable = {
  readonly schema: string;
  readonly name: string;
  readonly unlogged: boolean;
  readonly options: readonly string[];
  /** PARTITION BY of a table that is split and holds no row itself. */
  readonly splitBy: string | null;
  readonly parent: string | null;
  readonly bounds: string | null;
  readonly columns: readonly Column[];
};

export type CatalogSequence = {
  readonly schema: string;
  readonly name: string;
  readonly settings: string;
  readonly type: string;
  /** The table and column it belongs to. */
  readonly table: string | null;
  readonly column: string | null;
  /** Made by the column's GENERATED ... AS IDENTITY. */
  readonly isIdentity: boolean;
};

export type Catalog = {
  readonly schemas: readonly string[];
  readonly functions: readonly string[];
  readonly sequences: readonly CatalogSequence[];
  /** A table that is split comes before its parts. */
  readonly tables: readonly CatalogTable[];
  /** Statements that follow the rows: keys, checks, indexes, foreign keys, triggers. */
  readonly after: readonly string[];
  readonly grants: readonly { readonly role: string; readonly statement: string }[];
};

const own = `nspname !~ '^pg_' AND nspname <> 'information_schema'`;
const notOfExtension = (oid: string, catalog: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend x WHERE x.objid = ${oid} AND x.classid = '${catalog}'::regclass AND x.deptype = 'e')`;

const schemas = `SELECT nspname AS name FROM pg_namespace n WHERE ${own}
  AND (nspname <> 'public' OR EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid)) ORDER BY 1`;

// Whatever Tact does not make: named and refused, because leaving it out would be silent.
const strangers = `
SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
    ELSE 'type' END || ' ' || c.oid::regclass AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${own} AND relkind IN ('v', 'm', 'f', 'c') AND ${notOfExtension('c.oid', 'pg_class')}
UNION ALL SELECT 'type ' || t.oid::regtype FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE ${own} AND typtype IN ('e', 'd', 'r') AND ${notOfExtension('t.oid', 'pg_type')}
UNION ALL SELECT 'function ' || p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE ${own} AND (prokind IN ('a', 'w') OR proacl IS NOT NULL) AND ${notOfExtension('p.oid', 'pg_proc')}
UNION ALL SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
UNION ALL SELECT 'policy ' || polname FROM pg_policy
UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
UNION ALL SELECT 'statistics ' || stxname FROM pg_statistic_ext
UNION ALL SELECT 'publication ' || pubname FROM pg_publication
UNION ALL SELECT 'trigger ' || tgname || ', which is switched off' FROM pg_trigger
  WHERE NOT tgisinternal AND tgenabled <> 'O'
UNION ALL SELECT 'rule ' || rulename FROM pg_rewrite WHERE rulename <> '_RETURN'
  AND ev_class >= 16384
UNION ALL SELECT 'inheritance of ' || inhrelid::regclass FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
  WHERE c.relkind = 'r' AND NOT c.relispartition
UNION ALL SELECT 'large object ' || oid FROM pg_largeobject_metadata
LIMIT 5`;

const functions = `SELECT pg_get_functiondef(p.oid) AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE ${own} AND ${notOfExtension('p.oid', 'pg_proc')} ORDER BY p.oid::regprocedure::text COLLATE "C"`;

const sequences = `
SELECT n.nspname AS schema, c.relname AS name, s.seqtypid::regtype::text AS type,
  format('START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', seqstart, seqincrement, seqmin, seqmax,
    seqcache, CASE WHEN seqcycle THEN ' CYCLE' ELSE '' END) AS settings,
  d.refobjid::regclass::text AS "table", a.attname::text AS "column", coalesce(d.deptype = 'i', false) AS "isIdentity"
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
  AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE ${own} ORDER BY 1, 2`;

const tables = `
WITH RECURSIVE depth AS (
  SELECT c.oid, 0 AS level FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  UNION ALL SELECT i.inhrelid, d.level + 1 FROM depth d JOIN pg_inherits i ON i.inhparent = d.oid
)
SELECT n.nspname AS schema, c.relname AS name, c.relpersistence = 'u' AS unlogged,
  coalesce(c.reloptions, '{}') || ARRAY(SELECT 'toast.' || o FROM pg_class t, unnest(t.reloptions) AS o
    WHERE t.oid = c.reltoastrelid) AS options,
  CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "splitBy",
  CASE WHEN c.relispartition THEN i.inhparent::regclass::text END AS parent,
  pg_get_expr(c.relpartbound, c.oid) AS bounds,
  (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
      'notNull', a.attnotnull, 'fallback', pg_get_expr(f.adbin, f.adrelid),
      'storage', CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END,
      'generated', a.attgenerated <> '', 'identity', a.attidentity) ORDER BY a.attnum), '[]')
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
FROM depth d JOIN pg_class c ON c.oid = d.oid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE ${own} AND ${notOfExtension('c.oid', 'pg_class')} ORDER BY d.level, 1, 2`;

const constraints = (kinds: string): string => `
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid)) AS name
FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
WHERE ${own} AND conrelid <> 0 AND contype IN (${kinds}) AND conparentid = 0 AND coninhcount = 0
ORDER BY conrelid::regclass::text COLLATE "C", conname`;

const indexes = `
SELECT pg_get_indexdef(i.indexrelid) AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE ${own} AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY c.oid::regclass::text COLLATE "C"`;

const triggers = `SELECT pg_get_triggerdef(t.oid) AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND NOT tgisinternal AND tgparentid = 0
  ORDER BY c.oid::regclass::text COLLATE "C", tgname`;

const grants = `
SELECT pg_get_userbyid(a.grantee) AS role, format('GRANT %s ON %s TO %I', a.privilege_type, what, pg_get_userbyid(a.grantee)) AS statement
FROM (
  SELECT 'SCHEMA ' || quote_ident(nspname) AS what, nspowner AS owner, nspacl AS acl FROM pg_namespace WHERE ${own}
  UNION ALL SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass, relowner, relacl
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND relkind IN ('r', 'p', 'S')
) AS o, aclexplode(o.acl) AS a WHERE a.grantee NOT IN (0, o.owner) ORDER BY 2`;

const names = async (queryable: Queryable, text: string): Promise<string[]> =>
  (await queryable.query<{ name: string }>(text)).map(({ name }) => name);

/** Something the database holds that a backup of Tact does not keep. */
export class NotOurs extends Error {
  override readonly name = 'NotOurs';
}

/** What the schemas of the database are made of. The session's search_path must be empty, so that every name is whole. */
export const readCatalog = async (queryable: Queryable): Promise<Catalog> => {
  const strange = await names(queryable, strangers);
  if (strange.length > 0) {
    throw new NotOurs(
      `The database holds what a backup of Tact does not keep: ${strange.join(', ')}. Give Tact a database of its own.`,
    );
  }
  const after: string[] = [];
  for (const text of [constraints(`'p', 'u', 'x', 'c'`), indexes, constraints(`'f'`), triggers]) {
    after.push(...(await names(queryable, text)));
  }
  return {
    schemas: await names(queryable, schemas),
    functions: await names(queryable, functions),
    sequences: await queryable.query<CatalogSequence>(sequences),
    tables: await queryable.query<CatalogTable>(tables),
    after,
    grants: await queryable.query(grants),
  };
};

/** One relation of the database, when there is any. */
export const anyRelation = async (queryable: Queryable): Promise<string | undefined> => {
  const [first] = await names(
    queryable,
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${own} AND relkind IN ('r', 'p', 'v', 'm', 'S') AND ${notOfExtension('c.oid', 'pg_class')} LIMIT 1`,
  );
  return first;
};
