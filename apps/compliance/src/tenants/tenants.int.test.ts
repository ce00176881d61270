import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreatedTenant,
  type Problem,
  Scope,
  TenantKey,
  TenantPage,
  tenantScopes,
  TenantView,
} from '@tact/contracts';
import {
  ApiKeys,
  bootService,
  createLog,
  Database,
  EventStore,
  type RunningService,
  Tenants,
} from '@tact/platform';
import { testDatabase, type TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { complianceService } from '../compliance-service.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
let operator: string;
let count = 0;
const lines: string[] = [];

const boot = () =>
  bootService(complianceService, {
    environment: {
      DATABASE_URL: server.url,
      TACT_HOME: home,
      TACT_MODE: 'embedded',
      WHATSAPP_APP_SECRET: 'secret of the installation',
      WHATSAPP_VERIFY_TOKEN: 'token of the installation',
      WHATSAPP_WABA_IDS: '990010000000101,990010000000102',
    },
    log: createLog({
      service: 'compliance',
      level: 'debug',
      destination: { write: (line: string) => void lines.push(line) },
    }),
  });

beforeAll(async () => {
  server = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-tenants-'));
  service = await boot();
  const asked = { tenantId: 'demo', scopes: Scope.options, label: 'operator' };
  operator = (await service.app.get(ApiKeys).create(asked)).key;
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

type Call = { key?: string; payload?: object; idempotencyKey?: string };
const call = async (method: 'GET' | 'POST' | 'PUT', url: string, options: Call = {}) => {
  const { key = operator, payload, idempotencyKey } = options;
  const answer = await service.app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${key}`,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.json<unknown>() };
};

const account = (wabaId: string) => ({
  appSecret: `secret-of-${wabaId}`,
  verifyToken: `token-of-${wabaId}`,
  wabaIds: [wabaId],
  senders: [`${wabaId}1`],
});
const dpo = { name: 'Zoe Quessard', email: 'zoe.quessard@example.com' };
const nextSlug = () => `shop-${(count += 1)}`;
const create = async (more: object = {}, slug = nextSlug()) => {
  const payload = { slug, name: 'Maison Zelie', defaultCountry: 'FR', ...more };
  return await call('POST', '/v1/tenants', { payload });
};
const made = async (more: object = {}) => CreatedTenant.parse((await create(more)).body);
const problem = ({ status, body }: { status: number; body: unknown }) => ({
  status,
  slug: (body as Problem).type?.split('/').at(-1),
  pointers: (body as Problem).errors?.map(({ pointer }) => pointer),
});
const typesOf = async (slug: string) => {
  const { events } = await service.app.get(EventStore).load(`tenant-${slug}`);
  return events.map(({ type }) => type);
};

test('a tenant is made with its first key, which may do all there and nothing to others', async () => {
  const slug = nextSlug();
  const whatsapp = account('700001');
  const answer = await create({ dpo, whatsapp, languages: ['fr'] }, slug);
  expect(answer.status).toBe(201);
  const { apiKey = '', keyId, scopes, ...view } = CreatedTenant.parse(answer.body);
  expect([apiKey, scopes]).toEqual([expect.stringMatching(/^tact_demo_[\w-]{43}$/), tenantScopes]);
  expect(view).toMatchObject({
    slug,
    name: 'Maison Zelie',
    defaultCountry: 'FR',
    defaultZone: 'Europe/Paris',
    languages: ['fr'],
    lawfulBasis: { marketing: 'consent', 'service-message': 'contract' },
    dpo,
    whatsapp: {
      wabaIds: ['700001'],
      senders: ['7000011'],
      hasAppSecret: true,
      hasVerifyToken: true,
      webhookPath: `/v1/webhooks/whatsapp/${slug}`,
      isOfInstallation: false,
    },
  });
  expect((await call('GET', '/v1/tenant', { key: apiKey })).body).toEqual(view);
  expect((await call('GET', `/v1/tenants/${slug}`)).body).toEqual(view);
  for (const path of ['/v1/tenants', `/v1/tenants/${slug}`, '/parked-records']) {
    expect([path, (await call('GET', path, { key: apiKey })).status]).toEqual([path, 403]);
  }
  expect(await typesOf(slug)).toEqual(['TenantCreated']);
  const { events } = await service.app.get(EventStore).load(`api-keys-${slug}`);
  expect(events).toMatchObject([{ type: 'ApiKeyCreated', data: { tenantId: slug, keyId } }]);
});

test('secrets and the officer are sealed in rows and events, in no log and in no answer', async () => {
  const { slug, apiKey = '' } = await made({ dpo, whatsapp: account('700002') });
  const queryable = service.app.get(Database).queryable;
  const rows = await queryable.query(
    `SELECT t::text FROM access.tenants t UNION ALL SELECT i::text FROM idempotency_keys i
     UNION ALL SELECT encode(e.packed, 'escape') || e::text FROM events e
     UNION ALL SELECT e::text FROM events e`,
  );
  const kept = JSON.stringify([rows, lines]);
  for (const text of ['secret-of-700002', 'token-of-700002', 'Quessard', apiKey.slice(10)]) {
    expect(kept).not.toContain(text);
  }
  const shown = JSON.stringify([
    await call('GET', `/v1/tenants/${slug}`),
    await call('GET', '/v1/tenants'),
    await call('GET', '/v1/tenant', { key: apiKey }),
  ]);
  expect(shown).not.toMatch(/secret-of|token-of/);
  const settings = await service.app.get(Tenants).of(slug);
  expect(settings).toMatchObject({ dpo, whatsapp: { appSecret: 'secret-of-700002' } });
});

test('where the business is reached is shown to it, sealed, and never begins a header of its own', async () => {
  const contact = {
    postalAddress: '4 rue des Acacias, 75020 Paris, France',
    email: 'accueil.acacias@example.com',
    phone: '+33 6 39 98 00 00',
  };
  const replyTo = 'reponses.acacias@example.com';
  const { slug, contact: shown, replyTo: answers } = await made({ contact, replyTo });
  expect([shown, answers]).toEqual([contact, replyTo]);
  const read = () => service.app.get(Tenants).of(slug);
  // The word of it is on its way from the database.
  while ((await read()) === undefined) await setImmediate();
  expect(await read()).toMatchObject({ contact, replyTo });
  const rows = await service.app.get(Database).queryable.query(
    `SELECT t::text FROM access.tenants t
       UNION ALL SELECT encode(e.packed, 'escape') || e::text FROM events e`,
  );
  expect(JSON.stringify([rows, lines])).not.toMatch(/acacias|39 98 00 00/i);
  const refused: readonly (readonly [object, string])[] = [
    [{ name: 'Zelie\r\nBcc: x@example.org' }, '/name'],
    [{ name: 'Zelie\u202egro.elpmaxe' }, '/name'],
    [{ name: 'Zelie\u061c' }, '/name'],
    [{ name: '=?utf-8?B?QmFuaw==?=' }, '/name'],
    [{ dpo: { ...dpo, name: '=?utf-8?B?QmFuaw==?=' } }, '/dpo/name'],
    [{ replyTo: 'a@example.org\r\nBcc: b@example.org' }, '/replyTo'],
    [{ replyTo: 'a@example.org, b@example.org' }, '/replyTo'],
    [{ contact: { email: 'Zoe <a@example.org>' } }, '/contact/email'],
    [{ contact: { postalAddress: 'Paris\nBcc: x' } }, '/contact/postalAddress'],
    [{ contact: { email: 'a@example.org', phone: '+33\n1' } }, '/contact/phone'],
    [{ contact: { phone: '+33 6 39 98 00 00' } }, '/contact'],
  ];
  for (const [more, pointer] of refused) {
    expect(problem(await create(more))).toMatchObject({ status: 400, pointers: [pointer] });
  }
});

test('a slug that is taken and an account of another tenant are refused, and nothing is left of it', async () => {
  const { slug } = await made({ whatsapp: account('700003') });
  const again = { name: 'Maison Zelie', defaultCountry: 'FR' };
  for (const [taken, more] of [
    [slug, {}],
    ['demo', {}],
    [nextSlug(), { whatsapp: account('700003') }],
    [nextSlug(), { whatsapp: account('990010000000101') }],
  ] as const) {
    const refused = await create(more, taken);
    expect(problem(refused)).toMatchObject({ status: 409, slug: 'already-taken' });
  }
  expect((await call('GET', `/v1/tenants/shop-${count}`)).status).toBe(404);
  const { apiKey = '', slug: taker } = await made({ whatsapp: account('700004') });
  const whatsapp = { wabaIds: ['700004', '700003'] };
  const payload = { ...again, whatsapp };
  const own = `/v1/tenants/${taker}`;
  expect(problem(await call('PUT', own, { payload }))).toMatchObject({
    status: 409,
    slug: 'already-taken',
  });
  // An account that was given up is free.
  await call('PUT', `/v1/tenants/${slug}`, { payload: { ...again, whatsapp: null } });
  // Whose accounts are whose an operator says, and nobody else finds out.
  for (const wabaId of ['700003', '700099']) {
    const named = { ...again, whatsapp: { wabaIds: ['700004', wabaId] } };
    expect((await call('PUT', '/v1/tenant', { key: apiKey, payload: named })).status).toBe(403);
  }
  expect((await call('PUT', own, { payload })).status).toBe(200);
});

test('of two tenants that take an account at once one has it', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => create({ whatsapp: account('700005') })));
  expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
    201, 409, 409,
  ]);
});

test.each([
  ['a country there is none of', { defaultCountry: 'XX' }, '/defaultCountry'],
  ['a country by another code', { defaultCountry: 'UK' }, '/defaultCountry'],
  ['a zone there is none of', { defaultZone: 'Mars/Olympus' }, '/defaultZone'],
  ['an offset', { defaultZone: '+01:00' }, '/defaultZone'],
  ['a country whose zone would be a guess', { defaultCountry: 'FM' }, '/defaultZone'],
  ['a language nobody writes here', { languages: ['de'] }, '/languages/0'],
  ['no language', { languages: [] }, '/languages'],
  [
    'marketing by interest',
    { lawfulBasis: { marketing: 'legitimate-interest' } },
    '/lawfulBasis/marketing',
  ],
  ['a name of two lines', { name: 'Maison\r\nBcc: x' }, '/name'],
  ['an account without its secret', { whatsapp: { wabaIds: ['1'] } }, '/whatsapp/appSecret'],
])('%s is refused with its place', async (_what, more, pointer) => {
  expect(problem(await create(more))).toMatchObject({ status: 400, pointers: [pointer] });
});

test('a slug of 39 letters is one, of 40 and in capitals none', async () => {
  expect((await create({}, `a${'b'.repeat(38)}`)).status).toBe(201);
  expect((await create({}, `a${'b'.repeat(37)}`)).status).toBe(201);
  for (const slug of [`a${'b'.repeat(39)}`, 'Acme', '1st', 'a_b', '']) {
    expect([slug, (await create({}, slug)).status]).toEqual([slug, 400]);
  }
});

describe('settings', () => {
  test('are set as a whole, keep secrets that are left out, and are told where they differ', async () => {
    const { slug, apiKey = '' } = await made({ dpo, whatsapp: account('700010') });
    const put = async (payload: object) =>
      TenantView.parse((await call('PUT', '/v1/tenant', { key: apiKey, payload })).body);
    const base = { name: 'Zelie & Cie', defaultCountry: 'BE' };
    const whatsapp = { wabaIds: ['700010'], senders: [] };
    const view = await put({ ...base, whatsapp });
    expect(view).toMatchObject({ name: 'Zelie & Cie', defaultZone: 'Europe/Brussels' });
    expect(view.dpo).toBeUndefined();
    expect(await put({ ...base, whatsapp })).toEqual(view);
    const read = async () => (await service.app.get(Tenants).of(slug))?.whatsapp;
    expect(await read()).toMatchObject({ appSecret: 'secret-of-700010', wabaIds: ['700010'] });
    await put({ ...base, whatsapp: { ...whatsapp, appSecret: 'another-secret' } });
    // The word of it is on its way from the database.
    while ((await read())?.appSecret !== 'another-secret') await setImmediate();
    expect(await read()).toMatchObject({ verifyToken: 'token-of-700010' });
    expect((await put(base)).whatsapp).toMatchObject({ wabaIds: ['700010'] });
    expect((await put({ ...base, whatsapp: null })).whatsapp).toBeUndefined();
    const { events } = await service.app.get(EventStore).load(`tenant-${slug}`);
    const stored = events.map(({ type, data }) => [type, (data as { newSecrets?: [] }).newSecrets]);
    expect(stored).toEqual([
      ['TenantCreated', undefined],
      ['TenantSettingsChanged', []],
      ['TenantSettingsChanged', ['app-secret']],
      ['TenantSettingsChanged', []],
    ]);
  });

  test('keep lawful bases that are left out, and rest on an interest only with its test', async () => {
    const { apiKey: key = '' } = await made();
    const base = { name: 'Zelie', defaultCountry: 'FR' };
    const put = (more: object) => call('PUT', '/v1/tenant', { key, payload: { ...base, ...more } });
    const lawfulBasis = { 'signal-analysis': 'legitimate-interest' };
    const refused = await put({ lawfulBasis });
    expect(problem(refused)).toMatchObject({
      status: 422,
      pointers: ['/balancingTests/signal-analysis'],
    });
    const balancingTests = { 'signal-analysis': { reference: 'LIA 2026-04', on: '2026-04-01' } };
    const held = { lawfulBasis, balancingTests };
    expect((await put(held)).body).toMatchObject(held);
    expect((await put({})).body).toMatchObject(held);
    const usual = TenantView.parse((await put({ lawfulBasis: null })).body);
    expect([usual.lawfulBasis['signal-analysis'], usual.balancingTests]).toEqual([
      'consent',
      undefined,
    ]);
  });

  test('are changed by whoever read them last, and read with the scope that changes them', async () => {
    const { slug } = await made();
    const key = (
      await service.app
        .get(ApiKeys)
        .create({ tenantId: slug, scopes: ['tenant:write'], label: 'own' })
    ).key;
    const { version } = TenantView.parse((await call('GET', '/v1/tenant', { key })).body);
    const payload = { name: 'One', defaultCountry: 'FR', expectedVersion: version };
    expect((await call('PUT', '/v1/tenant', { key, payload })).status).toBe(200);
    const late = { ...payload, name: 'Two' };
    expect((await call('PUT', '/v1/tenant', { key, payload: late })).status).toBe(409);
  });

  test('of another tenant are an operator’s to set, and of nobody are not found', async () => {
    const payload = { name: 'Zelie', defaultCountry: 'FR' };
    const { slug, apiKey = '' } = await made();
    expect((await call('PUT', `/v1/tenants/${slug}`, { key: apiKey, payload })).status).toBe(403);
    expect((await call('PUT', `/v1/tenants/${slug}`, { payload })).status).toBe(200);
    expect((await call('PUT', '/v1/tenants/nobody', { payload })).status).toBe(404);
  });
});

describe('the first tenant', () => {
  test('is there from the start, with the account of the environment until it names its own', async () => {
    const url = '/v1/tenants/demo';
    const { body } = await call('GET', url);
    expect(body).toMatchObject({ slug: 'demo', whatsapp: { isOfInstallation: true } });
    expect(body).not.toHaveProperty('defaultCountry');
    const payload = { name: 'Demo', defaultCountry: 'CI' };
    const renamed = TenantView.parse((await call('PUT', url, { payload })).body);
    expect(renamed).toMatchObject({
      name: 'Demo',
      defaultZone: 'Africa/Abidjan',
      whatsapp: { isOfInstallation: true },
    });
    const whatsapp = account('990010000000102');
    const owning = await call('PUT', url, { payload: { ...payload, whatsapp } });
    expect(owning.body).toMatchObject({ whatsapp: { isOfInstallation: false } });
    const settings = await service.app.get(Tenants).of('demo');
    expect(settings?.whatsapp?.appSecret).toBe('secret-of-990010000000102');
  });

  test('is made once: a start again changes nothing of it', async () => {
    const before = await call('GET', '/v1/tenants/demo');
    const types = await typesOf('demo');
    await service.stop();
    service = await boot();
    expect(await call('GET', '/v1/tenants/demo')).toEqual(before);
    expect(await typesOf('demo')).toEqual(types);
  });
});

test('all tenants are listed by pages in the order of their slugs', async () => {
  const slugs: string[] = [];
  let query = '?limit=3';
  for (;;) {
    const page = TenantPage.parse((await call('GET', `/v1/tenants${query}`)).body);
    slugs.push(...page.items.map(({ slug }) => slug));
    if (page.nextCursor === undefined) break;
    query = `?limit=3&cursor=${page.nextCursor}`;
  }
  expect(slugs).toEqual([...new Set(slugs)].toSorted());
  expect(slugs).toEqual(expect.arrayContaining(['demo', 'shop-1']));
});

test('a create that is repeated makes one tenant, and says its key once', async () => {
  const slug = nextSlug();
  const payload = { slug, name: 'Maison Zelie', defaultCountry: 'FR' };
  const asked = { payload, idempotencyKey: randomUUID() };
  const first = CreatedTenant.parse((await call('POST', '/v1/tenants', asked)).body);
  // The process ended before its answer was kept.
  await service.app
    .get(Database)
    .queryable.query(
      `UPDATE idempotency_keys SET status = NULL, answer = NULL, lease_until = now() - interval '1 s'`,
    );
  const second = CreatedTenant.parse((await call('POST', '/v1/tenants', asked)).body);
  const { apiKey, ...rest } = first;
  expect([typeof apiKey, second]).toEqual(['string', rest]);
  expect(await typesOf(slug)).toEqual(['TenantCreated']);
  const another = await call('POST', '/v1/tenants', { payload, idempotencyKey: randomUUID() });
  expect(another.status).toBe(409);
});

test('an operator draws another first key for a tenant that was shut out, and nobody else does', async () => {
  const { slug, apiKey = '', keyId } = await made();
  const path = `/v1/tenants/${slug}/keys`;
  expect((await call('POST', path, { key: apiKey })).status).toBe(403);
  const drawn = TenantKey.parse((await call('POST', path)).body);
  expect(drawn).toMatchObject({ scopes: tenantScopes });
  expect(drawn.keyId).not.toBe(keyId);
  expect((await call('GET', '/v1/tenant', { key: drawn.apiKey ?? '' })).status).toBe(200);
  const { events } = await service.app.get(EventStore).load(`api-keys-${slug}`);
  expect(events.map(({ type }) => type)).toEqual(['ApiKeyCreated', 'ApiKeyCreated']);
  expect((await call('POST', '/v1/tenants/nobody/keys')).status).toBe(404);
});
