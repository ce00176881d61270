import type { Queryable } from '../postgres/queryable.ts';
import type { StoredEvent } from './events.ts';
import { isEventId } from './event-id.ts';
import { fromStoredSubject } from './stored-subject.ts';
import { isWhole } from './stub-schema.ts';
import { listColumns, type Listed, type Reading, rowIn } from './rows.ts';

/** Some events of a stream: of these types, and of one type those of which a field in clear has one of these values. */
export type SomeOfStream<Type extends string = string> = {
  readonly types: readonly Type[];
  readonly narrowed?: {
    readonly type: Type;
    readonly field: string;
    readonly oneOf: readonly string[];
  };
};

/** In their order; personal fields sealed. */
export const someRows = async (
  queryable: Queryable,
  reading: Reading,
  { stream, types, narrowed }: SomeOfStream & { readonly stream: string },
): Promise<StoredEvent[]> => {
  const { type = null, field = null, oneOf = [] } = narrowed ?? {};
  const rows = await queryable.query<Listed>(
    `SELECT ${listColumns} FROM events WHERE stream = $1 AND ${isWhole}
       AND (type = ANY ($2::text[]) OR type = $3 AND data ->> $4::text = ANY ($5::text[]))
     ORDER BY version`,
    [stream, types, type, field, oneOf],
    'load_some',
  );
  return rows.map((row) => rowIn(reading, row).event);
};

/** Whom events are about, by event id; those that are not stored here are not in it. */
export const subjectsOf = async (
  queryable: Queryable,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const ids = eventIds.filter(isEventId);
  if (ids.length === 0) return new Map();
  const rows = await queryable.query<{ id: string; stream: string; subject: string }>(
    `SELECT event_id AS id, stream, subject FROM events WHERE event_id = ANY ($1::uuid[]) AND ${isWhole}`,
    [ids],
    'subjects_of',
  );
  return new Map(rows.map(({ id, stream, subject }) => [id, fromStoredSubject(stream, subject)]));
};
