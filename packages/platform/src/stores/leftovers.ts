import { compactText, idBytes } from '../compact/compact-text.ts';
import type { Queryable } from '../postgres/queryable.ts';

/** The texts that an id stands in a column as: itself, shortened, and the hex of either and of the bytes it says. */
export const formsOf = (id: string): readonly string[] => {
  const short = compactText(id) ?? id;
  const bytes = [Buffer.from(id), Buffer.from(short), Buffer.from(idBytes(id))];
  return [...new Set([id, short, ...bytes.map((one) => one.toString('hex'))])];
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

type Column = { readonly name: string; readonly isBytes: boolean };

const columnsOf = async (tx: Queryable, table: string): Promise<readonly Column[]> => {
  const columns = await tx.query<Column>(
    `SELECT attname::text AS name, atttypid = 'bytea'::regtype AS "isBytes" FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  if (columns.length === 0) throw new Error(`the table ${table} has no columns to look through`);
  return columns;
};

/**
 * Rows of a table that hold one of these ids in any column, in any form that one is stored in. Reads the whole table, and
 * asks no index and no column by name: what a locator forgot is found all the same. `besides` narrows it by SQL.
 */
export const leftoversIn = async (
  tx: Queryable,
  table: string,
  ids: readonly string[],
  besides = 'true',
): Promise<number> => {
  const columns = await columnsOf(tx, table);
  const texts = columns.map(({ name, isBytes }) =>
    isBytes ? `encode(held.${quoted(name)}, 'hex')` : `held.${quoted(name)}::text`,
  );
  const [row] = await tx.query<{ rows: number }>(
    `SELECT count(*) AS rows FROM ${table} AS held
     CROSS JOIN LATERAL concat_ws(E'\\n', ${texts.join(', ')}) AS said (whole)
     WHERE EXISTS (SELECT FROM unnest($1::text[]) AS form WHERE position(form IN said.whole) > 0) AND ${besides}`,
    [ids.flatMap(formsOf)],
  );
  return row?.rows ?? 0;
};
