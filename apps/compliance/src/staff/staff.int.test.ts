import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreatedApiKey,
  type Problem,
  RotatedApiKey,
  type Scope,
  StaffPage,
  StaffView,
} from '@tact/contracts';
import { ApiKeys, Database, EventStore, type RunningService, Vault } from '@tact/platform';
import { bootCompliance, type ComplianceUnderTest } from '../testing/boot-compliance.ts';

let stage: ComplianceUnderTest;
let service: RunningService;
let tenants = 0;
let tenantId: string;
/** A key of the installation, which is nobody's and an operator's. */
let own: string;
const lines: string[] = [];

const keyOf = async (tenant: string, scopes: readonly Scope[]) =>
  (await service.app.get(ApiKeys).create({ tenantId: tenant, scopes, label: 'first' })).key;

beforeAll(async () => {
  stage = await bootCompliance({ lines });
  ({ service } = stage);
}, 60_000);
afterAll(async () => {
  await stage?.stop();
});
beforeEach(async () => {
  tenants += 1;
  tenantId = `tenant-${tenants}`;
  own = await keyOf(tenantId, ['admin', 'operator']);
});

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Call = { key?: string; payload?: object; headers?: Record<string, string> };
const call = async (method: Method, url: string, { key = own, payload, headers }: Call = {}) => {
  const answer = await service.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.json<unknown>() };
};
const ines = {
  name: 'Inès Martin',
  email: 'ines.martin@example.org',
  roles: ['agent'],
  language: 'fr',
};
const add = async (more: object = {}, key = own) =>
  StaffView.parse((await call('POST', '/v1/staff', { key, payload: { ...ines, ...more } })).body);
const detailOf = ({ body }: { body: unknown }) => (body as Problem).detail;
const answerOf = ({ status, body }: { status: number; body: unknown }) => [
  status,
  detailOf({ body }),
];
const bound = (actor: string, scopes: readonly string[], key = own) =>
  call('POST', '/v1/api-keys', { key, payload: { label: 'own', scopes, actor } });
const keyFor = async (actor: string, scopes: readonly string[]) =>
  CreatedApiKey.parse((await bound(actor, scopes)).body);

test('a member of staff is shown by name, and neither name nor address stands anywhere in clear', async () => {
  const { staffId, ...shown } = await add();
  expect(shown).toMatchObject({ ...ines, state: 'active', isOwn: false });
  expect(shown.scopes).toContain('contacts:read');
  const { items } = StaffPage.parse((await call('GET', '/v1/staff')).body);
  expect(items.map((one) => one.name)).toEqual([ines.name]);
  const { events } = await service.app.get(EventStore).load(`staff-${tenantId}-${staffId}`);
  expect(events.map(({ type, subject, data }) => ({ type, subject, data }))).toMatchObject([
    { type: 'StaffAdded', subject: staffId, data: { fullName: ines.name, roles: ['agent'] } },
  ]);
  const rows = await service.app.get(Database).queryable.query(
    `SELECT e::text FROM events e UNION ALL SELECT s::text FROM access.staff s
     UNION ALL SELECT i::text FROM idempotency_keys i`,
  );
  expect(rows.length).toBeGreaterThan(1);
  expect(JSON.stringify(rows)).not.toMatch(/Martin|Inès|ines\.martin|example\.org/i);
  expect(lines.join('\n')).not.toMatch(/Martin|ines\.martin/i);
});

test('an address is one person’s, however it is written, until they are dismissed', async () => {
  const first = await add();
  const again = await call('POST', '/v1/staff', {
    payload: { ...ines, name: 'Somebody', email: 'Ines.Martin@EXAMPLE.org' },
  });
  expect(answerOf(again)).toEqual([409, expect.stringContaining('address')]);
  expect(JSON.stringify(again.body)).not.toMatch(/martin/i);
  expect((await call('DELETE', `/v1/staff/${first.staffId}`)).status).toBe(200);
  expect((await add()).staffId).not.toBe(first.staffId);
  const stranger = await keyOf(`other-${tenants}`, ['admin']);
  expect((await add({}, stranger)).email).toBe(ines.email);
});

test.each([
  [{ name: 'A\r\nBcc: all@example.org' }, '/name'],
  [{ name: '\u202Enitram' }, '/name'],
  [{ name: '  ' }, '/name'],
  [{ email: 'a@example.org\nb@example.org' }, '/email'],
  [{ email: 'nobody' }, '/email'],
  [{ roles: [] }, '/roles'],
  [{ roles: ['agent', 'agent'] }, '/roles'],
  [{ roles: ['owner'] }, '/roles/0'],
  [{ language: 'de' }, '/language'],
])('%j is refused by its place, never by its value', async (more, pointer) => {
  const { status, body } = await call('POST', '/v1/staff', { payload: { ...ines, ...more } });
  expect([status, (body as Problem).errors?.[0]?.pointer]).toEqual([400, pointer]);
});

