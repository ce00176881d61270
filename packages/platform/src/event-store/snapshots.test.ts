import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Decider, StoredEvent } from './events.ts';
import type { EventRow } from './rows.ts';
import { foldRows } from './transact.ts';

type Recorded = { readonly type: 'Recorded'; readonly data: { readonly word: number } };

/** Holds all that was recorded, in its order. */
const listener: Decider<readonly number[], never, Recorded> = {
  initial: () => [],
  evolve: (state, { data }) => [...state, data.word],
  decide: () => [],
};
const recorded = (word: number): Recorded => ({ type: 'Recorded', data: { word } });
const rowOf = (version: number): EventRow => {
  const event = { ...recorded(version), version, position: version * 3 } as unknown as StoredEvent;
  return { position: version * 3, event, commandId: null };
};
const histories = fc
  .nat({ max: 12 })
  .chain((length) =>
    fc.record({
      length: fc.constant(length),
      places: fc.array(fc.nat({ max: length }), { maxLength: 12 }),
    }),
  )
  .map(({ length, places }) => ({
    rows: Array.from({ length }, (_, nth) => rowOf(nth + 1)),
    beside: places.map((afterVersion, nth) => ({ afterVersion, event: recorded(100 + nth) })),
  }));

test('a fold from a snapshot at any version is the fold of everything, with what is beside it', () => {
  fc.assert(
    fc.property(histories, ({ rows, beside }) => {
      const all = foldRows(listener, { stream: 's', rows, beside });
      for (let cut = 0; cut <= rows.length; cut += 1) {
        // What was beside the stream by then, and what came since.
        const known = beside.filter(({ afterVersion }) => afterVersion <= cut);
        const then = foldRows(listener, { stream: 's', rows: rows.slice(0, cut), beside: known });
        const state = JSON.parse(JSON.stringify(then.atVersion)) as readonly number[];
        const base = { version: then.version, position: cut * 3, state };
        const since = foldRows(listener, { stream: 's', rows: rows.slice(cut), beside, base });
        expect(since).toEqual({ ...all, base, rows: rows.slice(cut) });
      }
    }),
  );
});
