import type { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { takeSessionLock } from '../postgres/session-lock.ts';
import type { Projection } from './projection.ts';
import {
  endRebuild,
  insertRebuild,
  type RebuildRecord,
  restartRebuild,
  runningRebuild,
} from './rebuild-records.ts';
import { createShadow, dropShadow, type Shadow, shapeOf } from './shadow.ts';

type BeginOptions = {
  readonly anew: boolean;
  readonly countErasures: (tx: Queryable) => Promise<number>;
};

type Rebuilt = Pick<Projection, 'name' | 'version' | 'tables'>;

export class AlreadyRebuilding extends Error {
  constructor(name: string) {
    super(`${name} is being rebuilt already`);
    this.name = 'AlreadyRebuilding';
  }
}

export const rebuildLockName = (database: Database, projection: string): string =>
  `rebuild ${database.schema} ${projection}`;

export const shadowOf = (database: Database, { name, tables }: Rebuilt): Shadow => ({
  live: database.schema,
  shadow: `${database.schema}_rebuild_${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`,
  tables,
});

/** Ends one that cannot go on, with its shadow. Nothing happens where none is left, or where a process works on it. */
export const abandonRebuild = async (
  database: Database,
  projection: Rebuilt,
  state: 'failed' | 'superseded',
): Promise<void> => {
  const name = rebuildLockName(database, projection.name);
  const lock = await takeSessionLock(database, name, 'rebuild');
  if (lock === undefined) return;
  try {
    await database.transaction(async (tx) => {
      const left = await runningRebuild(tx, projection.name);
      if (left === undefined) return;
      await endRebuild(tx, left.rebuildId, { state });
      await dropShadow(tx, shadowOf(database, projection));
    });
  } finally {
    await lock.release();
  }
};

/**
 * The record to go on with, or one that begins with empty tables: a new one, or the one that was left, where it must be
 * read `anew` or its tables are no longer like the live ones. Only the holder of the lock comes here.
 */
export const beginRebuild = (
  database: Database,
  projection: Rebuilt,
  { anew, countErasures }: BeginOptions,
): Promise<RebuildRecord> => {
  const shadow = shadowOf(database, projection);
  const { name, version } = projection;
  return database.transaction(async (tx) => {
    const shape = await shapeOf(tx, shadow);
    const left = await runningRebuild(tx, name);
    // Counted before anything is read: who is erased from here on makes the numbers differ.
    const erasures = await countErasures(tx);
    if (left?.version === version) {
      if (!anew && left.shape === shape && (await isWhole(tx, shadow))) return left;
      await createShadow(tx, shadow);
      return await restartRebuild(tx, left, { shape, erasures });
    }
    if (left !== undefined) await endRebuild(tx, left.rebuildId, { state: 'superseded' });
    await createShadow(tx, shadow);
    return await insertRebuild(tx, { projection: name, version, shape, erasures });
  });
};

const isWhole = async (tx: Queryable, { shadow, tables }: Shadow): Promise<boolean> => {
  const [built] = await tx.query<{ tables: number }>(
    `SELECT count(*) AS tables FROM pg_tables WHERE schemaname = $1 AND tablename = ANY ($2)`,
    [shadow, tables],
  );
  return built?.tables === tables.length;
};
