import { describe, expect, test } from '@jest/globals';
import { ProjectionRebuild } from '@tact/contracts';
import { type RebuildRow, expectedEnd, rebuildView } from './rebuild.table.ts';

const row: RebuildRow = {
  rebuildId: `rb_${'0'.repeat(32)}`,
  projection: 'block-likelihood',
  state: 'running',
  contactsDone: 250,
  contactsTotal: 1000,
  startedAt: new Date('2026-11-20T10:00:00.000Z'),
  updatedAt: new Date('2026-11-20T10:00:10.000Z'),
  finishedAt: null,
  liveRows: null,
  newRows: null,
  same: null,
};

describe('a rebuild as it is answered', () => {
  test('tells its end at the rate so far, once there is a rate', () => {
    expect(expectedEnd(row)?.toISOString()).toBe('2026-11-20T10:00:40.000Z');
    expect(expectedEnd({ ...row, contactsDone: 0 })).toBeUndefined();
  });

  test('never claims more than all: contacts touched meanwhile are built twice', () => {
    const view = rebuildView({ ...row, contactsDone: 1100 }, true);
    expect(view.progress).toEqual({ of: 'contacts', done: 1000, total: 1000 });
    expect(view.expectedAt).toBe('2026-11-20T10:00:10.000Z');
  });

  test('is interrupted when nobody works on it any more', () => {
    const view = rebuildView(row, false);
    expect(view.state).toBe('interrupted');
    expect(view).not.toHaveProperty('expectedAt');
  });

  test('ends with the comparison', () => {
    const ended: RebuildRow = {
      ...row,
      state: 'swapped',
      finishedAt: row.updatedAt,
      liveRows: 1000,
      newRows: 1000,
      same: true,
    };
    const view = rebuildView(ended, false);
    expect(ProjectionRebuild.parse(view)).toEqual(view);
    expect(view).toMatchObject({ state: 'swapped', comparison: { same: true } });
  });
});
