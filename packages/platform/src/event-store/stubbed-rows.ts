import { personIdPattern } from '@tact/contracts';
import { idBytes } from '../compact/compact-text.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { WrittenEvent } from './events.ts';
import { type Listed, listColumns, rowIn } from './rows.ts';
import { isWhole } from './stub-schema.ts';

/** SQL: whom a row is about, in its own column or, where that is empty, at the end of its stream's name. */
export const subjectOf = (row: string): string =>
  `coalesce(nullif(${row}.subject, ''), split_part(${row}.stream, '-', -1))`;

/**
 * SQL: true of events about one of the subjects in `$1`, and of those that name one and are about a business: who looked
 * for whom. `$2` are the subjects as bytes. A fact about another person may go on naming the id.
 */
const isAbout = `(${subjectOf('e')} = ANY ($1::text[]) OR (${subjectOf('e')} !~ '${personIdPattern}' AND (
  EXISTS (SELECT FROM unnest($1::text[]) AS id WHERE position(id IN e.data::text) > 0)
  OR EXISTS (SELECT FROM unnest($2::bytea[]) AS id WHERE position(id IN e.packed) > 0))))`;

const bytesOf = (subject: string): readonly Buffer[] => [
  Buffer.from(subject),
  Buffer.from(idBytes(subject)),
];

/** Events as they were written, the next of these subjects. No index leads to them all: the whole table is read. */
export const writtenRowsOfSubjects = async (
  tx: Queryable,
  { source, keptTypes }: { readonly source: string; readonly keptTypes: readonly string[] },
  { subjects, limit }: { readonly subjects: readonly string[]; readonly limit: number },
): Promise<WrittenEvent[]> => {
  const listed = await tx.query<Listed & { readonly written: string | null }>(
    `SELECT data::text AS written, ${listColumns} FROM events AS e
     WHERE ${isWhole} AND e.type <> ALL ($3::text[]) AND ${isAbout} ORDER BY position LIMIT $4`,
    [subjects, subjects.flatMap(bytesOf), keptTypes, limit],
  );
  const asWritten = (_type: string, _version: number, data: unknown): unknown => data;
  return listed.map(({ written, columns }) => {
    const { event } = rowIn({ source, asCurrent: asWritten }, { columns });
    const { data, ...envelope } = event;
    const isPacked = columns[10] !== null;
    return { ...envelope, json: isPacked || written === null ? JSON.stringify(data) : written };
  });
};
