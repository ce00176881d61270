import { describe, expect, test } from '@jest/globals';
import { publishedCells } from './suppressed.ts';

describe('a cell', () => {
  test('is told from ten people on', () => {
    expect(publishedCells([10, 200])).toEqual({ cells: [10, 200], total: 210 });
  });

  test('is told when nobody is in it, and so is a breakdown of nobody', () => {
    expect(publishedCells([0, 0])).toEqual({ cells: [0, 0], total: 0 });
  });

  test('goes with the one withheld for its nine, though it is told elsewhere', () => {
    expect(publishedCells([9, 30, 40])).toEqual({ cells: [undefined, undefined, 40], total: 80 });
  });

  test('is no longer withheld when two are that hold ten people', () => {
    expect(publishedCells([3, 7, 40])).toEqual({ cells: [undefined, undefined, 40], total: 50 });
  });
});

test('the total is told from ten people on', () => {
  expect(publishedCells([4, 5]).total).toBeUndefined();
  expect(publishedCells([4, 6]).total).toBe(10);
});
