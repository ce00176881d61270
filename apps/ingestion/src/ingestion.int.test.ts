import { createHmac, randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ApiKeys,
  bootService,
  createLog,
  Database,
  EventStore,
  type RunningService,
} from '@tact/platform';
import { testDatabase, type TestDatabase } from '../../../packages/testing/src/postgres.ts';
import { ConsentGate, type SignalConsent } from './consent-gate.ts';
import { ingestionService } from './ingestion-service.ts';

const now = '2026-11-20T10:00:00.000Z';
const appSecret = 'fixture-app-secret-not-a-real-one';
const wabaId = '990010000000101';
let server: TestDatabase;
let home: string;
let service: RunningService;
let apiKey: string;

beforeAll(async () => {
  server = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-ingestion-'));
  service = await bootService(ingestionService, {
    environment: {
      ...{ DATABASE_URL: server.url, TACT_HOME: home, TACT_MODE: 'embedded', TACT_CLOCK: now },
      ...{ WHATSAPP_APP_SECRET: appSecret, WHATSAPP_VERIFY_TOKEN: 'x', WHATSAPP_WABA_IDS: wabaId },
    },
    log: createLog({ service: 'ingestion', level: 'error' }),
  });
  const wanted = { tenantId: 'demo', scopes: ['admin'] as const, label: 'test' };
  apiKey = (await service.app.get(ApiKeys).create(wanted)).key;
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const query = <Row>(text: string, values: readonly unknown[] = []) =>
  service.app.get(Database).queryable.query<Row>(text, values);
const consent = (at: string, state: 'given' | 'withdrawn' = 'given') => ({
  ...{ purpose: 'signal-analysis', channel: 'whatsapp', state, at },
  proof: { source: 'sign-up form' },
});
const register = async (payload: object, headers: Record<string, string> = {}) => {
  const answer = await service.app.inject({
    ...{ method: 'POST', url: '/v1/contacts', payload },
    headers: { authorization: `Bearer ${apiKey}`, ...headers },
  });
  return { status: answer.statusCode, ...answer.json<{ contactId: string }>() };
};
const newPhone = () => `+3363998${randomInt(10_000).toString().padStart(4, '0')}`;
const webhook = async (statuses: readonly object[]) => {
  const changes = [{ field: 'messages', value: { statuses } }];
  const body = { object: 'whatsapp_business_account', entry: [{ id: wabaId, changes }] };
  const payload = JSON.stringify(body);
  const hmac = createHmac('sha256', appSecret).update(payload).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${hmac}` };
  const url = '/v1/webhooks/whatsapp';
  return (await service.app.inject({ method: 'POST', url, payload, headers })).statusCode;
};
const eventsOf = async (contactId: string) =>
  (await service.app.get(EventStore).load(`contact-${contactId}`)).events;

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
      `UPDATE idempotency_keys SET status = NULL, answer = NULL, lease_until = now() - interval '1 s'`,
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

  test('with a consent dated ahead counts from when it was heard, so a withdrawal ends it', async () => {
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
      ...{ tenantId: 'demo', contactId, state },
      at: `2026-03-0${day}T00:00:00Z`,
    });
    const told = [
      ...[say('b', 'given', 1), say('a', 'given', 1), say('a', 'withdrawn', 2)],
      ...[say('b', 'withdrawn', 3), say('b', 'given', 2), say('c', 'withdrawn', 1)],
      ...[say('c', 'given', 2), say('d', 'given', 4), say('d', 'withdrawn', 4)],
    ];
    for (const order of [told, told.toReversed()]) {
      await service.app
        .get(Database)
        .transaction((tx) => service.app.get(ConsentGate).record(tx, order));
      const rows = await query<{ contact_id: string; state: string }>(
        `SELECT contact_id, state FROM signal_consents WHERE length(contact_id) = 1 ORDER BY 1`,
      );
      expect(rows.map((row) => `${row.contact_id} ${row.state}`)).toEqual([
        ...['a withdrawn', 'b withdrawn', 'c given', 'd withdrawn'],
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
      ...{ id: `wamid.${nth}`, status: 'sent', timestamp: '1793606409' },
      recipient_id: phone.slice(1),
    }));
    expect(await webhook(statuses)).toBe(200);
    const [row] = await query<{ n: number }>(
      `SELECT count(*)::int AS n FROM events WHERE stream = $1 AND type = 'SignalRecorded'`,
      [`contact-${contactId}`],
    );
    expect(row?.n).toBe(21_000);
  }, 60_000);

  test('about someone not to be analysed is counted on the day of the platform’s clock', async () => {
    const stranger = { id: 'wamid.s', status: 'sent', timestamp: '1793606409' };
    expect(await webhook([{ ...stranger, recipient_id: '33639989999' }])).toBe(200);
    const rows = await query<{ day: string }>(
      `SELECT DISTINCT day::text FROM parts_without_effect`,
    );
    expect(rows).toEqual([{ day: '2026-11-20' }]);
  });
});
