import type { Queryable } from '../postgres/queryable.ts';
import { ofStream } from './schema.ts';
import { type EventRow, listColumns, type Listed, type Reading, rowIn } from './rows.ts';

/** A stream up to the last event of a command; nothing where the command is not in the stream. */
export const rowsUntilCommand = async (
  queryable: Queryable,
  reading: Reading,
  { stream, commandId }: { readonly stream: string; readonly commandId: string },
): Promise<EventRow[]> => {
  const rows = await queryable.query<Listed>(
    `SELECT ${listColumns} FROM events WHERE ${ofStream('$1')} AND version <=
       (SELECT max(version) FROM events WHERE stream = $1 AND command_id = $2) ORDER BY version`,
    [stream, commandId],
  );
  return rows.map((row) => rowIn(reading, row));
};

/** A state as it is kept, and the event it is up to. */
export type SnapshotRow = {
  readonly version: number;
  readonly position: number;
  readonly eventId: string;
  readonly tenantId: string;
  readonly subject: string;
  readonly state: string;
};

// A snapshot holds only with the event it was made at: a stream that was made anew since has another one there.
const tail = `
WITH kept AS (
  SELECT s.version, e.position, s.event_id AS "eventId", s.tenant_id AS "tenantId", s.subject, s.state
  FROM snapshots s JOIN events e USING (stream, version, event_id)
  WHERE s.stream = $1 AND s.decider = $2 AND s.reading = $3)
SELECT row_to_json(kept) AS snapshot, NULL AS columns, version FROM kept
UNION ALL
SELECT NULL, ${listColumns}, version FROM events
WHERE ${ofStream('$1')} AND version > coalesce((SELECT version FROM kept), 0) ORDER BY version`;

/** What is kept of a stream, if anything is, and what follows it, in one round trip. */
export const tailRowsIn = async (
  tx: Queryable,
  reading: Reading,
  of: { readonly stream: string; readonly decider: string; readonly reading: string },
): Promise<{ readonly snapshot: SnapshotRow | undefined; readonly rows: EventRow[] }> => {
  const found = await tx.query<{ snapshot: SnapshotRow | null; columns: Listed['columns'] | null }>(
    tail,
    [of.stream, of.decider, of.reading],
    'load_tail_in',
  );
  const snapshot = found[0]?.snapshot ?? undefined;
  const rows = found.flatMap(({ columns }) =>
    columns === null ? [] : [rowIn(reading, { columns })],
  );
  return { snapshot, rows };
};