test('another tenant’s member of staff is not there, exactly like a random one', async () => {
  const { staffId } = await add();
  const key = await keyOf(`other-${tenants}`, ['admin']);
  for (const id of [staffId, `st_${'0'.repeat(32)}`]) {
    expect((await call('GET', `/v1/staff/${id}`, { key })).status).toBe(404);
    expect((await call('DELETE', `/v1/staff/${id}`, { key })).status).toBe(404);
    expect(
      (await call('PUT', `/v1/staff/${id}`, { key, payload: { roles: ['admin'] } })).status,
    ).toBe(404);
    const asked = { label: 'x', scopes: ['contacts:read'], actor: id };
    expect((await call('POST', '/v1/api-keys', { key, payload: asked })).status).toBe(422);
  }
});

test('erased, a member of staff has neither name nor address; what they did stays', async () => {
  const { staffId } = await add();
  await call('DELETE', `/v1/staff/${staffId}`);
  await service.app.get(Vault).destroySubject({ tenantId, subject: staffId });
  const { body } = await call('GET', `/v1/staff/${staffId}`);
  const { name, email, state } = StaffView.parse(body);
  expect([name, email, state]).toEqual([undefined, undefined, 'dismissed']);
  const { events } = await service.app.get(EventStore).load(`staff-${tenantId}-${staffId}`);
  expect(events.map(({ type }) => type)).toEqual(['StaffAdded', 'StaffDismissed']);
});

describe('a key of a person', () => {
  test('lies within their roles, is theirs after a rotation, and dies with their dismissal', async () => {
    const { staffId } = await add();
    const beyond = await bound(staffId, ['contacts:read', 'audit:read']);
    expect([beyond.status, (beyond.body as Problem).errors?.[0]?.pointer]).toEqual([
      422,
      '/scopes',
    ]);
    const { key = '', keyId, actor } = await keyFor(staffId, ['data-requests:write']);
    expect(actor).toBe(staffId);
    const path = `/v1/data-requests/dr_${'0'.repeat(32)}`;
    expect((await call('GET', path, { key })).status).toBe(404);
    const rotated = RotatedApiKey.parse(
      (await call('POST', `/v1/api-keys/${keyId}/rotate`, { payload: {} })).body,
    );
    expect(rotated.actor).toBe(staffId);
    await call('PUT', `/v1/staff/${staffId}`, { payload: { roles: ['crm-ops'] } });
    service.app.get(ApiKeys).forget();
    expect((await call('GET', path, { key })).status).toBe(403);
    await call('DELETE', `/v1/staff/${staffId}`);
    service.app.get(ApiKeys).forget();
    for (const one of [key, rotated.key ?? '']) {
      expect((await call('GET', path, { key: one })).status).toBe(401);
    }
    expect((await bound(staffId, ['signals:write'])).status).toBe(422);
  });

  test('names them in the audit of what it did', async () => {
    const { staffId } = await add({ roles: ['admin'] });
    const { key = '' } = await keyFor(staffId, ['staff:write']);
    const added = await add({ email: 'karim@example.org' }, key);
    const { events } = await service.app.get(EventStore).load(`staff-${tenantId}-${added.staffId}`);
    expect(events[0]).toMatchObject({ actorid: staffId, data: { by: staffId } });
  });
});

