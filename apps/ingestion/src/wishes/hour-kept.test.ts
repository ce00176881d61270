import { expect, test } from '@jest/globals';
import { asksOf, heardAt, hourKept } from './hour-kept.ts';

test.each([
  ['stop', '2026-11-20T09:20:00.001Z', '2026-11-20T10:00:00.000Z'],
  ['stop', '2026-11-20T09:00:00Z', '2026-11-20T09:00:00.000Z'],
  ['resume', '2026-11-20T09:59:59Z', '2026-11-20T09:00:00.000Z'],
  [undefined, '2026-11-20T09:59:59Z', '2026-11-20T09:00:00.000Z'],
  // A year of five digits is none that the database reads.
  ['stop', '9999-12-31T23:59:59Z', '9999-12-31T23:00:00.000Z'],
] as const)('of what asks to %s at %s, %s is kept', (asks, at, hour) => {
  expect(hourKept(at, asks)).toBe(hour);
});

test('an hour that is not over yet is heard now, an earlier one when it was', () => {
  const now = new Date('2026-11-20T10:30:00Z');
  expect(heardAt(new Date('2026-11-20T11:00:00Z'), now)).toBe(now.toISOString());
  expect(heardAt(new Date('2026-11-20T10:00:00Z'), now)).toBe('2026-11-20T10:00:00.000Z');
});

test('a failure asks for what its code says', () => {
  expect(asksOf({ kind: 'message-failed', code: 131_050 })).toBe('stop');
  expect(asksOf({ kind: 'message-failed', code: 131_026 })).toBeUndefined();
});
