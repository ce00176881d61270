import type { AtErasure, DeclaredStore, PersonKey } from '@tact/contracts';
import type { Queryable } from '../postgres/queryable.ts';
import { leftoversIn } from './leftovers.ts';
import { type ErasableStore, type ErasedPerson, type Store, subjectsOf } from './store.ts';

type Held = Pick<DeclaredStore, 'holds' | 'retention'>;

/** Rows about one person each, which an erasure deletes. */
export type PersonalRows = Held & {
  readonly table: string;
  readonly by?: Extract<PersonKey, 'contact-id' | 'data-request'>;
  /** Columns that hold an id of the person; `name[]` is a list of ids. */
  readonly columns: readonly string[];
  /** Absent where the table has no column for the tenant: ids are random in any. */
  readonly hasTenant?: false;
};

const isOfPerson = (column: string): string =>
  column.endsWith('[]') ? `${column.slice(0, -2)} && $1::text[]` : `${column} = ANY ($1::text[])`;

/** How many rows a statement that returns one each has changed. */
export const changedBy = async (
  tx: Queryable,
  statement: string,
  values: readonly unknown[],
): Promise<number> => {
  const text = `WITH changed AS (${statement} RETURNING 1) SELECT count(*) AS rows FROM changed`;
  const [row] = await tx.query<{ rows: number }>(text, values);
  return row?.rows ?? 0;
};

/** A table whose rows of a person are deleted by their columns, and counted by a look through all that it holds. */
export const personalRows = (rows: PersonalRows): ErasableStore => {
  const { table, by = 'contact-id', columns, holds, retention, hasTenant = true } = rows;
  const own = `(${columns.map(isOfPerson).join(' OR ')})`;
  const where = hasTenant ? `${own} AND tenant_id = $2` : own;
  const valuesOf = (person: ErasedPerson): readonly unknown[] =>
    hasTenant ? [subjectsOf(person), person.tenantId] : [subjectsOf(person)];
  return {
    name: table,
    kind: 'table',
    holds,
    locator: { by, columns: [...columns] },
    retention,
    atErasure: { does: 'delete' },
    eraser: {
      erase: (tx, person) => changedBy(tx, `DELETE FROM ${table} WHERE ${where}`, valuesOf(person)),
      count: (tx, person) => leftoversIn(tx, table, subjectsOf(person)),
    },
  };
};

/** Rows that a random id of the person may stand in anywhere: in texts, or in documents. */
export const mentioningRows = (
  rows: Held & { readonly table: string; readonly columns: readonly string[] },
): ErasableStore => {
  const { table, columns, holds, retention } = rows;
  const named = columns.map((column) => `position(id IN ${column}::text) > 0`).join(' OR ');
  const where = `EXISTS (SELECT FROM unnest($1::text[]) AS id WHERE ${named})`;
  return {
    name: table,
    kind: 'table',
    holds,
    locator: { by: 'contact-id', columns: [...columns] },
    retention,
    atErasure: { does: 'delete' },
    eraser: {
      erase: (tx, person) =>
        changedBy(tx, `DELETE FROM ${table} WHERE ${where}`, [subjectsOf(person)]),
      count: (tx, person) => leftoversIn(tx, table, subjectsOf(person)),
    },
  };
};

export const nobody = { en: 'No person.', fr: 'Aucune personne.' } as const;

/** A table in which no contact can be found, and the sentence why that is so. */
export const rowsOfNobody = (rows: {
  readonly table: string;
  readonly because: string;
  readonly retention?: DeclaredStore['retention'];
  readonly holds?: DeclaredStore['holds'];
  readonly atErasure?: Extract<AtErasure, { does: 'expire' | 'nothing' }>;
}): Store => ({
  name: rows.table,
  kind: 'table',
  holds: rows.holds ?? nobody,
  locator: { by: 'none', because: rows.because },
  retention: rows.retention ?? 'bookkeeping',
  atErasure: rows.atErasure ?? { does: 'nothing' },
});

/** A table whose rows stay when their person is erased, on a ground that the person is told. */
export const keptRows = (
  rows: Held & {
    readonly table: string;
    readonly by: PersonKey;
    readonly columns: readonly string[];
    readonly ground: Extract<AtErasure, { does: 'keep' }>['ground'];
    readonly because: string;
  },
): Store => ({
  name: rows.table,
  kind: 'table',
  holds: rows.holds,
  locator: { by: rows.by, columns: [...rows.columns] },
  retention: rows.retention,
  atErasure: { does: 'keep', ground: rows.ground, because: rows.because },
});
