import { once } from 'node:events';
import { EventStore } from '../../event-store/event-store.ts';
import { migrate } from '../../postgres/migrations.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { type Projection, sourceOf } from '../projection.ts';
import { ProjectionRunner } from '../runner.ts';

export const counterMigrations = [
  {
    name: 'CreateTally1763632899000',
    up: `CREATE TABLE tally (
      stream text PRIMARY KEY, count bigint NOT NULL, total bigint NOT NULL, last_version integer NOT NULL)`,
  },
];

/** Counts and sums what a stream holds: applying a batch twice, or not at all, shows in every row. */
export const tally: Projection = {
  name: 'tally',
  version: 1,
  types: ['Counted'],
  tables: ['tally'],
  async handle(tx: Queryable, events): Promise<void> {
    const rows = new Map<string, { count: number; total: number; last: number }>();
    for (const { stream, version, data } of events) {
      const row = rows.get(stream) ?? { count: 0, total: 0, last: 0 };
      const { value } = data as { value: number };
      rows.set(stream, { count: row.count + 1, total: row.total + value, last: version });
    }
    const values = [...rows.values()];
    await tx.query(
      `INSERT INTO tally AS t SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::int[])
       ON CONFLICT (stream) DO UPDATE SET count = t.count + EXCLUDED.count,
         total = t.total + EXCLUDED.total, last_version = EXCLUDED.last_version`,
      [
        [...rows.keys()],
        values.map(({ count }) => count),
        values.map(({ total }) => total),
        values.map(({ last }) => last),
      ],
    );
  },
};

export const openCounter = async (
  url: string,
  migrations?: Parameters<typeof migrate>[1],
  projection = tally,
): Promise<{ database: Database; store: EventStore; runner: ProjectionRunner }> => {
  const database = await openDatabase({ url, schema: 'tallies' });
  if (migrations !== undefined) await migrate(database, migrations);
  const store = new EventStore({ database });
  const runner = new ProjectionRunner({ database, source: sourceOf(store), projection });
  return { database, store, runner };
};

/** Says so whenever it has a batch in hand. */
const speaking: Projection = {
  ...tally,
  async handle(tx, events, context): Promise<void> {
    await tally.handle(tx, events, context);
    process.stdout.write('.');
  },
};

// As a process of its own it works from the first word it is given until it is killed.
const [, script, url] = process.argv;
if (script === import.meta.filename && url !== undefined) {
  const { runner } = await openCounter(url, undefined, speaking);
  await once(process.stdin, 'data');
  runner.start();
  await runner.done;
}
