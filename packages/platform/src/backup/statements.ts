import { escapeIdentifier } from 'pg';
import type { Catalog, CatalogSequence, CatalogTable, Column } from './catalog.ts';

export const nameOf = ({ schema, name }: { schema: string; name: string }): string =>
  `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;

const columnText = (
  { name, type, collation, notNull, fallback, generated, identity }: Column,
  sequence: CatalogSequence | undefined,
): string => {
  const parts = [escapeIdentifier(name), type];
  if (collation !== null) parts.push(`COLLATE ${collation}`);
  if (generated) parts.push(`GENERATED ALWAYS AS (${fallback}) STORED`);
  else if (fallback !== null) parts.push(`DEFAULT ${fallback}`);
  if (identity !== '' && sequence !== undefined) {
    const when = identity === 'a' ? 'ALWAYS' : 'BY DEFAULT';
    const settings = `SEQUENCE NAME ${nameOf(sequence)} ${sequence.settings}`;
    parts.push(`GENERATED ${when} AS IDENTITY (${settings})`);
  }
  if (notNull) parts.push('NOT NULL');
  return parts.join(' ');
};

const tableText = (table: CatalogTable, sequences: readonly CatalogSequence[]): string => {
  const { unlogged, options, splitBy, parent, bounds, columns } = table;
  const qualified = nameOf(table);
  const sequenceOf = ({ name }: Column) =>
    sequences.find((one) => one.isIdentity && one.column === name && sameTable(one.table, table));
  const body =
    parent === null
      ? `(${columns.map((column) => columnText(column, sequenceOf(column))).join(', ')})`
      : `PARTITION OF ${parent} ${bounds}`;
  return [
    `CREATE ${unlogged ? 'UNLOGGED ' : ''}TABLE ${qualified} ${body}`,
    ...(splitBy === null ? [] : [`PARTITION BY ${splitBy}`]),
    ...(options.length === 0 ? [] : [`WITH (${options.join(', ')})`]),
  ].join(' ');
};

/** The catalog quotes a name only where it must; ours are always quoted. */
const sameTable = (text: string | null, { schema, name }: CatalogTable): boolean =>
  text !== null && text.replaceAll('"', '') === `${schema}.${name}`;

const storages: Readonly<Record<string, string>> = {
  p: 'PLAIN',
  e: 'EXTERNAL',
  m: 'MAIN',
  x: 'EXTENDED',
};

const storageTexts = (table: CatalogTable): string[] =>
  table.columns.flatMap(({ name, storage }) =>
    storage === null
      ? []
      : [
          `ALTER TABLE ONLY ${nameOf(table)} ALTER COLUMN ${escapeIdentifier(name)} SET STORAGE ${storages[storage] ?? storage}`,
        ],
  );

const sequenceText = (one: CatalogSequence): string =>
  `CREATE SEQUENCE ${nameOf(one)} AS ${one.type} ${one.settings}`;

/** Statements that make everything rows need; `after` of the catalog follows the rows. */
export const statementsBefore = ({ schemas, functions, sequences, tables }: Catalog): string[] => {
  const plain = sequences.filter(({ isIdentity }) => !isIdentity);
  return [
    ...schemas.map((name) => `CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(name)}`),
    ...functions,
    ...plain.map(sequenceText),
    ...tables.map((table) => tableText(table, sequences)),
    ...tables.flatMap(storageTexts),
    ...plain.flatMap((one) =>
      one.table === null || one.column === null
        ? []
        : [`ALTER SEQUENCE ${nameOf(one)} OWNED BY ${one.table}.${escapeIdentifier(one.column)}`],
    ),
  ];
};

/** Tables that hold rows themselves, with the columns that are copied. */
export const tablesWithRows = ({ tables }: Catalog) =>
  tables
    .filter(({ splitBy }) => splitBy === null)
    .map(({ schema, name, columns }) => ({
      schema,
      name,
      columns: columns.filter(({ generated }) => !generated).map((column) => column.name),
    }));
