import { createHmac, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventDataOf } from '@tact/contracts';
import { ApiKeys, bootService, createLog, EventStore, type RunningService } from '@tact/platform';
import { testDatabase, type TestDatabase } from '../../../packages/testing/src/postgres.ts';
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
      ...{ ERROR_CODE_FLOOD_MAX: '3', ERROR_CODE_UNKNOWN_MAX: '2', MESSAGE_WATCH_SECONDS: '3600' },
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

type Part = Record<string, unknown>;
type Signal = EventDataOf<'SignalRecorded'>;

const newPhone = () => `3363998${randomInt(10_000).toString().padStart(4, '0')}`;
const wamid = () => `wamid.${randomInt(2 ** 40)}`;
const daysAgo = (days: number) => String(Math.floor(Date.parse(now) / 1000) - days * 86_400);
const register = async (phone: string, state: 'given' | 'withdrawn' = 'given'): Promise<string> => {
  const consent = { purpose: 'signal-analysis', channel: 'whatsapp', state };
  const answer = await service.app.inject({
    ...{ method: 'POST', url: '/v1/contacts', headers: { authorization: `Bearer ${apiKey}` } },
    payload: {
      identities: { phone: `+${phone}` },
      consents: [
        {
          ...consent,
          at: `2026-0${state === 'given' ? 1 : 2}-05T09:00:00Z`,
          proof: { source: 'form' },
        },
      ],
    },
  });
  return answer.json<{ contactId: string }>().contactId;
};
const webhook = async (value: Part, field = 'messages') => {
  const entry = [{ id: wabaId, changes: [{ field, value }] }];
  const payload = JSON.stringify({ object: 'whatsapp_business_account', entry });
  const hmac = createHmac('sha256', appSecret).update(payload).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${hmac}` };
  const url = '/v1/webhooks/whatsapp';
  const { statusCode } = await service.app.inject({ method: 'POST', url, payload, headers });
  expect(statusCode).toBe(200);
};
const eventsOf = async (stream: string) =>
  (await service.app.get(EventStore).load(stream)).events.map(({ type, data }) => ({
    type,
    data: data as Signal,
  }));
const told = async (contactId: string) =>
  (await eventsOf(`contact-${contactId}`)).map(({ type, data }) =>
    [type, data.kind].join(' ').trim(),
  );
const changeOf = (old: string, next: string) => ({
  messages: [
    {
      ...{ id: wamid(), type: 'system', timestamp: daysAgo(2), from: old },
      system: { type: 'user_changed_number', wa_id: next, user_id: `FR.${next}`, body: 'x' },
    },
  ],
});

test('a change that is repeated leaves the next owner of the old number alone', async () => {
  const [old, next] = [newPhone(), newPhone()];
  const first = await register(old);
  const change = changeOf(old, next);
  await webhook(change);
  const owner = await register(old);
  expect(owner).not.toBe(first);
  await webhook(change);
  expect(await told(owner)).toEqual(['ContactRegistered', 'ConsentDeclared']);
  expect(await told(first)).toEqual([
    ...['ContactRegistered', 'ConsentDeclared', 'SignalRecorded number-changed', 'ContactUpdated'],
  ]);
});

test('fifty copies of a change at once are all taken, and are one change', async () => {
  const [old, next] = [newPhone(), newPhone()];
  const contactId = await register(old);
  const change = changeOf(old, next);
  await Promise.all(Array.from({ length: 50 }, () => webhook(change)));
  expect(await told(contactId)).toEqual([
    ...['ContactRegistered', 'ConsentDeclared', 'SignalRecorded number-changed', 'ContactUpdated'],
  ]);
});
