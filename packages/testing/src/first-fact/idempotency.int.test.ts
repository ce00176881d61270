import { randomUUID } from 'node:crypto';
import { exampleProof } from '@tact/contracts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { type Constellation, startConstellation } from '../constellation.ts';
import { inventedPerson, registration } from '../webhook-bodies.ts';

let tact: Constellation;
let contactId: string;
beforeAll(async () => {
  tact = await startConstellation();
  const person = registration(inventedPerson(41));
  ({ contactId } = (await tact.call<{ contactId: string }>('POST', '/v1/contacts', person)).body);
  await tact.settled();
}, 120_000);
afterAll(() => tact?.stop(), 60_000);

const onDatabase = async <Row>(sql: string): Promise<Row[]> => {
  const client = new Client({ connectionString: tact.databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
};

/** As if the service had been killed after its events were durable and before its answer was kept. */
const loseAnswers = (service: string) =>
  onDatabase(
    `UPDATE ${service}.idempotency_keys SET status = NULL, answer = NULL, lease_until = now() - interval '1 s'`,
  );

/** Without what a job appends behind the answer, in its own time. */
const eventsIn = async (service: string): Promise<number> => {
  const [row] = await onDatabase<{ n: number }>(
    `SELECT count(*)::int AS n FROM ${service}.events WHERE type <> 'DataRequestResolved'`,
  );
  return row?.n ?? 0;
};

test.each([
  [
    'outreach',
    '/v1/consents',
    () => ({
      contactId,
      purpose: 'feedback',
      channel: 'email',
      at: '2026-01-05T09:00:00Z',
      proof: exampleProof,
    }),
  ],
  [
    'outreach',
    '/v1/contact-decisions',
    () => ({ contactId, channel: 'whatsapp', purpose: 'marketing', reserve: true }),
  ],
  ['compliance', '/v1/data-requests', () => ({ right: 'access', identities: { crmId: 'c-1' } })],
])('%s: a call whose answer was lost has its effect once: %s', async (service, path, body) => {
  const headers = { 'idempotency-key': randomUUID() };
  const first = await tact.call('POST', path, body(), headers);
  expect(first.status).toBeLessThan(300);
  const events = await eventsIn(service);
  await loseAnswers(service);
  expect(await tact.call('POST', path, body(), headers)).toEqual(first);
  expect(await eventsIn(service)).toBe(events);
  const another = { 'idempotency-key': randomUUID() };
  expect((await tact.call('POST', path, body(), another)).status).toBe(first.status);
});
