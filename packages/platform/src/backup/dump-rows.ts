import { escapeIdentifier } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { writeCompressed } from './files.ts';
import type { TableEntry } from './manifest.ts';
import type { Progress } from './progress.ts';
import type { Session } from './session.ts';
import { nameOf } from './statements.ts';

export type DumpedTable = Pick<TableEntry, 'schema' | 'name' | 'columns'> & {
  /** Makes the file's name one of its kind, whatever characters the table's name has. */
  readonly nth: number;
};

/** Rows that mean something to running processes alone: who is a member of the log's groups now. */
const transient: ReadonlySet<string> = new Set(['log.member']);

const hasRows = async ({ queryable }: Session, table: DumpedTable): Promise<boolean> => {
  if (transient.has(`${table.schema}.${table.name}`)) return false;
  return (await queryable.query(`SELECT FROM ${nameOf(table)} LIMIT 1`)).length > 0;
};

/** The rows of a table as this transaction sees them; memory stays bounded, whatever their number. */
export const dumpTable = async (
  session: Session,
  table: DumpedTable,
  { folder, progress }: { readonly folder: string; readonly progress: Progress },
): Promise<TableEntry> => {
  const { schema, name, columns, nth } = table;
  const plain = `${schema}.${name}`.replaceAll(/[^\w.-]/g, '_');
  if (!(await hasRows(session, table))) return { schema, name, columns, rows: 0 };
  const list = columns.map((column) => escapeIdentifier(column)).join(', ');
  const source = session.client.query(copyTo(`COPY ${nameOf(table)} (${list}) TO STDOUT`));
  source.on('data', (piece: Buffer) => progress.advance(piece.length));
  const content = await writeCompressed(
    source,
    folder,
    `${String(nth).padStart(4, '0')}-${plain}.copy.gz`,
  );
  return { schema, name, columns, rows: source.rowCount, content };
};