describe('who administers and is a person', () => {
  const admin = async () => {
    const { staffId } = await add({ roles: ['admin'], email: 'boss@example.org' });
    const { key = '' } = await keyFor(staffId, ['staff:write', 'api-keys:write']);
    return { staffId, key };
  };

  test('sees no person, neither by roles nor by keys they draw', async () => {
    const { staffId, key } = await admin();
    const other = await add();
    const draw = (payload: object) => call('POST', '/v1/api-keys', { key, payload });
    expect((await call('GET', `/v1/data-requests/dr_${'0'.repeat(32)}`, { key })).status).toBe(403);
    for (const scope of ['contacts:read', 'scores:read', 'admin', 'staff:write', 'operator']) {
      expect((await draw({ label: 'x', scopes: [scope] })).status).toBe(403);
    }
    expect((await draw({ label: 'x', scopes: ['contacts:read'], actor: staffId })).status).toBe(
      422,
    );
    const ofOther = await draw({ label: 'x', scopes: ['contacts:read'], actor: other.staffId });
    expect(answerOf(ofOther)).toEqual([403, expect.stringContaining('their own')]);
    expect((await draw({ label: 'import', scopes: ['signals:write'] })).status).toBe(201);
    const { keyId } = await keyFor(other.staffId, ['contacts:read']);
    const rotate = await call('POST', `/v1/api-keys/${keyId}/rotate`, { key, payload: {} });
    expect(rotate.status).toBe(403);
  });

  test('does not change their own roles', async () => {
    const { staffId, key } = await admin();
    const asked = { key, payload: { roles: ['admin', 'agent'] } };
    const refused = await call('PUT', `/v1/staff/${staffId}`, asked);
    expect(answerOf(refused)).toEqual([422, expect.stringContaining('own roles')]);
  });

  test('the last of them stays, unless the installation itself says otherwise', async () => {
    const { staffId, key } = await admin();
    const path = `/v1/staff/${staffId}`;
    for (const url of [path, `${path}?force=true`]) {
      expect(answerOf(await call('DELETE', url, { key }))).toEqual([
        422,
        expect.stringContaining('Nobody else'),
      ]);
    }
    expect((await call('DELETE', path)).status).toBe(422);
    const fewer = { payload: { roles: ['agent'] } };
    expect((await call('PUT', path, fewer)).status).toBe(422);
    expect((await call('DELETE', `${path}?force=true`)).status).toBe(200);
  });

  test('two of them cannot dismiss each other at once', async () => {
    const [one, other] = [await admin(), await add({ roles: ['admin'], email: 'b@example.org' })];
    const { key = '' } = await keyFor(other.staffId, ['staff:write']);
    const statuses = await Promise.all([
      call('DELETE', `/v1/staff/${other.staffId}`, { key: one.key }),
      call('DELETE', `/v1/staff/${one.staffId}`, { key }),
    ]);
    const [first, second] = statuses.map(({ status }) => String(status)).toSorted();
    expect(first).toBe('200');
    // Whoever came second is refused as the last one, or is known to be dismissed already.
    expect(['401', '422']).toContain(second);
  });
});

describe('a key of nobody', () => {
  test('makes nobody more than it is, and is shown nobody’s code but an operator’s', async () => {
    const narrow = await keyOf(tenantId, ['staff:write']);
    const post = (payload: object) => call('POST', '/v1/staff', { key: narrow, payload });
    expect((await post(ines)).status).toBe(403);
    const { staffId } = await add();
    const put = { key: narrow, payload: { roles: ['crm-ops'] } };
    expect((await call('PUT', `/v1/staff/${staffId}`, put)).status).toBe(403);
    const asked = { payload: { staffId } };
    for (const key of [narrow, await keyOf(tenantId, ['admin'])]) {
      const answer = await call('POST', '/v1/login-links', { key, ...asked });
      expect(answerOf(answer)).toEqual([422, expect.stringContaining('by mail')]);
    }
    const half = await keyOf(tenantId, ['operator', 'staff:write']);
    expect((await call('POST', '/v1/login-links', { key: half, ...asked })).status).toBe(403);
    expect((await call('POST', '/v1/login-links', asked)).status).toBe(201);
  });

  test('ends the last key of a tenant as an operator’s alone', async () => {
    const tenant = `lone-${tenants}`;
    const { keyId, key } = await service.app
      .get(ApiKeys)
      .create({ tenantId: tenant, scopes: ['admin'], label: 'first' });
    const path = `/v1/api-keys/${keyId}?force=true`;
    expect((await call('DELETE', path, { key })).status).toBe(403);
  });
});

test('whoever is invented is said to be so, has no key, and is nobody’s to make but the platform’s', async () => {
  const invented = await add({ isDemo: true, email: 'demo@example.org' });
  expect(invented.isDemo).toBe(true);
  expect((await bound(invented.staffId, ['contacts:read'])).status).toBe(422);
  const { staffId } = await add({ roles: ['admin'], email: 'boss@example.org' });
  const { key = '' } = await keyFor(staffId, ['staff:write']);
  const asked = { key, payload: { ...ines, email: 'x@example.org', isDemo: true } };
  expect((await call('POST', '/v1/staff', asked)).status).toBe(422);
});

