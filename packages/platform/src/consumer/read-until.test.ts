import { expect, test } from '@jest/globals';
import type { PartitionLag } from '../log/port.ts';
import { ReadUntil } from './read-until.ts';

/** A source, a log and a group that stand as the test says; the clock moves with every question. */
const scene = () => {
  const state = {
    nowMs: 1_000_000,
    ageMs: 0 as number | undefined,
    committed: 7,
    end: 7,
    isAway: false,
    reads: true,
    looks: 0,
    onLook: (): void => undefined,
  };
  const sourceAgesMs = (): Promise<readonly number[]> => {
    state.looks += 1;
    return Promise.resolve(state.ageMs === undefined ? [] : [state.ageMs]);
  };
  const lags = (): Promise<readonly PartitionLag[] | undefined> => {
    state.onLook();
    if (state.isAway) return Promise.reject(new Error('the log is away'));
    const { committed, end } = state;
    const place = { topic: 'wishes.v1', partition: 0 };
    return Promise.resolve(
      state.reads ? [{ ...place, committed, end, lag: end - committed }] : undefined,
    );
  };
  // Every question about the time lets some of it pass, so that nobody waits for ever.
  const now = () => (state.nowMs += 100);
  return { state, known: new ReadUntil({ lags, sourceAgesMs, now }) };
};

test('all that was told is read: nothing is stale, and nobody looks again at once', async () => {
  const { state, known } = scene();
  expect(await known.isStale()).toBe(false);
  expect(await known.isStale()).toBe(false);
  expect(state.looks).toBe(1);
});

test('a source that has said nothing for five seconds may have been told something', async () => {
  const { state, known } = scene();
  state.ageMs = 5_000;
  expect(await known.isStale()).toBe(true);
  state.ageMs = 1_000;
  expect(await known.isStale()).toBe(false);
});

test('a source that never was has told nobody anything', async () => {
  const { state, known } = scene();
  state.ageMs = undefined;
  expect(await known.isStale()).toBe(false);
});

test('what is told and not read is waited for, and then unknown', async () => {
  const { state, known } = scene();
  state.end = 8;
  expect(await known.isStale()).toBe(true);
  state.committed = 8;
  expect(await known.isStale()).toBe(false);
});

test('a log that grows faster than it is read is known up to where it ended', async () => {
  const { state, known } = scene();
  state.end = 9;
  // Before the second look all of the first one's end was read, while more was told.
  state.onLook = () => {
    if (state.looks < 2) return;
    state.committed = 9;
    state.end = 20;
  };
  expect(await known.isStale()).toBe(false);
  expect(state.looks).toBe(2);
});

test.each([
  ['a log that is away', { isAway: true }],
  ['a group that does not read', { reads: false }],
])('%s says nothing: what is known gets older', async (_what, change) => {
  const { state, known } = scene();
  expect(await known.isStale()).toBe(false);
  Object.assign(state, change);
  state.nowMs += 2_000;
  expect(await known.isStale()).toBe(false);
  state.nowMs += 3_000;
  expect(await known.isStale()).toBe(true);
});

test('who is known to be fresh enough waits for no look, and causes one', async () => {
  const { state, known } = scene();
  await known.isStale();
  const { looks } = state;
  state.nowMs += 1_000;
  state.end = 8;
  expect(await known.isStale()).toBe(false);
  expect(state.looks).toBe(looks + 1);
});
