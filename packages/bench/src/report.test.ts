import { expect, test } from '@jest/globals';
import type { BenchResult } from './bench.ts';
import { verdict } from './report.ts';

const figure: BenchResult = { name: 'a figure', against: 'the truth', unit: '', ours: 0.02 };

test('a figure of quality is held against its own bound', () => {
  expect(verdict({ ...figure, atMost: 0.02 })).toBe('kept');
  expect(verdict({ ...figure, atMost: 0.019 })).toBe('MISSED');
  expect(verdict({ ...figure, atLeast: 0.02 })).toBe('kept');
  expect(verdict({ ...figure, atLeast: 0.021 })).toBe('MISSED');
  expect(verdict({ ...figure, ours: Number.NaN, atMost: 1 })).toBe('MISSED');
  expect(verdict(figure)).toBe('');
});

test('a ratio keeps its floor, reaches its stretch, or is missed', () => {
  const ratio = { ...figure, floor: 0.5, stretch: 0.9 };
  expect(verdict({ ...ratio, ratio: 0.4 })).toBe('MISSED');
  expect(verdict({ ...ratio, ratio: 0.6 })).toBe('floor');
  expect(verdict({ ...ratio, ratio: 0.95 })).toBe('stretch');
});
