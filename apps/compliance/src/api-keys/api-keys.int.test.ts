import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ApiKeyPage,
  ApiKeyView,
  CreatedApiKey,
  type Problem,
  RotatedApiKey,
  HOUR_MS,
  DAY_MS,
} from '@tact/contracts';
import { ApiKeys, Database, EventStore, type RunningService } from '@tact/platform';
import { bootCompliance, type ComplianceUnderTest } from '../testing/boot-compliance.ts';

let stage: ComplianceUnderTest;
let service: RunningService;
let stranger: string;
let tenants = 0;
/** The admin key of a tenant of this test's own. */
let own: { tenantId: string; keyId: string; key: string };
const lines: string[] = [];

const adminOf = async (tenantId: string) => ({
  tenantId,
  ...(await service.app.get(ApiKeys).create({ tenantId, scopes: ['admin'], label: 'first' })),
});

beforeAll(async () => {
  stage = await bootCompliance({ lines });
  ({ service } = stage);
  stranger = (await adminOf('stranger')).key;
}, 60_000);
afterAll(async () => {
  await stage?.stop();
});
beforeEach(async () => {
  tenants += 1;
  own = await adminOf(`tenant-${tenants}`);
});

type Call = { key?: string; payload?: object; idempotencyKey?: string };
const call = async (method: 'GET' | 'POST' | 'DELETE', url: string, options: Call = {}) => {
  const { key = own.key, payload, idempotencyKey } = options;
  const answer = await service.app.inject({
    method,
    url: `/v1/api-keys${url}`,
    headers: {
      authorization: `Bearer ${key}`,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.json<unknown>() };
};
const requested = { label: 'shop', scopes: ['contacts:write', 'scores:read'] };
const create = async (more: object = {}) =>
  CreatedApiKey.parse((await call('POST', '', { payload: { ...requested, ...more } })).body);
const detailOf = ({ body }: { body: unknown }) => (body as Problem).detail;
const statusWith = async (key: string) => (await call('GET', '', { key })).status;
const audited = async () => {
  const { events } = await service.app.get(EventStore).load(`api-keys-${own.tenantId}`);
  return events.map(({ type, subject, data }) => ({ type, subject, data }));
};

test('a key is shown once, opens its scopes, is listed without its text, and its making is audited', async () => {
  const { key, ...view } = await create();
  expect(key).toMatch(/^tact_demo_[\w-]{43}$/);
  expect(view).toMatchObject({ ...requested, state: 'active', isOwn: false });
  // 403, not 401: the key is known, and lacks the scope of this route.
  expect(await statusWith(key ?? '')).toBe(403);
  const listed = async () => ApiKeyPage.parse((await call('GET', '')).body).items;
  let items = await listed();
  // No caller waits for the note of a use: it is there a moment later.
  while (items[1] !== undefined && items[1].lastUsedAt === undefined) items = await listed();
  expect(items.map(({ keyId, isOwn }) => [keyId, isOwn])).toEqual([
    [own.keyId, true],
    [view.keyId, false],
  ]);
  expect(items[1]?.lastUsedAt).toMatch(/T\d\d:00:00\.000Z$/);
  const { tenantId, keyId: by } = own;
  const data = { tenantId, keyId: view.keyId, by, at: view.createdAt, scopes: requested.scopes };
  expect(await audited()).toEqual([
    { type: 'ApiKeyCreated', subject: tenantId, data: { ...data, at: expect.any(String) } },
  ]);
  const secret = key?.split('_').slice(2).join('_') ?? '';
  const rows = await service.app.get(Database).queryable.query(
    `SELECT e::text FROM events e UNION ALL SELECT k::text FROM access.api_keys k
     UNION ALL SELECT i::text FROM idempotency_keys i`,
  );
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(lines.join('\n')).not.toContain(secret);
});

test('a create that is repeated makes one key, and the repeated answer does not have its text', async () => {
  const asked = { payload: requested, idempotencyKey: randomUUID() };
  const first = CreatedApiKey.parse((await call('POST', '', asked)).body);
  const second = CreatedApiKey.parse((await call('POST', '', asked)).body);
  expect(first.key).toBeDefined();
  const { key: _, ...rest } = first;
  expect(second).toEqual(rest);
  // The answer was lost with its process: the same command finds the key it made.
  await service.app
    .get(Database)
    .queryable.query(
      `UPDATE idempotency_keys SET status = NULL, answer = NULL, lease_until = now() - interval '1 s'`,
    );
  const third = CreatedApiKey.parse((await call('POST', '', asked)).body);
  expect([third.keyId, third.key]).toEqual([first.keyId, undefined]);
  expect(await audited()).toHaveLength(1);
});

test('a page of keys leads to the next', async () => {
  for (const label of ['one', 'two', 'three']) await create({ label });
  const labels: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `&cursor=${cursor}`;
    const page = ApiKeyPage.parse((await call('GET', `?limit=2${query}`)).body);
    labels.push(...page.items.map(({ label }) => label));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(labels).toEqual(['first', 'one', 'two', 'three']);
  expect((await call('GET', '?cursor=made-up')).status).toBe(400);
});

describe('what a create may not ask', () => {
  test.each([
    [{ scopes: [] }, '/scopes'],
    [{ scopes: ['everything'] }, '/scopes/0'],
    [{ scopes: ['admin', 'admin'] }, '/scopes'],
    [{ label: '' }, '/label'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
  ])('%j', async (more, pointer) => {
    const { status, body } = await call('POST', '', { payload: { ...requested, ...more } });
    expect([status, (body as Problem).errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  test('without the scope admin, anything', async () => {
    const { key } = await create();
    const { status } = await call('POST', '', { payload: requested, key: key ?? '' });
    expect(status).toBe(403);
  });
});

test('an expired key is told so', async () => {
  const { key, keyId } = await create({
    expiresAt: new Date(Date.now() + HOUR_MS).toISOString(),
  });
  await service.app
    .get(Database)
    .queryable.query(
      `UPDATE access.api_keys SET expires_at = now() - interval '1 s' WHERE key_id = $1`,
      [keyId],
    );
  service.app.get(ApiKeys).forget();
  const refused = await call('GET', '', { key: key ?? '' });
  expect([refused.status, detailOf(refused)]).toEqual([401, expect.stringContaining('expired')]);
  const again = await call('POST', `/${keyId}/rotate`, { payload: {} });
  expect([again.status, detailOf(again)]).toEqual([422, expect.stringContaining('expired')]);
});

describe('a rotation', () => {
  const rotate = (keyId: string, payload: object = {}) =>
    call('POST', `/${keyId}/rotate`, { payload });

  test('gives a successor of the same scopes; the old key works for a day unless another time is said', async () => {
    const old = await create({ scopes: ['admin'] });
    const began = Date.now();
    const made = RotatedApiKey.parse((await rotate(old.keyId)).body);
    expect(made).toMatchObject({ label: old.label, scopes: old.scopes, state: 'active' });
    expect(made.replaced).toMatchObject({ keyId: old.keyId, successorKeyId: made.keyId });
    const ends = Date.parse(made.replaced.expiresAt ?? '') - began;
    expect(ends).toBeGreaterThan(86_399_000);
    expect(ends).toBeLessThan(86_460_000);
    expect(await statusWith(old.key ?? '')).toBe(200);
    expect(await statusWith(made.key ?? '')).toBe(200);
    expect((await audited()).at(-1)).toMatchObject({
      type: 'ApiKeyRotated',
      data: { keyId: old.keyId, successorKeyId: made.keyId, by: own.keyId },
    });
    const twice = await rotate(old.keyId);
    expect([twice.status, detailOf(twice)]).toEqual([422, expect.stringContaining('successor')]);
  });

  test('without overlap ends the old key at once', async () => {
    const old = await create({ scopes: ['admin'] });
    expect(await statusWith(old.key ?? '')).toBe(200);
    const { body } = await rotate(old.keyId, { overlapSeconds: 0 });
    expect(RotatedApiKey.parse(body).replaced.state).toBe('expired');
    const began = performance.now();
    while ((await statusWith(old.key ?? '')) !== 401) {
      expect(performance.now() - began).toBeLessThan(5000);
    }
  });

  test('gives the successor as long a life as the old key had', async () => {
    const old = await create({ expiresAt: new Date(Date.now() + 90 * DAY_MS).toISOString() });
    const made = RotatedApiKey.parse((await rotate(old.keyId)).body);
    const lifeOf = (one: ApiKeyView) => Date.parse(one.expiresAt ?? '') - Date.parse(one.createdAt);
    expect(Math.abs(lifeOf(made) - lifeOf(old))).toBeLessThan(1000);
  });
});

describe('a revocation', () => {
  test('closes the key at once, is audited once, and is there to be seen', async () => {
    const { keyId, key } = await create({ scopes: ['admin'] });
    expect(await statusWith(key ?? '')).toBe(200);
    const revoked = await call('DELETE', `/${keyId}`);
    expect(ApiKeyView.parse(revoked.body)).toMatchObject({ keyId, state: 'revoked' });
    const began = performance.now();
    while ((await statusWith(key ?? '')) !== 401) {
      expect(performance.now() - began).toBeLessThan(5000);
    }
    expect(detailOf(await call('GET', '', { key: key ?? '' }))).toContain('revoked');
    // When the key was last used is written a little later than its revocation.
    expect(await call('DELETE', `/${keyId}`)).toMatchObject(revoked);
    expect((await audited()).map(({ type }) => type)).toEqual(['ApiKeyCreated', 'ApiKeyRevoked']);
  });

  test('of the last key that could make another is refused, unless it is forced', async () => {
    const refused = await call('DELETE', `/${own.keyId}`);
    expect([refused.status, detailOf(refused)]).toEqual([422, expect.stringContaining('force')]);
    // A key that was rotated ends by itself: its successor is the last one.
    const { body } = await call('POST', `/${own.keyId}/rotate`, { payload: {} });
    const successor = RotatedApiKey.parse(body);
    expect((await call('DELETE', `/${successor.keyId}`)).status).toBe(422);
    const path = `/${successor.keyId}?force=true`;
    expect((await call('DELETE', path)).status).toBe(403);
    const scopes = ['api-keys:write', 'operator'] as const;
    const { key } = await service.app
      .get(ApiKeys)
      .create({ tenantId: own.tenantId, scopes, label: 'operator' });
    expect((await call('DELETE', path, { key })).status).toBe(200);
  });

  test('of two admin keys by each other at once leaves one', async () => {
    const other = await create({ scopes: ['admin'] });
    const answers = await Promise.all([
      call('DELETE', `/${other.keyId}`),
      call('DELETE', `/${own.keyId}`, { key: other.key ?? '' }),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 422]));
  });
});

test('another tenant’s key is not there, exactly like a random one', async () => {
  const { keyId } = await create();
  const ask = async (id: string) => {
    const rotated = await call('POST', `/${id}/rotate`, { payload: {}, key: stranger });
    const revoked = await call('DELETE', `/${id}`, { key: stranger });
    return [rotated, revoked].map(({ status, body }) => {
      const { traceId: _, instance: __, ...reported } = body as Problem;
      return { status, reported };
    });
  };
  expect(await ask(keyId)).toEqual(await ask(`ak_${'0'.repeat(20)}`));
  expect((await ask(keyId)).map(({ status }) => status)).toEqual([404, 404]);
  const { items } = ApiKeyPage.parse((await call('GET', '', { key: stranger })).body);
  expect(items.map(({ label }) => label)).toEqual(['first']);
});

describe('the scope operator', () => {
  const operator = async () => {
    const { tenantId } = own;
    const scopes = ['admin', 'operator'] as const;
    return await service.app.get(ApiKeys).create({ tenantId, scopes, label: 'operator' });
  };

  test('is granted by an operator alone, and opens what an admin does not', async () => {
    const asked = { payload: { label: 'watch', scopes: ['operator'] } };
    const refused = await call('POST', '', asked);
    expect([refused.status, detailOf(refused)]).toEqual([403, expect.stringContaining('operator')]);
    const granted = await call('POST', '', { ...asked, key: (await operator()).key });
    const { key = '' } = CreatedApiKey.parse(granted.body);
    const statusOf = async (url: string, bearer: string) => {
      const headers = { authorization: `Bearer ${bearer}` };
      return (await service.app.inject({ method: 'GET', url, headers })).statusCode;
    };
    for (const url of ['/parked-records', '/metrics/tenants', '/v1/projections']) {
      expect([url, await statusOf(url, key), await statusOf(url, own.key)]).toEqual([
        url,
        200,
        403,
      ]);
    }
  });

  test('is kept by a key that an admin would rotate or revoke, and by the last that has it', async () => {
    const { keyId, key } = await operator();
    expect((await call('POST', `/${keyId}/rotate`, { payload: {} })).status).toBe(403);
    expect((await call('DELETE', `/${keyId}?force=true`)).status).toBe(403);
    const refused = await call('DELETE', `/${keyId}`, { key });
    expect([refused.status, detailOf(refused)]).toEqual([
      422,
      expect.stringContaining('all tenants'),
    ]);
    expect((await call('DELETE', `/${keyId}?force=true`, { key })).status).toBe(200);
  });
});
