import { randomBytes } from 'node:crypto';
import { formatId } from '@tact/contracts';
import type { Queryable } from '../postgres/queryable.ts';
import type { TableDifference } from './shadow.ts';

export type RebuildState = 'running' | 'swapped' | 'failed' | 'superseded';

export type RebuildRecord = {
  readonly rebuildId: string;
  readonly projection: string;
  readonly version: number;
  /** Of the live tables when it began. */
  readonly shape: string;
  readonly state: RebuildState;
  /** The rows in the shadow are those of this position. */
  readonly position: number;
  readonly target: number;
  readonly events: number;
  readonly startedAt: Date;
  /** How many people had been erased when its first event was read. */
  readonly erasures: number;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
  readonly liveRows: number | null;
  readonly newRows: number | null;
  readonly same: boolean | null;
};

const columns = `rebuild_id AS "rebuildId", projection, version, shape, state, position, target, events,
  started_at AS "startedAt", erasures, updated_at AS "updatedAt", finished_at AS "finishedAt",
  live_rows AS "liveRows", new_rows AS "newRows", same`;

/** Another process went on with the rebuild, or it was ended: what this one built is not wanted. */
export class RebuildFenced extends Error {
  override readonly name = 'RebuildFenced';
}

export const runningRebuild = async (
  queryable: Queryable,
  projection: string,
): Promise<RebuildRecord | undefined> => {
  const [row] = await queryable.query<RebuildRecord>(
    `SELECT ${columns} FROM projection_rebuilds WHERE projection = $1 AND state = 'running'`,
    [projection],
  );
  return row;
};

/** The latest of a projection, or the one of this id. */
export const findRebuild = async (
  queryable: Queryable,
  projection: string,
  rebuildId?: string,
): Promise<RebuildRecord | undefined> => {
  const [row] = await queryable.query<RebuildRecord>(
    `SELECT ${columns} FROM projection_rebuilds
     WHERE projection = $1 AND ($2::text IS NULL OR rebuild_id = $2)
     ORDER BY started_at DESC LIMIT 1`,
    [projection, rebuildId ?? null],
  );
  return row;
};

export const insertRebuild = async (
  tx: Queryable,
  begun: Pick<RebuildRecord, 'projection' | 'version' | 'shape' | 'erasures'>,
): Promise<RebuildRecord> => {
  const { projection, version, shape, erasures } = begun;
  const [row] = await tx.query<RebuildRecord>(
    `INSERT INTO projection_rebuilds (rebuild_id, projection, version, shape, erasures, state, started_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, 'running', clock_timestamp(), clock_timestamp()) RETURNING ${columns}`,
    [formatId('rebuild', randomBytes(16)), projection, version, shape, erasures],
  );
  if (row === undefined) throw new Error(`The rebuild of ${projection} was not recorded`);
  return row;
};

/** From the first event again, into empty tables. */
export const restartRebuild = async (
  tx: Queryable,
  { rebuildId }: Pick<RebuildRecord, 'rebuildId'>,
  { shape, erasures }: Pick<RebuildRecord, 'shape' | 'erasures'>,
): Promise<RebuildRecord> => {
  const [row] = await tx.query<RebuildRecord>(
    `UPDATE projection_rebuilds SET position = 0, target = 0, events = 0, shape = $2,
       erasures = $3, updated_at = clock_timestamp()
     WHERE rebuild_id = $1 AND state = 'running' RETURNING ${columns}`,
    [rebuildId, shape, erasures],
  );
  if (row === undefined) throw new RebuildFenced(`The rebuild ${rebuildId} is another process's`);
  return row;
};

type Move = {
  readonly from: number;
  readonly to: number;
  readonly target: number;
  readonly events: number;
};

/** First statement of a batch: of two processes that build, one is told so here, and its batch is undone. */
export const advanceRebuild = async (
  tx: Queryable,
  rebuildId: string,
  { from, to, target, events }: Move,
): Promise<void> => {
  const rows = await tx.query(
    `UPDATE projection_rebuilds SET position = $3, target = greatest(target, $4), events = events + $5,
       updated_at = clock_timestamp()
     WHERE rebuild_id = $1 AND position = $2 AND state = 'running' RETURNING 1`,
    [rebuildId, from, to, target, events],
  );
  if (rows.length !== 1) throw new RebuildFenced(`The rebuild ${rebuildId} is another process's`);
};

export const endRebuild = async (
  tx: Queryable,
  rebuildId: string,
  end: { readonly state: RebuildState; readonly differences?: readonly TableDifference[] },
): Promise<void> => {
  const { state, differences } = end;
  const sum = (of: (one: TableDifference) => number): number | null =>
    differences?.reduce((total, one) => total + of(one), 0) ?? null;
  const rows = await tx.query(
    `UPDATE projection_rebuilds SET state = $2, live_rows = $3, new_rows = $4, same = $5,
       finished_at = clock_timestamp(), updated_at = clock_timestamp()
     WHERE rebuild_id = $1 AND state = 'running' RETURNING 1`,
    [
      rebuildId,
      state,
      sum(({ liveRows }) => liveRows),
      sum(({ shadowRows }) => shadowRows),
      differences?.every(({ same }) => same) ?? null,
    ],
  );
  if (rows.length !== 1) throw new RebuildFenced(`The rebuild ${rebuildId} is another process's`);
};
