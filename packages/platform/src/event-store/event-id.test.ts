import { expect, test } from '@jest/globals';
import { newEventId } from './event-id.ts';

test('an event id is a uuid of version 7 and sorts by time', () => {
  const id = newEventId(Date.parse('2026-11-20T10:00:00Z'));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newEventId(1_000) < newEventId(1_001)).toBe(true);
  expect(new Set(Array.from({ length: 1_000 }, () => newEventId(5))).size).toBe(1_000);
});
