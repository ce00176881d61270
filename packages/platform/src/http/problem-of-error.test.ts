import { expect, test } from '@jest/globals';
import { DatabaseError } from '../postgres/errors.ts';
import { problemOfError } from './problem-of-error.ts';

test.each([
  ['08006', 'unavailable'],
  ['53100', 'unavailable'],
  ['25006', 'unavailable'],
  ['53300', 'unavailable'],
  ['57P03', 'unavailable'],
  ['ECONNREFUSED', 'unavailable'],
  ['22P05', 'internal-error'],
  ['23505', 'internal-error'],
])('PostgreSQL %s is %s', (code, slug) => {
  const { slug: seen, headers } = problemOfError(new DatabaseError('the statement failed', code));
  expect(seen).toBe(slug);
  expect(headers['retry-after']).toBe(slug === 'unavailable' ? '2' : undefined);
});
