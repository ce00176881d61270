import { expect, test } from '@jest/globals';
import { ProblemError } from './problem-error.ts';
import { refuseFuture } from './refuse-future.ts';

const now = new Date('2026-11-02T08:00:00Z');

test('a fact dated ahead is pointed at; clocks may differ by five minutes', () => {
  refuseFuture(now, [{ at: '2026-11-02T08:04:59Z', pointer: '/a' }]);
  let thrown: unknown;
  try {
    refuseFuture(now, [
      { at: '2026-11-01T08:00:00Z', pointer: '/a' },
      { at: '2999-01-01T00:00:00Z', pointer: '/b' },
    ]);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ProblemError);
  expect((thrown as ProblemError).errors).toEqual([
    { pointer: '/b', message: 'Lies in the future.' },
  ]);
});
