import { expect, test } from '@jest/globals';
import { HOUR_MS } from '@tact/contracts';
import { newEventId } from './event-id.ts';

test('an event id tells the hour and nothing finer', () => {
  const clockOf = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
  const ids = ['10:00:00.000', '10:59:59.999'].map((at) =>
    newEventId(Date.parse(`2026-11-20T${at}Z`)),
  );
  expect(ids.map(clockOf)).toEqual(Array(2).fill(Date.parse('2026-11-20T10:00:00Z')));
});

test('an event id is a uuid of version 7 and sorts by time', () => {
  const id = newEventId(Date.parse('2026-11-20T10:00:00Z'));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const hour = HOUR_MS;
  expect(newEventId(5 * hour) < newEventId(6 * hour)).toBe(true);
  expect(new Set(Array.from({ length: 1_000 }, () => newEventId(5))).size).toBe(1_000);
});
