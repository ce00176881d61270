import { expect, test } from '@jest/globals';
import { DataRight, ImmediateRight } from '@tact/contracts';
import { dueDates } from './legal-calendar.ts';
import { rights } from './rights.ts';

test('every right is answered within a month', () => {
  const received = new Date('2026-06-10T08:00:00Z');
  expect(dueDates(received)).toEqual(dueDates(received, 1));
});

test('what takes effect as it is heard takes no proof beyond its channel, and nothing else does without', () => {
  for (const right of DataRight.options) {
    const { assurance, carriedOut, effect } = rights[right];
    const isImmediate = ImmediateRight.safeParse(right).success;
    expect([right, carriedOut === 'at-once']).toEqual([right, isImmediate]);
    expect([right, assurance === 'channel']).toEqual([right, isImmediate]);
    expect([right, effect === 'stops']).toEqual([right, isImmediate]);
  }
});

test('what hands data out takes the most, and nothing else so much', () => {
  for (const right of DataRight.options) {
    const { assurance, effect } = rights[right];
    expect([right, assurance === 'code-and-fresh']).toEqual([right, effect === 'shows']);
  }
});

test('who carries out which right, and what it does', () => {
  const carried = DataRight.options.map((right) => [right, rights[right].carriedOut]);
  expect(Object.fromEntries(carried)).toEqual({
    access: 'executor',
    rectification: 'person',
    erasure: 'executor',
    restriction: 'here',
    portability: 'executor',
    objection: 'at-once',
    withdrawal: 'at-once',
    'human-review': 'person',
  });
  const erases = DataRight.options.filter((right) => rights[right].effect === 'erases');
  const changes = DataRight.options.filter((right) => rights[right].effect === 'changes');
  expect([erases, changes]).toEqual([
    ['erasure'],
    ['rectification', 'restriction', 'human-review'],
  ]);
});

test('a withdrawal alone may be of one purpose', () => {
  const narrowed = DataRight.options.filter((right) => rights[right].isNarrowed);
  expect(narrowed).toEqual(['withdrawal']);
});
