import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formatId } from '@tact/contracts';
import {
  ApiKeys,
  Database,
  type RunningService,
  SigningKeys,
  TenantRegister,
  Tenants,
  Vault,
} from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { outreachService } from '../outreach-service.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { bootOutreach } from '../testing/boot-outreach.ts';
import { factOf, now, proof } from '../testing/policy-facts.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
let key = '';

beforeAll(async () => {
  server = await migratedDatabase(outreachService);
  home = await mkdtemp(join(tmpdir(), 'tact-receipts-'));
  service = await bootOutreach(server.url, home);
  const keys = service.app.get(ApiKeys);
  key = (await keys.create({ tenantId: 'demo', scopes: ['admin'], label: 'test' })).key;
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
  const headers = { authorization: `Bearer ${key}` };
  const body = payload === undefined ? {} : { payload };
  const answer = await service.app.inject({ method, url, headers, ...body });
  return answer.json<Record<string, unknown>>();
};
const newContact = async (): Promise<string> => {
  const { app } = service;
  const known = await app
    .get(Database)
    .transaction((tx) => app.get(Vault).register(tx, 'demo', { crmId: randomUUID() }));
  if ('conflict' in known) throw new Error('a drawn id is nobody else’s');
  return known.contactId;
};
/** The business says another thing of itself, and every key signs anew. */
const becomes = async (name: string, country: string): Promise<void> => {
  const { app } = service;
  const register = new TenantRegister(app.get(Vault).texts);
  await app.get(Database).transaction(async (tx) => {
    const settings = { name, country, timeZone: 'Europe/Paris', languages: ['fr' as const] };
    const details = { ...settings, lawfulBasis: {} };
    const tenant = { tenantId: 'demo', details, secrets: {}, at: new Date() };
    const known = await register.find(tx, 'demo');
    await (known === undefined ? register.create(tx, tenant) : register.change(tx, tenant));
  });
  app.get(Tenants).forget();
  await app.get(SigningKeys).rotate();
};
const receiptOf = (consentId: string) => call('GET', `/v1/consents/${consentId}/receipt`);

test('a receipt says what held when the consent was recorded, in the same bytes ever after', async () => {
  await becomes('Librairie des Lilas', 'FR');
  const about = { contactId: await newContact(), purpose: 'marketing', channel: 'email', proof };
  const given = await call('POST', '/v1/consents', { ...about, at: '2026-11-01T09:00:00Z' });
  await becomes('Somebody Else', 'BE');
  const shown = await receiptOf(String(given['consentId']));
  expect(shown['receipt']).toBe(given['receipt']);
  expect(shown['record']).toMatchObject({
    pii_controller: { id: 'demo', name: 'Librairie des Lilas' },
    jurisdiction: 'FR',
  });
});

test('one that nobody asked for meanwhile, too: what the log told', async () => {
  await becomes('Before', 'FR');
  const contactId = await newContact();
  const eventId = randomUUID();
  const consentId = formatId('consent', Buffer.from(eventId.replaceAll('-', ''), 'hex'));
  const about = { contactId, purpose: 'marketing', channel: 'post', at: now, proof } as const;
  const { app } = service;
  const fact = factOf({ kind: 'give-consent', ...about, consentId });
  await app
    .get(Database)
    .transaction((tx) => app.get(ContactPolicies).runIn(tx, [{ ...fact, id: eventId }]));
  const [row] = await app
    .get(Database)
    .queryable.query<{ position: string }>('SELECT max(position) AS position FROM events');
  await call('GET', `/v1/contacts/${contactId}/consents?atLeast=${row?.position}`);
  await becomes('After', 'BE');
  const first = await receiptOf(consentId);
  expect(first['record']).toMatchObject({ pii_controller: { name: 'Before' }, jurisdiction: 'FR' });
  await becomes('Later still', 'DE');
  expect(await receiptOf(consentId)).toEqual(first);
});

test.each([
  ['email', 'form', 'expressed-consent', 'e-mail-provider', ['link-in-mail', 'in-writing']],
  [
    'whatsapp',
    'paper',
    'explicit-consent',
    'whatsapp-ireland-limited',
    ['stop-on-whatsapp', 'in-writing'],
  ],
  ['post', 'other', 'consent', 'postal-operator', ['in-writing']],
])('by %s with the method %s it says no more than is known', async (...row) => {
  const [channel, method, event_type, carrier, withdrawal_method] = row;
  const about = { contactId: await newContact(), purpose: 'service-message', channel };
  const stated = { ...about, proof: { ...proof, method }, at: '2026-11-01T09:00:00Z' };
  const { consentId } = await call('POST', '/v1/consents', stated);
  expect((await receiptOf(String(consentId)))['record']).toMatchObject({
    purposes: [{ purpose: 'service-message', channel, lawful_basis: 'contract' }],
    recipients: ['staff-of-the-controller', carrier, 'processors'],
    withdrawal_method,
    event: { event_type, method },
  });
});
