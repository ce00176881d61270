import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PEOPLE_MIN, publishedCells } from './suppressed.ts';

const breakdown = fc.array(fc.oneof(fc.integer({ min: 0, max: 25 }), fc.nat(5_000)), {
  minLength: 2,
  maxLength: 6,
});

describe('a breakdown', () => {
  test('tells no cell of fewer than ten people', () => {
    fc.assert(
      fc.property(breakdown, (counts) => {
        const { cells } = publishedCells(counts);
        for (const [at, count] of counts.entries()) {
          if (count > 0 && count < PEOPLE_MIN) expect(cells[at]).toBeUndefined();
        }
      }),
    );
  });

  test('gives no withheld cell away by its total', () => {
    fc.assert(
      fc.property(breakdown, (counts) => {
        const { cells, total } = publishedCells(counts);
        const withheld = counts.filter((_, at) => cells[at] === undefined);
        if (withheld.length === 0 || total === undefined) return;
        // What a reader can compute is the sum of at least two cells, of at least ten people.
        expect(withheld.length).toBeGreaterThan(1);
        expect(withheld.reduce((all, count) => all + count, 0)).toBeGreaterThanOrEqual(PEOPLE_MIN);
      }),
    );
  });

  test('tells the rest to the nearest five', () => {
    fc.assert(
      fc.property(breakdown, (counts) => {
        const { cells, total } = publishedCells(counts);
        const sum = counts.reduce((all, count) => all + count, 0);
        for (const [at, reported] of [...cells, total].entries()) {
          if (reported === undefined) continue;
          expect(reported % 5).toBe(0);
          expect(Math.abs(reported - (counts[at] ?? sum))).toBeLessThanOrEqual(2.5);
        }
      }),
    );
  });

  test.each([
    { counts: [120, 0, 40], cells: [120, 0, 40], total: 160 },
    { counts: [120, 4, 40], cells: [120, undefined, undefined], total: 165 },
    { counts: [120, 4, 0], cells: [undefined, undefined, 0], total: 125 },
    { counts: [4, 0, 0], cells: [undefined, 0, 0], total: undefined },
    { counts: [3, 2, 50], cells: [undefined, undefined, undefined], total: 55 },
  ])('$counts', ({ counts, cells, total }) =>
    expect(publishedCells(counts)).toEqual({ cells, total }),
  );
});
