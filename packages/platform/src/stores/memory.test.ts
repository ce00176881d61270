import { expect, test } from '@jest/globals';
import type { Queryable } from '../postgres/queryable.ts';
import { memoryOfNobody, memoryOfPersons } from './memory.ts';
import { nobody } from './rows.ts';

type Looks = { readonly times: number };
const looks = memoryOfPersons<Looks>({
  name: 'looks',
  holds: nobody,
  part: 'contact',
  subjectOf: (key) => key.split(' ')[1],
});
const person = {
  tenantId: 'acme',
  contactIds: ['ct_one', 'ct_two'],
  requestIds: ['dr_one'],
  at: new Date(0),
};

test('an erasure drops what each open memory has of the person, and again after the commit', async () => {
  const [first, second] = [looks.open({ max: 10 }), looks.open({ max: 10 })];
  for (const key of ['ada ct_one', 'bob ct_two', 'ada dr_one', 'ada ct_other']) {
    first.set(key, { times: 1 });
  }
  second.set('ada ct_one', { times: 2 });
  const effects: (() => void)[] = [];
  const tx: Queryable = {
    query: () => Promise.reject(new Error('a memory asks no database')),
    afterCommit: (effect) => void effects.push(effect),
  };
  const eraser = looks.store.eraser!;
  expect(await eraser.count(tx, person)).toBe(4);
  expect(await eraser.erase(tx, person)).toBe(4);
  expect([await eraser.count(tx, person), await eraser.erase(tx, person)]).toEqual([0, 0]);
  expect([...first.keys(), ...second.keys()]).toEqual(['ada ct_other']);
  // Read between the erasure and its commit, and remembered.
  first.set('bob ct_one', { times: 3 });
  for (const effect of effects) effect();
  expect([...first.keys()]).toEqual(['ada ct_other']);
});

test('the counter finds a person in whatever part of a key', async () => {
  const memory = looks.open({ max: 10 });
  memory.set('ct_two by ada', { times: 1 });
  const tx: Queryable = { query: () => Promise.reject(new Error('no database')) };
  expect(await looks.store.eraser!.erase(tx, person)).toBe(0);
  expect(await looks.store.eraser!.count(tx, person)).toBe(1);
});

test('a memory of nobody says why, and has no eraser', () => {
  const { store } = memoryOfNobody<Looks>({ name: 'hosts', holds: nobody, because: 'Hosts.' });
  expect(store).toMatchObject({ locator: { by: 'none' }, atErasure: { does: 'nothing' } });
  expect(store.eraser).toBeUndefined();
});
