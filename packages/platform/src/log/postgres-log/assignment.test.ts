import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { assign } from './assignment.ts';
import type { Member, Spot } from './assignment.ts';

const members = (count: number): Member[] =>
  Array.from({ length: count }, (_, nth) => ({ id: `m${nth}`, topics: [1] }));
const spots = (holders: readonly (string | null)[]): Spot[] =>
  holders.map((holder, part) => ({ topic: 1, part, holder }));

describe('assignment of partitions', () => {
  test('a member that joins takes no more than its share, the rest stays where it is', () => {
    const before = spots(['m0', 'm0', 'm0', 'm1', 'm1', 'm1']);
    const after = assign(before, members(3));
    expect(after.filter((holder, nth) => holder !== before[nth]?.holder)).toEqual(['m2', 'm2']);
  });

  test('what a member left behind is taken by the others', () => {
    const after = assign(spots(['m0', 'gone', 'm1', 'gone']), members(2));
    expect(after).toEqual(['m0', 'm0', 'm1', 'm1']);
  });

  test('a topic goes only to those who asked for it', () => {
    const asked: Member[] = [
      { id: 'a', topics: [1] },
      { id: 'b', topics: [2] },
    ];
    const both: Spot[] = [
      { topic: 1, part: 0, holder: 'b' },
      { topic: 2, part: 0, holder: null },
    ];
    expect(assign(both, asked)).toEqual(['a', 'b']);
  });

  test('shares differ by one at most, and a second look changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.constantFrom('m0', 'm1', 'm2', 'gone')), { maxLength: 24 }),
        fc.integer({ min: 1, max: 5 }),
        (holders, count) => {
          const after = assign(spots(holders), members(count));
          const shares = members(count).map(({ id }) => after.filter((h) => h === id).length);
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
          expect(assign(spots(after), members(count))).toEqual(after);
        },
      ),
    );
  });
});
