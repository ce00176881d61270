import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { AT_ONCE, corpus, inAnyOrder, people, seed, stateInOrder } from './given-corpus.ts';
import { appSecret, wabaIds } from '../constellation.ts';
import { differencesOf, type State, stateOf } from './state.ts';

const digestOf = (state: State): string =>
  createHash('sha256').update(JSON.stringify(state)).digest('hex');

let once: State;
beforeAll(async () => {
  once = await stateInOrder();
}, 180_000);

test('the corpus is addressed to these accounts and signed with this secret', () => {
  expect([corpus.appSecret, corpus.wabaIds]).toEqual([appSecret, [...wabaIds]]);
  expect(Object.keys(once.facts).length).toBeGreaterThan(people.length);
  expect(once.rows['scoring.facts']?.length).toBeGreaterThan(100);
});

describe(`the whole corpus twice, in any order, ${AT_ONCE} at a time (TACT_TEST_SEED=${seed})`, () => {
  test('comes to the same state', async () => {
    await inAnyOrder(0, async (tact) => {
      const state = await stateOf(tact.databaseUrl);
      expect(differencesOf(once, state)).toEqual([]);
      expect(digestOf(state)).toBe(digestOf(once));
    });
  }, 300_000);
});
