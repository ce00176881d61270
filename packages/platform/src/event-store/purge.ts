import type { Queryable } from '../postgres/queryable.ts';
import { changedBy } from '../stores/rows.ts';
import { isPassing } from './schema.ts';

/**
 * Deletes what happened until an instant, itself included, from streams that are not kept (`passingStream`), published
 * or not. Their positions stay empty, as those of appends that were undone.
 */
export const purgePassing = async (queryable: Queryable, until: Date): Promise<void> => {
  const text = `DELETE FROM events WHERE ${isPassing} AND occurred_at <= $1`;
  await queryable.query(text, [until], 'purge_passing');
};

/** The same of some persons, whenever it happened; how many there were. */
export const purgePassingOf = async (
  queryable: Queryable,
  subjects: readonly string[],
): Promise<number> => {
  if (subjects.length === 0) return 0;
  return await changedBy(
    queryable,
    `DELETE FROM events WHERE ${isPassing} AND subject = ANY ($1)`,
    [subjects],
  );
};
