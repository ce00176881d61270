import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  auditHeadTyp,
  DataRequestAccepted,
  DataRequestView,
  type Problem,
  PublicSigningKeys,
} from '@tact/contracts';
import { ApiKeys, Database, type RunningService, SigningKeys } from '@tact/platform';
import { compactVerify, createLocalJWKSet } from 'jose';
import { bootCompliance, type ComplianceUnderTest } from './testing/boot-compliance.ts';

const now = '2026-11-20T10:00:00.000Z';
let stage: ComplianceUnderTest;
let service: RunningService;
let own: string;
let stranger: string;

beforeAll(async () => {
  stage = await bootCompliance({ environment: { TACT_CLOCK: now } });
  ({ service } = stage);
  const keyOf = async (tenantId: string) =>
    (await service.app.get(ApiKeys).create({ tenantId, scopes: ['admin'], label: 'test' })).key;
  [own, stranger] = [await keyOf('demo'), await keyOf('other')];
}, 60_000);
afterAll(async () => {
  await stage?.stop();
});

const call = async (method: 'GET' | 'POST', url: string, payload?: object, key = own) => {
  const answer = await service.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${key}` },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.json<unknown>() };
};
const letter = { right: 'access', channel: 'post', identities: { crmId: 'c-1' } };
const open = (more: object = {}) => call('POST', '/v1/data-requests', { ...letter, ...more });

test('a request is shown as soon as its position is asked for, with the dates the law gives', async () => {
  const { status, body } = await open({ receivedAt: '2026-03-05T09:00:00Z', statement: 'Tout.' });
  expect(status).toBe(202);
  const accepted = DataRequestAccepted.parse(body);
  expect(accepted.internalDue).toBe('2026-04-05T21:59:59.000Z');
  // Easter Sunday, then Easter Monday.
  expect(accepted.legalDue).toBe('2026-04-07T21:59:59.000Z');
  const url = `/v1/data-requests/${accepted.requestId}?atLeast=${accepted.position}`;
  const shown = await call('GET', url);
  const { position, status: first, ...same } = accepted;
  expect(first).toBe('received');
  // Who asked is looked up afterwards, by a job.
  expect(['received', 'awaiting-verification']).toContain(DataRequestView.parse(shown.body).status);
  expect(DataRequestView.parse(shown.body)).toMatchObject({ ...same, right: 'access' });
  expect(DataRequestView.parse(shown.body).asOf.position).toBeGreaterThanOrEqual(position);
  expect((await call('GET', `${url.split('?')[0]}?atLeast=x`)).status).toBe(400);
});

test.each(['2026-11-20T10:20:00Z', '2018-05-24T22:00:00Z', '0001-01-01T00:00:00Z'])(
  'received at %s is refused by name, never by value',
  async (receivedAt) => {
    const { status, body } = await open({ receivedAt });
    expect([status, (body as Problem).errors?.[0]?.pointer]).toEqual([400, '/receivedAt']);
    expect(JSON.stringify(body)).not.toContain(receivedAt);
  },
);

test('what a fast clock dated minutes ahead reached us now', async () => {
  const { status, body } = await open({ receivedAt: '2026-11-20T10:04:00Z' });
  expect(status).toBe(202);
  const { receivedAt } = DataRequestAccepted.parse(body);
  expect(receivedAt < '2026-11-20T10:03:00').toBe(true);
});

test('another tenant’s request is not there, exactly like a random one', async () => {
  const { requestId, position } = DataRequestAccepted.parse((await open()).body);
  const ask = (id: string) =>
    call('GET', `/v1/data-requests/${id}?atLeast=${position}`, undefined, stranger);
  const [foreign, random] = [await ask(requestId), await ask(`dr_${'0'.repeat(32)}`)];
  expect([foreign.status, random.status]).toEqual([404, 404]);
  const { traceId: _, instance: __, ...reported } = foreign.body as Problem;
  expect(random.body).toMatchObject(reported);
});

test('nothing of who asks and what they wrote is stored in clear', async () => {
  const identities = { phone: '+33639980177', email: 'fictive@example.org' };
  await open({ identities, statement: 'Je suis Alice Fictive.' });
  const { queryable } = service.app.get(Database);
  const rows = await queryable.query(`SELECT e::text FROM events e UNION ALL
    SELECT d::text FROM data_requests d UNION ALL SELECT i::text FROM idempotency_keys i`);
  expect(rows.length).toBeGreaterThan(1);
  expect(JSON.stringify(rows)).not.toMatch(/639980177|fictive/i);
});

test('anybody may have the keys that check what the platform signed', async () => {
  const answer = await service.app.inject({
    method: 'GET',
    url: '/.well-known/privacy-jwks.json',
  });
  const { keys } = PublicSigningKeys.parse(answer.json());
  expect([answer.statusCode, keys.length]).toEqual([200, 1]);
  expect(answer.headers['cache-control']).toBe('public, max-age=60');
  const jws = await service.app.get(SigningKeys).sign({ a: 1 }, { typ: auditHeadTyp });
  const { protectedHeader } = await compactVerify(jws, createLocalJWKSet({ keys }));
  expect(protectedHeader.kid).toBe(keys[0]?.kid);
});
