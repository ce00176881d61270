import { randomBytes, randomUUID } from 'node:crypto';
import { formatId } from '@tact/contracts';
import type { Client } from 'pg';

/** A text that is nobody's id. */
const token = (): string => `x${randomBytes(12).toString('hex')}`;

export const newContactId = (): string => formatId('contact', randomBytes(16));

export type Column = { readonly name: string; readonly type: string; readonly isArray: boolean };

/** Columns that a row can be given. */
export const columnsOf = async (client: Client, table: string): Promise<readonly Column[]> => {
  const { rows } = await client.query<Column>(
    `SELECT attname::text AS name, format_type(atttypid, NULL) AS type, atttypid::regtype::text LIKE '%[]' AS "isArray"
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
       AND attidentity <> 'a' AND attgenerated = '' ORDER BY attnum`,
    [table],
  );
  return rows;
};

const values: Readonly<Record<string, () => unknown>> = {
  text: token,
  uuid: randomUUID,
  bytea: () => randomBytes(24),
  boolean: () => true,
  date: () => '2026-11-03',
  'timestamp with time zone': () => '2026-11-03T08:12:13.456Z',
  'double precision': () => 0.25,
  smallint: () => 1,
  integer: () => randomBytes(3).readUIntBE(0, 3),
  bigint: () => randomBytes(5).readUIntBE(0, 5),
  json: () => ({ of: token() }),
  jsonb: () => ({ of: token() }),
  'text[]': () => [token()],
  'bigint[]': () => [7],
};

/** A text as a value of a column's type; undefined where no text fits in. */
export const holding = ({ type }: Column, text: string): unknown => {
  switch (type) {
    case 'text':
      return text;
    case 'text[]':
      return [token(), text];
    case 'json':
    case 'jsonb':
      return { of: [text] };
    case 'bytea':
      return Buffer.from(`..${text}..`);
    default:
      return undefined;
  }
};

/** A row of whatever fits, with these values; a value of null is none. */
export const plant = async (
  client: Client,
  table: string,
  given: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const columns = await columnsOf(client, table);
  const row = columns.map(({ name, type }) => {
    const value = Object.hasOwn(given, name) ? given[name] : values[type]?.();
    if (value === undefined) throw new Error(`a ${type} cannot be planted in ${table}.${name}`);
    const isJson = (type === 'json' || type === 'jsonb') && value !== null;
    return isJson ? JSON.stringify(value) : value;
  });
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const places = columns.map((_, nth) => `$${nth + 1}`).join(', ');
  // Neither triggers nor references: what stands there counts, not how it came.
  await client.query('SET session_replication_role = replica');
  await client.query(`INSERT INTO ${table} (${names}) VALUES (${places})`, row);
  await client.query('RESET session_replication_role');
};

/** Rows may be whatever there is a type for: what a planted one means is nobody's matter. */
export const dropChecks = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ statement: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I CASCADE', conrelid::regclass, conname) AS statement
     FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
     WHERE contype IN ('c', 'f') AND conrelid <> 0 AND coninhcount = 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`,
  );
  for (const { statement } of rows) await client.query(statement);
};

/** Every row that says a text, byte by byte, in an order of its own. */
export const digestOf = async (client: Client, table: string, text?: string): Promise<string> => {
  const { rows } = await client.query<{ digest: string; rows: string }>(
    `SELECT count(*) AS rows, md5(coalesce(string_agg(whole, E'\\n' ORDER BY whole), '')) AS digest
     FROM (SELECT row::text AS whole FROM ${table} AS row) AS said WHERE $1::text IS NULL OR position($1 IN whole) > 0`,
    [text ?? null],
  );
  return `${rows[0]?.rows} ${rows[0]?.digest}`;
};
