import { describe, expect, test } from '@jest/globals';
import type { ReceivedRecord } from '../log/port.ts';
import type { Decoded } from './decode.ts';
import { separate } from './parking.ts';

const record = (key: string, offset: number): ReceivedRecord => ({
  topic: 'things.v1',
  partition: 0,
  key,
  offset: String(offset),
  timestamp: 0,
  headers: {},
  value: Buffer.alloc(0),
});
const sound = (key: string, offset: number): Decoded => ({
  record: record(key, offset),
  place: undefined,
});
const broken = (key: string, offset: number): Decoded => ({
  ...sound(key, offset),
  defect: { reason: 'malformed', detail: 'a test' },
});
const offsets = (batch: readonly Decoded[]): string[] => batch.map((one) => one.record.offset);

describe('what may be handled and what must wait', () => {
  test('a defect stops its key from there on, other keys pass', () => {
    const { ready, parked } = separate(
      [sound('a', 1), broken('a', 2), sound('b', 3), sound('a', 4), sound('b', 5)],
      new Set(),
    );
    expect(offsets(ready)).toEqual(['1', '3', '5']);
    expect(parked.map(({ defect, record: { offset } }) => [offset, defect.reason])).toEqual([
      ['2', 'malformed'],
      ['4', 'behind-parked'],
    ]);
  });

  test('a key that stands still takes everything that comes for it', () => {
    const { ready, parked } = separate([sound('a', 1), sound('b', 2)], new Set(['things.v1 a']));
    expect([offsets(ready), offsets(parked)]).toEqual([['2'], ['1']]);
  });

  test('the same key on another topic is another queue', () => {
    const { ready } = separate([sound('a', 1)], new Set(['others.v1 a']));
    expect(offsets(ready)).toEqual(['1']);
  });
});
