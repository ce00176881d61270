import { statusWebhook, wamidFor } from '@tact/testing/webhook-bodies';
import type { BenchCase, BenchResult } from '../bench.ts';
import { WholePlatform } from '../whole-platform.ts';

const PEOPLE = 400;
const MESSAGES = 5;
const TABLES_NAMED = 14;

type Sizes = ReadonlyMap<string, number>;

/** Bytes of every table with its indexes and its long values, once what is dead in it is gone. */
const sizesOf = async ({ sql }: WholePlatform): Promise<Sizes> => {
  await sql.query('VACUUM');
  const { rows } = await sql.query<{ name: string; bytes: string }>(
    `SELECT CASE WHEN n.nspname = 'log' AND c.relname LIKE 'record%' THEN 'log.record'
       ELSE n.nspname || '.' || c.relname END AS name, sum(pg_total_relation_size(c.oid)) AS bytes
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') GROUP BY 1`,
  );
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
};

/** Ten signals a person, as they come: five messages, each sent and delivered. */
const growth = async (whole: WholePlatform): Promise<BenchResult[]> => {
  // The first rows of a table take a page each: they are there before the count begins.
  await tell(whole, 20, 0);
  const before = await sizesOf(whole);
  await tell(whole, PEOPLE, 20);
  const after = await sizesOf(whole);
  const grown = [...after]
    .map(([name, bytes]) => ({ name, bytes: (bytes - (before.get(name) ?? 0)) / PEOPLE }))
    .toSorted((one, other) => other.bytes - one.bytes);
  for (const { name, bytes } of grown.slice(0, TABLES_NAMED)) {
    console.log(`  ${name.padEnd(36)} ${Math.round(bytes).toLocaleString('en').padStart(8)} bytes`);
  }
  const total = grown.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    {
      name: 'stored of a contact with ten signals',
      against: 'all tables and indexes',
      unit: 'KiB',
      ours: total / 1024,
      atMost: 24,
    },
  ];
};

const tell = async (whole: WholePlatform, people: number, first: number): Promise<void> => {
  const known = await whole.number('SELECT coalesce(max(position), 0) AS n FROM scoring.facts');
  const left = (await whole.register(people, first)).values();
  const connections = Array.from({ length: 8 }, () => whole.connection());
  await Promise.all(
    connections.map(async (connection) => {
      for (const person of left) {
        for (let nth = 0; nth < MESSAGES; nth += 1) {
          const at = Math.floor(Date.now() / 1000) - 86_400 * (MESSAGES - nth);
          const wamid = wamidFor(person);
          for (const status of ['sent', 'delivered'] as const) {
            const body = statusWebhook(whole.wabaId, person, { wamid, status, at });
            await whole.ok(connection, whole.signed(body));
          }
        }
      }
    }),
  );
  const facts = known + people * MESSAGES * 2;
  await whole.until('SELECT coalesce(max(position), 0) AS n FROM scoring.facts', facts);
  await whole.settled();
};

export const cases: readonly BenchCase[] = [
  { name: 'platform-growth', run: () => WholePlatform.with(growth) },
];
