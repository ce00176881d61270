import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mayBeAnalysed } from '@tact/domain';
import { type Database, openDatabase } from '@tact/platform';
import { testDatabase, type TestDatabase } from './postgres.ts';

let server: TestDatabase;
let database: Database;
beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url, schema: 'public' });
}, 60_000);
afterAll(async () => {
  await database?.close();
  await server?.drop();
});

const instants = [null, 1, 2, 3];
const words = instants.flatMap((given) =>
  instants.flatMap((withdrawn) =>
    instants.flatMap((suppressed) =>
      instants.flatMap((lifted) =>
        [true, false].flatMap((fenced) =>
          [true, false].map((unlessStated) => ({
            given,
            withdrawn,
            suppressed,
            lifted,
            fenced,
            unless_said: unlessStated,
          })),
        ),
      ),
    ),
  ),
);

/** The rule in words: the later word counts, of two at one instant the one that protects, and the fence for ever. What is agreed to later ends no objection. */
const expected = (word: (typeof words)[number]): boolean => {
  const { given, withdrawn, suppressed, lifted, fenced, unless_said: unlessStated } = word;
  const agreed =
    given === null && withdrawn === null ? unlessStated : (given ?? 0) > (withdrawn ?? 0);
  return !fenced && agreed && (suppressed === null || (lifted ?? 0) > suppressed);
};

test('who may be analysed is one condition, true or false in every situation', async () => {
  const condition = mayBeAnalysed({
    givenAt: 'given',
    withdrawnAt: 'withdrawn',
    suppressedAt: 'suppressed',
    liftedAt: 'lifted',
    isFenced: 'fenced',
    unlessStated: 'unless_said',
  });
  const rows = await database.queryable.query<{ may: boolean | null }>(
    `SELECT ${condition} AS may FROM json_to_recordset($1::json) AS word (given int, withdrawn int,
       suppressed int, lifted int, fenced boolean, unless_said boolean)`,
    [JSON.stringify(words)],
  );
  expect(rows.map(({ may }) => may)).toEqual(words.map(expected));
});
