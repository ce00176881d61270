import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ContactDecision } from '@tact/contracts';
import { Client } from 'pg';
import { type Constellation, startConstellation, wabaIds } from '../constellation.ts';
import { inventedPerson, registration, statusWebhook, wamidFor } from '../webhook-bodies.ts';

let tact: Constellation;
let client: Client;
beforeAll(async () => {
  tact = await startConstellation();
  client = new Client({ connectionString: tact.databaseUrl });
  await client.connect();
}, 120_000);
afterAll(async () => {
  await client?.end();
  await tact?.stop();
}, 60_000);

type Held = { readonly table: string; readonly row: string };

/** Every row of every table that names the contact, as text. */
const rowsOf = async (contactId: string): Promise<readonly Held[]> => {
  const tables = await client.query<{ name: string }>(
    `SELECT format('%I.%I', nspname, relname) AS name FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  const held: Held[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await client.query<{ row: string }>(
      `SELECT t::text AS row FROM ${name} AS t WHERE position($1 IN t::text) > 0`,
      [contactId],
    );
    held.push(...rows.map(({ row }) => ({ table: name, row })));
  }
  return held;
};

test('who did not agree to be analysed is protected by the cap all the same, and nothing else is kept', async () => {
  const person = inventedPerson(41);
  const { consents, ...known } = registration(person);
  const asked = { ...known, consents: consents.filter(({ purpose }) => purpose === 'marketing') };
  const { body } = await tact.call<{ contactId: string }>('POST', '/v1/contacts', asked);
  const { contactId } = body;
  await tact.settled();
  const decide = async () => {
    const payload = { contactId, channel: 'whatsapp', purpose: 'marketing' };
    const answer = await tact.call<ContactDecision>('POST', '/v1/contact-decisions', payload);
    return answer.body.reasons.map(({ reason }) => reason);
  };
  const before = new Set((await rowsOf(contactId)).map(({ row }) => row));
  const at = Math.floor(Date.now() / 1000) - 1234;
  for (let nth = 0; nth < 3; nth += 1) {
    const wamid = wamidFor(person);
    for (const status of ['read', 'sent', 'delivered', 'sent'] as const) {
      await tact.webhook(statusWebhook(wabaIds[0], person, { wamid, status, at: at + nth }));
    }
  }
  await tact.settled();
  const stored = (await rowsOf(contactId)).filter(({ row }) => !before.has(row));
  const tables = Map.groupBy(stored, ({ table }) => table);
  // In the log records stand until its retention.
  const inLog = [...tables.keys()].filter((name) => name.includes('log'));
  expect([...tables].map(([table, rows]) => [table, rows.length])).toEqual(
    ['ingestion.events', ...inLog, 'outreach.counted_messages'].map((name) => [name, 3]),
  );
  expect(inLog).toHaveLength(1);
  const everything = stored.map(({ row }) => row).join('\n');
  expect(everything).not.toMatch(/mr_[0-9a-z]{26}|SignalRecorded|message-sent|wamid/);
  const exactly = new Date(at * 1000).toISOString();
  expect(everything).not.toContain(exactly.slice(11, 19));
  expect(everything).not.toContain(String(at).slice(0, 7));
  expect(await decide()).toEqual(['pressure-cap-reached']);
}, 60_000);
