import type { Pool, PoolClient } from 'pg';
import { openedForms } from '../compact/opened-forms.ts';
import { DatabaseError, cleanError } from '../postgres/errors.ts';

export type SweptTable = {
  /** `schema.table`. */
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly isBytes: boolean }[];
  readonly blocks: number;
};

/** One part of a table: the values of a column, as bytes in a row. */
export type TablePart = { readonly column: string; readonly bytes: Buffer };

export type TableStep = {
  readonly parts: readonly TablePart[];
  readonly rows: number;
  /** The block to go on from; undefined at the end. */
  readonly next: number | undefined;
};

/** Pages of 8 KiB read at once: with what PostgreSQL keeps outside a row a step may be larger. */
const BLOCKS = 256;
const separator = Buffer.from('\n');

// Everything that holds rows, the system's own tables included: statistics keep samples of columns. Tables of other
// sessions alone are out of reach.
const listTables = `
SELECT n.nspname AS schema, c.relname AS "table", (pg_relation_size(c.oid) / 8192)::int AS blocks,
  array_agg(a.attname::text ORDER BY a.attnum) AS columns,
  array_agg(a.atttypid = 'bytea'::regtype ORDER BY a.attnum) AS bytes
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_(toast|temp)'
GROUP BY 1, 2, 3 ORDER BY 1, 2`;

type ListedRow = {
  schema: string;
  table: string;
  blocks: number;
  columns: string[];
  bytes: boolean[];
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Every table of every schema of the database, in the order of their names. */
export const sweptTables = async (pool: Pool): Promise<SweptTable[]> => {
  const { rows } = await pool.query<ListedRow>(listTables).catch((error: unknown) => {
    throw cleanError(error);
  });
  return rows
    .map(({ schema, table, blocks, columns, bytes }) => ({
      name: `${schema}.${table}`,
      blocks,
      columns: columns.map((name, nth) => ({ name, isBytes: bytes[nth] === true })),
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
};

/** The value, and what it says where it is stored in another form. */
const bytesOf = (value: string | Buffer): Buffer[] => {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return [bytes, ...openedForms(bytes)].flatMap((form) => [form, separator]);
};

/**
 * With bytes inside other values, as in the samples of statistics, written as the letters they are. In hex, which is mostly
 * digits, some number is found by chance sooner or later, and a letter never.
 */
const legibly = async <Result>(
  pool: Pool,
  read: (client: PoolClient) => Promise<Result>,
): Promise<Result> => {
  const client = await pool.connect();
  let isAsBefore = false;
  try {
    await client.query(`SET bytea_output = 'escape'`);
    const result = await read(client);
    await client.query('RESET bytea_output');
    isAsBefore = true;
    return result;
  } finally {
    client.release(!isAsBefore);
  }
};

/**
 * Reads some pages of a table. Undefined: the table went away meanwhile. Throws `DatabaseError` with code 42501 when
 * this service may not read it.
 */
export const readTable = async (
  pool: Pool,
  { name, columns, blocks }: SweptTable,
  from: number,
): Promise<TableStep | undefined> => {
  const isLast = from + BLOCKS >= blocks;
  const [schema = '', ...rest] = name.split('.');
  const list = columns.map(
    ({ name: column, isBytes }) => quoted(column) + (isBytes ? '' : '::text'),
  );
  // The last step has no upper bound: it takes rows that came while the others were read.
  const text = `SELECT ${list.join(', ')} FROM ${quoted(schema)}.${quoted(rest.join('.'))}
    WHERE ctid >= '(${from},0)'::tid${isLast ? '' : ` AND ctid < '(${from + BLOCKS},0)'::tid`}`;
  const result = await legibly(pool, (client) =>
    client.query<(string | Buffer | null)[]>({ text, rowMode: 'array' }),
  ).catch((error: unknown) => {
    const clean = cleanError(error);
    if (clean instanceof DatabaseError && clean.code === '42P01') return undefined;
    throw clean;
  });
  if (result === undefined) return undefined;
  const { rows } = result;
  const parts = columns.map(({ name: column }, nth) => {
    const values = rows.flatMap((row) => {
      const value = row[nth];
      return value === null || value === undefined ? [] : bytesOf(value);
    });
    return { column, bytes: Buffer.concat(values) };
  });
  return { parts, rows: rows.length, next: isLast ? undefined : from + BLOCKS };
};
