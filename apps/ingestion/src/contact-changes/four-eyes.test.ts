import { expect, test } from '@jest/globals';
import { fourEyes } from './four-eyes.ts';

type Proposed = { type: 'Proposed'; data: { proposedBy: string; keyId: string } };
type Approved = { type: 'Approved'; data: { approvedBy: string; keyId: string } };

const decider = fourEyes<Proposed, Approved>('Proposed');
const proposed: Proposed = { type: 'Proposed', data: { proposedBy: 'Inès Martin', keyId: 'ak_1' } };
const approvedBy = (name: string, keyId = 'ak_2'): Approved => ({
  type: 'Approved',
  data: { approvedBy: name, keyId },
});
const after = (...events: readonly (Proposed | Approved)[]) =>
  events.reduce(decider.evolve, decider.initial());

test('is approved by a second person with a second key', () => {
  const approval = approvedBy('Karim Benali');
  expect(decider.decide(approval, after(proposed))).toEqual([approval]);
});

test.each([
  ['somebody’s own key', approvedBy('Karim Benali', 'ak_1'), 'same-key'],
  ['one’s own name', approvedBy('Inès Martin'), 'same-name'],
  ['one’s own name, spelt another way', approvedBy(' INE\u0300S  martin '), 'same-name'],
])('is not approved with %s', (_, approval, refused) => {
  expect(decider.decide(approval, after(proposed))).toEqual({ refused });
});

test('is approved once, and proposed once', () => {
  const state = after(proposed, approvedBy('Karim Benali'));
  expect(decider.decide(approvedBy('Léa Petit', 'ak_3'), state)).toEqual({ refused: 'decided' });
  expect(decider.decide(proposed, state)).toEqual([]);
});

test('is nothing before it is proposed', () => {
  expect(decider.decide(approvedBy('Karim Benali'), after())).toEqual({ refused: 'unknown' });
  expect(decider.decide(proposed, after())).toEqual([proposed]);
});
