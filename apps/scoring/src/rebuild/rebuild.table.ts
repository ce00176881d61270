import type { ProjectionName, ProjectionRebuild } from '@tact/contracts';
import { EntitySchema } from 'typeorm';

/** One rebuild, kept for ever: when, how far, and how the new rows compared with the live ones. */
export type RebuildRow = {
  rebuildId: string;
  projection: ProjectionName;
  state: ProjectionRebuild['state'];
  contactsDone: number;
  contactsTotal: number;
  startedAt: Date;
  updatedAt: Date;
  finishedAt: Date | null;
  liveRows: number | null;
  newRows: number | null;
  same: boolean | null;
};

export const RebuildTable = new EntitySchema<RebuildRow>({
  name: 'Rebuild',
  tableName: 'rebuilds',
  columns: {
    rebuildId: { name: 'rebuild_id', type: 'text', primary: true },
    projection: { type: 'text' },
    state: { type: 'text' },
    contactsDone: { name: 'contacts_done', type: 'integer' },
    contactsTotal: { name: 'contacts_total', type: 'integer' },
    startedAt: { name: 'started_at', type: 'timestamptz' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
    finishedAt: { name: 'finished_at', type: 'timestamptz', nullable: true },
    liveRows: { name: 'live_rows', type: 'integer', nullable: true },
    newRows: { name: 'new_rows', type: 'integer', nullable: true },
    same: { type: 'boolean', nullable: true },
  },
});

/** When it ends at the rate so far; undefined before there is a rate. */
export const expectedEnd = (row: RebuildRow): Date | undefined => {
  const { startedAt, updatedAt, contactsDone, contactsTotal } = row;
  if (contactsDone === 0) return undefined;
  const msPerContact = (updatedAt.getTime() - startedAt.getTime()) / contactsDone;
  const left = Math.max(0, contactsTotal - contactsDone);
  return new Date(updatedAt.getTime() + msPerContact * left);
};

/** The row as it is answered; `isAlive` says whether any process still works on it. */
export const rebuildView = (row: RebuildRow, isAlive: boolean): ProjectionRebuild => {
  const { rebuildId, projection, contactsDone, contactsTotal, startedAt, finishedAt } = row;
  const { liveRows, newRows, same } = row;
  const state = row.state === 'running' && !isAlive ? 'interrupted' : row.state;
  const expectedAt = state === 'running' ? expectedEnd(row) : undefined;
  return {
    rebuildId,
    projection,
    state,
    // Contacts touched meanwhile are built twice, so more may be done than there are.
    progress: {
      of: 'contacts',
      done: Math.min(contactsDone, contactsTotal),
      total: contactsTotal,
    },
    startedAt: startedAt.toISOString(),
    ...(finishedAt === null ? {} : { finishedAt: finishedAt.toISOString() }),
    ...(expectedAt === undefined ? {} : { expectedAt: expectedAt.toISOString() }),
    ...(liveRows === null || newRows === null || same === null
      ? {}
      : { comparison: { liveRows, newRows, same } }),
  };
};
