import { randomInt, randomUUID } from 'node:crypto';
import { exampleProof } from '@tact/contracts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Database, EventStore } from '@tact/platform';
import { ingestionUnderTest } from '../../../packages/testing/src/ingestion-under-test.ts';
import { ConsentGate, type SignalConsent } from './consent-gate/consent-gate.ts';

const { keyOf, running, webhook } = ingestionUnderTest();
let apiKey: string;

beforeAll(async () => {
  apiKey = await keyOf('demo', ['admin']);
});

const query = <Row>(text: string, values: readonly unknown[] = []) =>
  running().app.get(Database).queryable.query<Row>(text, values);
const consent = (at: string, state: 'given' | 'withdrawn' = 'given') => ({
  purpose: 'signal-analysis',
  channel: 'whatsapp',
  state,
  at,
  proof: exampleProof,
});
const register = async (payload: object, headers: Record<string, string> = {}) => {
  const answer = await running().app.inject({
    method: 'POST',
    url: '/v1/contacts',
    payload,
    headers: { authorization: `Bearer ${apiKey}`, ...headers },
  });
  return { status: answer.statusCode, ...answer.json<{ contactId: string }>() };
};
const newPhone = () => `+3363998${randomInt(10_000).toString().padStart(4, '0')}`;
const eventsOf = async (contactId: string) =>
  (await running().app.get(EventStore).load(`contact-${contactId}`)).events;

describe('a registration', () => {
  test('raced by twenty others of the same person gives all of them one contact', async () => {
    const identities = { phone: newPhone(), crmId: randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, nth) =>
        register({ identities: nth % 2 === 0 ? identities : { crmId: identities.crmId } }),
      ),
    );
    const [first] = answers;
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    const types = (await eventsOf(first?.contactId ?? '')).map(({ type }) => type);
    expect(types.filter((type) => type === 'ContactRegistered')).toHaveLength(1);
    expect(types.length).toBeLessThan(3);
  });

  test('run again with its idempotency key after its answer was lost changes nothing', async () => {
    const identities = { crmId: randomUUID() };
    const details = { identities, language: 'fr', timeZone: 'Europe/Paris' };
    // Dated ahead by a fast clock, so that it counts from the instant it is heard, another one each time.
    const consents = ['2026-11-20T10:04:00.000Z', '2026-01-05T09:00:00Z'].map((at) => consent(at));
    const key = { 'idempotency-key': randomUUID() };
    const first = await register({ ...details, consents }, key);
    await query(
      `UPDATE idempotency_keys SET status = NULL, answer = NULL, lease_until = '-infinity'`,
    );
    expect(await register({ ...details, consents }, key)).toEqual(first);
    const types = (await eventsOf(first.contactId)).map(({ type }) => type);
    expect(types).toEqual(['ContactRegistered', 'ConsentDeclared', 'ConsentDeclared']);
  });

  test('keeps each identity in one spelling', async () => {
    const phone = newPhone();
    const spelt = `00${phone.slice(1, 3)} (0) ${phone.slice(3, 6)} ${phone.slice(6)}`;
    const { contactId, status } = await register({
      identities: { phone: spelt.replace('(0) ', '') },
    });
    expect(status).toBe(200);
    expect((await eventsOf(contactId))[0]?.data).toMatchObject({ identities: { phone } });
  });

  test('with a consent dated ahead counts from when it was received, so a withdrawal ends it', async () => {
    const identities = { crmId: randomUUID() };
    const { contactId } = await register({
      identities,
      consents: [consent('2026-11-20T10:04:00Z')],
    });
    await register({ identities, consents: [consent('2026-11-20T10:01:00Z', 'withdrawn')] });
    const rows = await query(`SELECT state FROM signal_consents WHERE contact_id = $1`, [
      contactId,
    ]);
    expect(rows).toEqual([{ state: 'withdrawn' }]);
  });
});

describe('the gate', () => {
  test('takes a batch of words on many people in any order, and the latest of each stands', async () => {
    const say = (contactId: string, state: SignalConsent['state'], day: number): SignalConsent => ({
      tenantId: 'demo',
      contactId,
      state,
      at: `2026-03-0${day}T00:00:00Z`,
    });
    const reported = [
      say('b', 'given', 1),
      say('a', 'given', 1),
      say('a', 'withdrawn', 2),
      say('b', 'withdrawn', 3),
      say('b', 'given', 2),
      say('c', 'withdrawn', 1),
      say('c', 'given', 2),
      say('d', 'given', 4),
      say('d', 'withdrawn', 4),
    ];
    for (const order of [reported, reported.toReversed()]) {
      await running()
        .app.get(Database)
        .transaction((tx) => running().app.get(ConsentGate).record(tx, order));
      const rows = await query<{ contact_id: string; state: string }>(
        `SELECT contact_id, state FROM signal_consents WHERE length(contact_id) = 1 ORDER BY 1`,
      );
      expect(rows.map((row) => `${row.contact_id} ${row.state}`)).toEqual([
        'a withdrawn',
        'b withdrawn',
        'c given',
        'd withdrawn',
      ]);
    }
  });
});

describe('a webhook', () => {
  test('as full as 3 MB allow is taken, not refused for ever', async () => {
    const phone = newPhone();
    const { contactId } = await register({
      identities: { phone },
      consents: [consent('2026-01-05T09:00:00Z')],
    });
    const statuses = Array.from({ length: 21_000 }, (_, nth) => ({
      id: `wamid.${nth}`,
      status: 'sent',
      timestamp: '1793606409',
      recipient_id: phone.slice(1),
    }));
    await webhook({ statuses });
    const [row] = await query<{ n: number }>(
      `SELECT count(*)::int AS n FROM events WHERE stream = $1 AND type = 'SignalRecorded'`,
      [`contact-${contactId}`],
    );
    expect(row?.n).toBe(21_000);
  }, 60_000);

  test('about someone not to be analysed is counted in the hour of the platform’s clock', async () => {
    const stranger = { id: 'wamid.s', status: 'sent', timestamp: '1793606409' };
    await webhook({ statuses: [{ ...stranger, recipient_id: '33639989999' }] });
    const rows = await query<{ hour: Date }>(`SELECT DISTINCT hour FROM parts_without_effect`);
    expect(rows).toEqual([{ hour: new Date('2026-11-20T10:00:00Z') }]);
  });
});
