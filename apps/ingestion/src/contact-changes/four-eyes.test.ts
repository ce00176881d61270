import { expect, test } from '@jest/globals';
import { fourEyes } from './four-eyes.ts';

type Person = { keyId: string; staffId?: string; at: string };
type Proposed = { type: 'Proposed'; data: { proposedBy: string } & Person };
type Approved = { type: 'Approved'; data: { approvedBy: string } & Person };

const decider = fourEyes<Proposed, Approved>('Proposed');
const at = '2026-11-30T10:00:00.000Z';
const proposed: Proposed = {
  type: 'Proposed',
  data: { proposedBy: 'Inès Martin', keyId: 'ak_1', at },
};
const approvedBy = (name: string, more: Partial<Person> = {}): Approved => ({
  type: 'Approved',
  data: { approvedBy: name, keyId: 'ak_2', at, ...more },
});
const byPerson = (staffId: string, keyId: string): Proposed => ({
  ...proposed,
  data: { ...proposed.data, staffId, keyId },
});
const after = (...events: readonly (Proposed | Approved)[]) =>
  events.reduce(decider.evolve, decider.initial());
const decide = (approve: Approved, state = after(proposed), hasStaff = false) =>
  decider.decide({ approve, hasStaff }, state);

test('is approved by a second person with a second key', () => {
  const approval = approvedBy('Karim Benali');
  expect(decide(approval)).toEqual([approval]);
});

test.each([
  ['somebody’s own key', approvedBy('Karim Benali', { keyId: 'ak_1' }), 'same-key'],
  ['one’s own name', approvedBy('Inès Martin'), 'same-name'],
  ['one’s own name, spelt another way', approvedBy(' INE\u0300S  martin '), 'same-name'],
  ['72 hours too late', approvedBy('Karim Benali', { at: '2026-12-03T10:00:00.001Z' }), 'expired'],
])('is not approved with %s', (_, approval, refused) => {
  expect(decide(approval)).toEqual({ refused });
});

test('where the tenant has staff, people are compared and not keys', () => {
  const state = after(byPerson('st_1', 'ak_1'));
  const own = approvedBy('Karim Benali', { staffId: 'st_1', keyId: 'ak_7' });
  expect(decide(own, state, true)).toEqual({ refused: 'same-person' });
  expect(decide(approvedBy('Karim Benali'), state, true)).toEqual({ refused: 'not-a-person' });
  const second = approvedBy('Karim Benali', { staffId: 'st_2' });
  expect(decide(second, state, true)).toEqual([second]);
});

test('is approved once, and proposed once', () => {
  const state = after(proposed, approvedBy('Karim Benali'));
  const third = approvedBy('Léa Petit', { keyId: 'ak_3' });
  expect(decide(third, state)).toEqual({ refused: 'decided' });
  expect(decider.decide({ propose: proposed }, state)).toEqual([]);
});

test('is nothing before it is proposed', () => {
  expect(decide(approvedBy('Karim Benali'), after())).toEqual({ refused: 'unknown' });
  expect(decider.decide({ propose: proposed }, after())).toEqual([proposed]);
});
