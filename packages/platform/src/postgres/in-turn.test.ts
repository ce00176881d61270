import { setImmediate as breathe } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { InTurn } from './in-turn.ts';

test('one statement runs at a time, in the order asked, also after one that failed', async () => {
  const turns = new InTurn();
  const seen: string[] = [];
  const statement =
    (name: string, fails = false) =>
    async () => {
      seen.push(`${name} begins`);
      await breathe();
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const asked = [
    turns.run(statement('one')),
    turns.run(statement('two', true)),
    turns.run(statement('three')),
  ];
  const results = await Promise.allSettled(asked);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(seen).toEqual([
    'one begins',
    'one ends',
    'two begins',
    'two ends',
    'three begins',
    'three ends',
  ]);
});
