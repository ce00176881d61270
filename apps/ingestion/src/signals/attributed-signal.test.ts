import { expect, test } from '@jest/globals';
import { isDatedAhead } from './attributed-signal.ts';

test('a fact is dated ahead from two hours after now on, to the millisecond', () => {
  const now = new Date('2026-11-02T08:00:00.000Z');
  const at = (time: string) => isDatedAhead(Date.parse(`2026-11-02T${time}Z`), now);
  expect(at('08:00:00.000')).toBe(false);
  expect(at('10:00:00.000')).toBe(false);
  expect(at('10:00:00.001')).toBe(true);
});
