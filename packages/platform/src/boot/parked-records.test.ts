import { expect, test } from '@jest/globals';
import type { ParkedKey } from '../consumer/parking.ts';
import { ParkedRecords } from './parked-records.ts';

const key = (at: string, more: Partial<ParkedKey> = {}): ParkedKey => ({
  topic: 't',
  key: at,
  records: 1,
  reason: 'schema-invalid',
  detail: 'a field is missing',
  parkedAt: new Date(at),
  ...more,
});

const holding = (...groups: readonly (readonly ParkedKey[])[]): ParkedRecords => {
  const parked = new ParkedRecords();
  for (const [nth, keys] of groups.entries()) {
    parked.watch({
      group: `group-${nth}`,
      parkedKeys: () => Promise.resolve([...keys]),
      holding: () => Promise.resolve({ records: keys.length, tenantIds: [] }),
      redrive: () => Promise.resolve({ handled: 0, left: 0 }),
    });
  }
  return parked;
};

const early = '2026-11-28T10:00:00.000Z';
const late = '2026-11-29T10:00:00.000Z';

test('what goes on alone is listed among all, the oldest first, and nobody is asked to look', async () => {
  const parked = holding([key(late, { goesOnAlone: true })], [key(early, { goesOnAlone: true })]);
  const { items } = await parked.list();
  expect(items.map(({ group, parkedAt }) => [group, parkedAt])).toEqual([
    ['group-1', early],
    ['group-0', late],
  ]);
  expect(items[0]).not.toHaveProperty('goesOnAlone');
  expect(await parked.ofPerson()).toBeUndefined();
});

test('what waits for a person is counted from its own beginning', async () => {
  const parked = holding([key(early, { goesOnAlone: true }), key(late)], [key(late)]);
  expect(await parked.ofPerson()).toEqual({ count: 2, since: new Date(late) });
});
