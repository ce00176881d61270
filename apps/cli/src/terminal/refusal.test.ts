import { expect, test } from '@jest/globals';
import { ApiError } from '@tact/client';
import { linesOf } from './refusal.ts';

test('a thousand errors do not bury the sentence', () => {
  const details = Array.from({ length: 1_000 }, (_, at) => `/${at}: No.`);
  const lines = linesOf(new ApiError('POST /v1/contacts answered 422.', { details }));
  expect(lines).toHaveLength(22);
  expect(lines[0]).toBe('POST /v1/contacts answered 422.');
  expect(lines.at(-1)).toBe('  and 980 more');
});