test('keys that somebody drew for programs end with their dismissal, which says which they were', async () => {
  await add({ roles: ['admin'], email: 'other@example.org' });
  const { staffId } = await add({ roles: ['admin'], email: 'boss@example.org' });
  const own1 = await keyFor(staffId, ['api-keys:write']);
  const payload = { label: 'import', scopes: ['signals:write'] };
  const drawn = CreatedApiKey.parse(
    (await call('POST', '/v1/api-keys', { key: own1.key ?? '', payload })).body,
  );
  const rotated = RotatedApiKey.parse(
    (
      await call('POST', `/v1/api-keys/${drawn.keyId}/rotate`, {
        key: own1.key ?? '',
        payload: {},
      })
    ).body,
  );
  const { body } = await call('DELETE', `/v1/staff/${staffId}`);
  expect((body as { endedKeyIds: string[] }).endedKeyIds).toEqual(
    [own1.keyId, drawn.keyId, rotated.keyId].toSorted(),
  );
});

test('names of staff are no part of what the audit is read by', async () => {
  const key = await keyOf(tenantId, ['audit:read']);
  expect((await call('GET', '/v1/staff', { key })).status).toBe(403);
});

describe('roles that decide over others, where two people work', () => {
  const person = async (role: string, email: string, scopes: readonly string[]) => {
    const { staffId } = await add({ roles: [role], email });
    return { staffId, key: (await keyFor(staffId, scopes)).key ?? '' };
  };
  const two = async () => ({
    boss: await person('admin', 'boss@example.org', ['staff:write']),
    dpo: await person('compliance', 'dpo@example.org', ['staff:read']),
  });
  const approve = (staffId: string, key: string, roles: readonly string[]) =>
    call('POST', `/v1/staff/${staffId}/approvals`, { key, payload: { roles } });

  test('wait for a second person who was there before, and is neither proposer nor raised', async () => {
    const { boss, dpo } = await two();
    const added = await add(
      { roles: ['admin', 'agent'], email: 'second.mailbox@example.org' },
      boss.key,
    );
    expect(added).toMatchObject({ roles: ['agent'], proposed: { by: boss.staffId } });
    const roles = ['admin', 'agent'];
    expect((await approve(added.staffId, boss.key, roles)).status).toBe(422);
    expect((await approve(added.staffId, own, roles)).status).toBe(422);
    const late = await person('compliance', 'late@example.org', ['staff:read']);
    expect((await approve(added.staffId, late.key, roles)).status).toBe(422);
    expect((await approve(added.staffId, dpo.key, ['admin'])).status).toBe(422);
    const { body } = await approve(added.staffId, dpo.key, roles);
    const after = StaffView.parse(body);
    expect([after.roles, after.proposed]).toEqual([roles, undefined]);
    expect((await approve(added.staffId, dpo.key, roles)).status).toBe(422);
  });

  test.each(['crm-ops', 'compliance', 'admin'])(
    'a second mailbox of who adds it is no second person as %s',
    async (role) => {
      const { boss } = await two();
      const added = await add({ roles: [role], email: 'second.mailbox@example.org' }, boss.key);
      expect(added).toMatchObject({ roles: [], scopes: [], proposed: { by: boss.staffId } });
      for (const key of [boss.key, own]) {
        expect((await approve(added.staffId, key, [role])).status).toBe(422);
      }
      // Neither does it propose, nor agree: no key of it has the scopes.
      for (const scope of ['records:redrive', 'models:write', 'staff:read']) {
        expect((await bound(added.staffId, [scope])).status).toBe(422);
      }
      const plain = await add({ roles: ['agent'], email: 'third@example.org' }, boss.key);
      const raise = { key: boss.key, payload: { roles: ['agent', role] } };
      const { body } = await call('PUT', `/v1/staff/${plain.staffId}`, raise);
      expect(StaffView.parse(body)).toMatchObject({ roles: ['agent'] });
    },
  );

  test('cannot be agreed to by whom they are for, nor given by a key of nobody', async () => {
    const { boss, dpo } = await two();
    const payload = { roles: ['compliance', 'admin'] };
    const raised = await call('PUT', `/v1/staff/${dpo.staffId}`, { key: boss.key, payload });
    expect(StaffView.parse(raised.body)).toMatchObject({ roles: ['compliance'] });
    expect((await approve(dpo.staffId, dpo.key, payload.roles)).status).toBe(422);
    const key = await keyOf(tenantId, ['admin']);
    expect((await call('PUT', `/v1/staff/${dpo.staffId}`, { key, payload })).status).toBe(422);
    // What takes roles away waits for nobody, and ends what was proposed.
    const fewer = { key: boss.key, payload: { roles: ['agent'] } };
    const { body } = await call('PUT', `/v1/staff/${dpo.staffId}`, fewer);
    expect(StaffView.parse(body)).toMatchObject({ roles: ['agent'] });
    expect(StaffView.parse(body).proposed).toBeUndefined();
  });
});
