import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AuditEvent, AuditPage, DAY_MS } from '@tact/contracts';
import { type Database, openDatabase } from '@tact/platform';
import { apiKey, type Constellation, startConstellation } from '../constellation.ts';
import { Business } from '../tenants/business.ts';

let platform: Constellation;
let shop: Business;
let database: Database;

beforeAll(async () => {
  platform = await startConstellation({ TACT_CLOCK: '2026-11-20T10:20:00.000Z' });
  shop = await Business.create(platform, 'shop');
  database = await openDatabase({ url: platform.databaseUrl, schema: 'compliance' });
}, 60_000);
afterAll(async () => {
  await database?.close();
  await platform?.stop();
});

const chainOf = async (asker: Pick<Business, 'call'>): Promise<AuditEvent[]> => {
  await platform.settled();
  return AuditPage.parse((await asker.call('GET', '/v1/audit-events?limit=200')).body).items;
};
const inDemo = () => chainOf(platform);
const inShop = () => chainOf(shop);
const actsIn = (events: readonly AuditEvent[], ...acts: string[]) =>
  events
    .filter(({ act }) => acts.includes(act))
    .map(({ act, actor, about, changed }) => ({ act, actor, about, changed }))
    .toReversed();

/** On the service's own port, where operators call. */
const ask = async (path: string, body: object): Promise<number> => {
  const origin = platform.services.find(({ service }) => service === 'compliance')?.origin ?? '';
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(`${origin}${path}`, init)).status;
};

test('an installation’s first tenant and first key are made by nobody of ours, and the chain begins with them', async () => {
  const events = await inDemo();
  const made = actsIn(events, 'tenant-created', 'first-key-made');
  expect(made).toHaveLength(2);
  expect(made.map(({ actor }) => actor)).toEqual(['system:installation', 'system:installation']);
  const key = made.find(({ act }) => act === 'first-key-made');
  expect(key?.about).toMatch(/^ak_/);
  expect(key?.changed).toContain('+operator');
  expect(events.filter(({ actor }) => actor === 'system:installation')).toHaveLength(2);
});

test('what an operator does to another tenant stands in the audit of both, with what it changed', async () => {
  const settings = { name: 'Shop', defaultCountry: 'BE', whatsapp: null };
  expect((await platform.call('PUT', '/v1/tenants/shop', settings)).status).toBe(200);
  const { status } = await platform.call('POST', '/v1/tenants/shop/keys');
  expect(status).toBe(201);
  const actor = (await inDemo()).find(({ act }) => act === 'other-tenant-created')?.actor;
  expect(actor).toMatch(/^ak_/);
  const theirs = actsIn(
    await inShop(),
    'tenant-created',
    'tenant-settings-changed',
    'api-key-created',
  );
  expect(theirs.map(({ act }) => act)).toEqual([
    'tenant-created',
    'api-key-created',
    'tenant-settings-changed',
    'api-key-created',
  ]);
  expect(theirs.every((one) => one.actor === actor)).toBe(true);
  const changed = theirs[2]?.changed ?? [];
  expect(changed).toEqual(expect.arrayContaining(['name', 'country', 'whatsapp']));
  expect(JSON.stringify(changed)).not.toMatch(/Shop|BE/);
  const own = actsIn(
    await inDemo(),
    'other-tenant-created',
    'other-tenant-changed',
    'other-tenant-key-drawn',
  );
  expect(own.map(({ act, about }) => [act, about])).toEqual([
    ['other-tenant-created', 'shop'],
    ['other-tenant-changed', 'shop'],
    ['other-tenant-key-drawn', 'shop'],
  ]);
  expect(own[1]?.changed).toEqual(changed);
});

test('an operator who looks at a tenant’s settings is seen by that tenant, once an hour', async () => {
  for (let nth = 0; nth < 3; nth += 1) await platform.call('GET', '/v1/tenants/shop');
  const looks = (events: readonly AuditEvent[]) =>
    actsIn(events, 'list-disclosed').filter(({ about }) => about === 'settings');
  expect(looks(await inShop())).toHaveLength(1);
});

test('what is done to all is everybody’s affair, and what is done to one is that one’s', async () => {
  const mailId = randomUUID();
  await database.queryable.query(
    `INSERT INTO outgoing_mails (mail_id, kind, tenant_id, subject, state, queued_at, settled_at)
     VALUES ($1, 'login-link', 'shop', 'shop', 'unknown', now(), now())`,
    [mailId],
  );
  await Business.create(platform, 'bystander');
  const path = `/v1/operations/uncertain-mails/${mailId}`;
  expect(await ask(path, { hasArrived: true })).toBe(200);
  expect(await ask('/v1/projections/data-requests/rebuilds', {})).toBe(202);
  await platform.settled();
  const entries = await database.queryable.query<{ tenant: string; act: string; about: string }>(
    `SELECT tenant_id AS tenant, act, about FROM audit_entries
     WHERE act IN ('mail-settled', 'rebuild-started') ORDER BY act, tenant_id`,
  );
  expect(entries).toEqual([
    { tenant: 'demo', act: 'mail-settled', about: mailId },
    { tenant: 'shop', act: 'mail-settled', about: mailId },
    { tenant: 'bystander', act: 'rebuild-started', about: 'data-requests' },
    { tenant: 'demo', act: 'rebuild-started', about: 'data-requests' },
    { tenant: 'shop', act: 'rebuild-started', about: 'data-requests' },
  ]);
});

test('what is done at the machine is told to every tenant: a copy of all data, and a moved clock, once each', async () => {
  await database.queryable.query(
    `INSERT INTO access.machine_acts (act, actor, about, at)
     VALUES ('backup-taken', 'system:machine', NULL, now())`,
  );
  platform.advance(8 * DAY_MS);
  const reported = async () => {
    const events = await inShop();
    const found = actsIn(events, 'backup-taken', 'clock-moved');
    return found.length >= 2 ? found : undefined;
  };
  let found = await reported();
  while (found === undefined) found = await reported();
  expect(found.map(({ act, actor, about }) => [act, actor, about])).toEqual(
    expect.arrayContaining([
      ['backup-taken', 'system:machine', undefined],
      ['clock-moved', 'system:machine', '691200 s ahead'],
    ]),
  );
  expect(actsIn(await inDemo(), 'backup-taken', 'clock-moved')).toHaveLength(2);
  const left = await database.queryable.query('SELECT FROM access.machine_acts');
  expect(left).toEqual([]);
});
