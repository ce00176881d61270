import type { Migration } from '../postgres/migrations.ts';
import type { Queryable } from '../postgres/queryable.ts';

/**
 * Up to when each source has told all that is urgent. It stands where the services share a schema, because a log that
 * holds nothing new cannot say whether there is nothing, or nobody who tells it.
 */
export const watermarkMigration: Migration = {
  name: 'Watermarks1764453600000',
  // Who has told before this release may have died with something untold.
  up: `
    CREATE TABLE access.watermarks (
      source text COLLATE "C" PRIMARY KEY,
      told_until timestamptz NOT NULL
    ) WITH (fillfactor = 50);
    INSERT INTO access.watermarks (source, told_until)
    SELECT schemaname, to_timestamp(0) FROM pg_tables WHERE tablename = 'relay_checkpoint';
  `,
};

/** From now on nothing is known of this source until it says so: called before it takes anything from anybody. */
export const beginWatermark = async (queryable: Queryable, source: string): Promise<void> => {
  await queryable.query(
    'INSERT INTO access.watermarks (source, told_until) VALUES ($1, to_timestamp(0)) ON CONFLICT DO NOTHING',
    [source],
  );
};

/**
 * SQL, in a statement that renews a lease as `renewed`: all that was committed when the statement began is told, if
 * nothing of the types `$types` stands behind the urgent checkpoint. `now()` is earlier than what the statement sees.
 * Those few are read in their order: asked by type alone, the planner may look through all events for a first one.
 */
export const moveWatermark = (types: string): string => `
  INSERT INTO access.watermarks (source, told_until)
  SELECT current_schema(), now() FROM renewed WHERE NOT EXISTS (
    SELECT FROM (
      SELECT type FROM events
      WHERE position > (SELECT position FROM relay_checkpoint WHERE name = 'relay-urgent')
      ORDER BY position OFFSET 0) AS behind
    WHERE type = ANY (${types}::text[]))
  ON CONFLICT (source) DO UPDATE SET told_until = EXCLUDED.told_until`;

/** Milliseconds since each of these sources had told all, by the database's clock; none for one that never was. */
export const watermarkAges = async (
  queryable: Queryable,
  sources: readonly string[],
): Promise<readonly number[]> => {
  const rows = await queryable.query<{ ageMs: number }>(
    `SELECT (extract(epoch FROM clock_timestamp() - told_until) * 1000)::float8 AS "ageMs"
     FROM access.watermarks WHERE source = ANY ($1)`,
    [sources],
    'watermark_ages',
  );
  return rows.map(({ ageMs }) => ageMs);
};
