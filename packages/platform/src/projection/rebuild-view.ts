import type { ProjectionRebuild } from '@tact/contracts';
import type { RebuildRecord } from './rebuild-records.ts';

/** When it ends at the rate so far; undefined before there is a rate. */
const expectedEnd = ({
  startedAt,
  updatedAt,
  position,
  target,
}: RebuildRecord): Date | undefined => {
  if (position === 0) return undefined;
  const msPerEvent = (updatedAt.getTime() - startedAt.getTime()) / position;
  return new Date(updatedAt.getTime() + msPerEvent * Math.max(0, target - position));
};

/** The record as it is answered; `isAlive` says whether any process works on it. */
export const rebuildView = (record: RebuildRecord, isAlive: boolean): ProjectionRebuild => {
  const { rebuildId, projection, startedAt, finishedAt, liveRows, newRows, same } = record;
  const state = record.state === 'running' && !isAlive ? 'interrupted' : record.state;
  const expectedAt = state === 'running' ? expectedEnd(record) : undefined;
  return {
    rebuildId,
    projection,
    state,
    progress: {
      of: 'events',
      done: Math.min(record.position, record.target),
      total: record.target,
    },
    startedAt: startedAt.toISOString(),
    ...(finishedAt === null ? {} : { finishedAt: finishedAt.toISOString() }),
    ...(expectedAt === undefined ? {} : { expectedAt: expectedAt.toISOString() }),
    ...(liveRows === null || newRows === null || same === null
      ? {}
      : { comparison: { liveRows, newRows, same } }),
  };
};
