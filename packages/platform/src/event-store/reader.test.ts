import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { HoleAwareReader, prefixLength } from './reader.ts';
import { rfc3339 } from './rows.ts';

const rows = (...positions: number[]): { position: number }[] =>
  positions.map((position) => ({ position }));

test('a reader stops at the first gap it knows nothing about', () => {
  expect(prefixLength(rows(1, 2, 3), 0, 0)).toBe(3);
  expect(prefixLength(rows(1, 3, 4), 0, 0)).toBe(1);
  expect(prefixLength(rows(3, 4), 0, 0)).toBe(0);
});

test('gaps below what is settled are dead', () => {
  expect(prefixLength(rows(3, 5, 6), 5, 5)).toBe(3);
  expect(prefixLength(rows(3, 5, 9, 10), 8, 8)).toBe(4);
  expect(prefixLength(rows(3, 5, 9, 11), 8, 8)).toBe(3);
});

test('no prefix ever skips an unsettled position', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
      fc.nat(40),
      fc.nat(40),
      (drawn, after, settled) => {
        const visible = drawn.filter((position) => position > after).toSorted((a, b) => a - b);
        const taken = visible.slice(
          0,
          prefixLength(rows(...visible), Math.max(after, settled), settled),
        );
        const last = taken.at(-1) ?? after;
        for (let position = Math.max(after, settled) + 1; position <= last; position++) {
          expect(taken).toContain(position);
        }
      },
    ),
  );
});

test.each([
  ['2026-11-20 10:00:00+00', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20 10:00:00.1+00', '2026-11-20T10:00:00.100Z'],
  ['2026-11-20 10:00:00.123456+00', '2026-11-20T10:00:00.123Z'],
])('%s is %s', (stored, read) => {
  expect(rfc3339(stored)).toBe(read);
});

test('an answer that was long on its way is not compared with a look that was made after it', async () => {
  const server = { drawn: 99, holders: ['h0'] };
  const answers: (() => void)[] = [];
  const query = () => {
    // What is seen is settled when the question is sent; answers come in whatever order.
    const seen = [
      { rows: [{ drawn: String(server.drawn), standby: false }] },
      { rows: server.holders.map((holder) => ({ holder })) },
    ];
    return new Promise((resolve) => answers.push(() => resolve(seen)));
  };
  const turns = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done));
  };
  const reader = new HoleAwareReader({ query } as unknown as Pool);
  // h0 drew 98 and has not committed it; 99 is there.
  const reading = reader.read({ after: 97, limit: 10 }, () => Promise.resolve(rows(99)));
  await turns();
  const late = answers.shift();
  server.holders = ['h1'];
  server.drawn = 100;
  const settling = reader.settle();
  for (let answered = 0; answered < 3; answered += 1) {
    await turns();
    answers.shift()?.();
  }
  late?.();
  const pump = setInterval(() => {
    for (const answer of answers.splice(0)) answer();
  }, 1);
  try {
    // h1 still holds the marker: 100 may be committed any moment.
    expect(await settling).toBeLessThan(100);
    await reading;
  } finally {
    clearInterval(pump);
  }
});
