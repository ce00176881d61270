import { expect, test } from '@jest/globals';
import { mayBeAnalysed } from './may-be-analysed.ts';

// What it answers in every situation is asked of a PostgreSQL: packages/testing, who-may-be-analysed.
test('the condition reads each of the caller’s columns, and is closed in brackets', () => {
  const columns = {
    givenAt: 'row.given_at',
    withdrawnAt: 'row.withdrawn_at',
    suppressedAt: 'row.suppressed_at',
    liftedAt: 'row.lifted_at',
    isFenced: 'row.is_fenced',
    unlessStated: 'row.unless_stated',
  };
  const condition = mayBeAnalysed(columns);
  expect(condition).toMatch(/^\(NOT row\.is_fenced\b[^]*\)$/);
  for (const column of Object.values(columns)) expect(condition).toContain(column);
});
