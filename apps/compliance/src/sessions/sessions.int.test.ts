import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreatedApiKey,
  LoginLink,
  OpenedSession,
  type Problem,
  type Scope,
  SessionPage,
  SignedToken,
  StaffView,
} from '@tact/contracts';
import { ApiKeys, Clock, Database, EventStore, type RunningService } from '@tact/platform';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { bootCompliance, type ComplianceUnderTest } from '../testing/boot-compliance.ts';

const MINUTE_MS = 60_000;
let stage: ComplianceUnderTest;
let service: RunningService;
let tenants = 0;
let tenantId: string;
let own: string;
const lines: string[] = [];

const keyOf = async (tenant: string, scopes: readonly Scope[]) =>
  (await service.app.get(ApiKeys).create({ tenantId: tenant, scopes, label: 'first' })).key;

beforeAll(async () => {
  stage = await bootCompliance({
    environment: { TACT_PUBLIC_ORIGIN: 'http://localhost:8080' },
    lines,
  });
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
type Call = { bearer?: string | undefined; payload?: object; from?: string };
/** Each test calls from an address of its own, because attempts to sign in are counted by it. */
const call = async (method: Method, url: string, { bearer = own, payload, from }: Call = {}) => {
  const answer = await service.app.inject({
    method,
    url,
    remoteAddress: from ?? `192.0.2.${tenants}`,
    headers: bearer === '' ? {} : { authorization: `Bearer ${bearer}` },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.json<unknown>() };
};
const move = (ms: number) => {
  const clock = service.app.get(Clock);
  clock.moveTo(clock.advancedMs + ms);
};
const hire = async (roles: readonly string[], email = 'ines@example.org') => {
  const payload = { name: 'Inès Martin', email, roles, language: 'fr' };
  return StaffView.parse((await call('POST', '/v1/staff', { payload })).body).staffId;
};
const link = async (staffId: string) =>
  LoginLink.parse((await call('POST', '/v1/login-links', { payload: { staffId } })).body);
const enter = (code = '', more: Call = {}) =>
  call('POST', '/v1/sessions', { bearer: '', payload: { code }, ...more });
const signIn = async (staffId: string) =>
  OpenedSession.parse((await enter((await link(staffId)).code)).body);
const sign = (sessionToken: string) =>
  call('POST', '/v1/sessions/current/tokens', { bearer: sessionToken });
const signed = async (sessionToken: string) => SignedToken.parse((await sign(sessionToken)).body);
const detailOf = ({ body }: { body: unknown }) => (body as Problem).detail;
const file = `/v1/data-requests/dr_${'0'.repeat(32)}`;

test('a link signs in once, and its code stands in no table, log or address', async () => {
  const staffId = await hire(['agent']);
  const { code = '', url } = await link(staffId);
  expect(url).toBe(`http://localhost:8080/console#login=${code}`);
  const opened = await enter(code);
  expect(opened.status).toBe(201);
  const { sessionToken, staff, ...session } = OpenedSession.parse(opened.body);
  expect(session).toMatchObject({ staffId, openedWith: 'link', state: 'open', isOwn: true });
  expect(staff).toMatchObject({ staffId, name: 'Inès Martin', isOwn: true });
  const again = await enter(code);
  expect([again.status, detailOf(again)]).toEqual([401, expect.stringContaining('opens nothing')]);
  const rows = await service.app.get(Database).queryable.query(
    `SELECT e::text FROM events e UNION ALL SELECT t::text FROM tokens t
     UNION ALL SELECT s::text FROM access.sessions s UNION ALL SELECT i::text FROM idempotency_keys i`,
  );
  for (const secret of [code, sessionToken]) {
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(lines.join('\n')).not.toContain(secret);
  }
  const { events } = await service.app.get(EventStore).load(`staff-${tenantId}-${staffId}`);
  expect(events.map(({ type }) => type)).toEqual(['StaffAdded', 'LoginLinkMade', 'SessionOpened']);
});

test('a code that is cut, invented, expired, another’s purpose or of somebody dismissed opens nothing', async () => {
  const staffId = await hire(['agent']);
  const { sessionToken } = await signIn(staffId);
  const { code: cut = '' } = await link(staffId);
  for (const wrong of [
    cut.slice(1),
    `${cut}A`,
    'A'.repeat(43),
    sessionToken,
    own,
    '../..',
    '%00',
  ]) {
    expect((await enter(wrong)).status).toBe(401);
  }
  expect((await enter('')).status).toBe(400);
  const { code: late } = await link(staffId);
  move(15 * MINUTE_MS);
  expect((await enter(late)).status).toBe(401);
  const { code: dismissed } = await link(staffId);
  await call('DELETE', `/v1/staff/${staffId}`);
  expect((await enter(dismissed)).status).toBe(401);
  expect((await call('POST', '/v1/login-links', { payload: { staffId } })).status).toBe(422);
});

test('a code that two enter at once signs in one of them', async () => {
  const { code } = await link(await hire(['agent']));
  const statuses = await Promise.all(Array.from({ length: 8 }, () => enter(code)));
  expect(statuses.map(({ status }) => String(status)).toSorted()).toEqual([
    '201',
    ...Array.from({ length: 7 }, () => '401'),
  ]);
});

test('a thousand codes of one address are refused as too many, and another address signs in', async () => {
  const { code } = await link(await hire(['agent']));
  const counts: Record<number, number> = {};
  for (let nth = 0; nth < 1000; nth += 1) {
    const { status } = await enter(`${nth}`.padStart(43, 'x'), { from: '198.51.100.7' });
    counts[status] = (counts[status] ?? 0) + 1;
  }
  expect(counts).toEqual({ 401: 60, 429: 940 });
  expect((await enter(code)).status).toBe(201);
});

describe('a signed token', () => {
  test('opens what the roles open now, says no name, and is verified by the public keys alone', async () => {
    const staffId = await hire(['agent']);
    const { sessionToken, sessionId } = await signIn(staffId);
    const { token, scopes } = await signed(sessionToken);
    expect(scopes).toContain('data-requests:write');
    expect((await call('GET', file, { bearer: token })).status).toBe(404);
    expect((await call('GET', '/v1/staff', { bearer: token })).status).toBe(403);
    const keys = createRemoteJWKSet(new URL('/.well-known/privacy-jwks.json', service.origin));
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      currentDate: service.app.get(Clock).now(),
    });
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'tact-person+jwt' });
    const { iat = 0, exp = 0, ...claims } = payload;
    expect(claims).toEqual({ iss: 'tact', sub: staffId, tenant: tenantId, sid: sessionId, scopes });
    expect(exp - iat).toBe(300);
    await call('PUT', `/v1/staff/${staffId}`, { payload: { roles: ['crm-ops'] } });
    const began = performance.now();
    while ((await call('GET', file, { bearer: token })).status !== 403) {
      expect(performance.now() - began).toBeLessThan(5000);
    }
  });

  test('lives for five minutes, and not when it was cut, changed or signed for something else', async () => {
    const { sessionToken } = await signIn(await hire(['agent']));
    const { token } = await signed(sessionToken);
    const [head = '', payload = '', signature = ''] = token.split('.');
    const richer = Buffer.from(
      Buffer.from(payload, 'base64url').toString().replace('contacts:read', 'admin'),
    ).toString('base64url');
    const none = Buffer.from('{"alg":"none","typ":"tact-person+jwt"}').toString('base64url');
    const wrong = [
      token.slice(0, -2),
      `${head}.${richer}.${signature}`,
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${head}.${payload}`,
      `eyJ${'A'.repeat(8000)}`,
    ];
    for (const bearer of wrong) expect((await call('GET', file, { bearer })).status).toBe(401);
    move(5 * MINUTE_MS);
    const late = await call('GET', file, { bearer: token });
    expect([late.status, detailOf(late)]).toEqual([401, expect.stringContaining('expired')]);
  });

  test('dies with its session and with the dismissal of its person, within five seconds', async () => {
    const staffId = await hire(['agent']);
    const [one, other] = [await signIn(staffId), await signIn(staffId)];
    const tokens = [await signed(one.sessionToken), await signed(other.sessionToken)];
    for (const { token } of tokens) {
      expect((await call('GET', file, { bearer: token })).status).toBe(404);
    }
    const refused = async (bearer: string, word: string) => {
      const began = performance.now();
      let answer = await call('GET', file, { bearer });
      while (answer.status !== 401) {
        expect(performance.now() - began).toBeLessThan(5000);
        answer = await call('GET', file, { bearer });
      }
      expect(detailOf(answer)).toContain(word);
    };
    expect(
      (await call('DELETE', '/v1/sessions/current', { bearer: one.sessionToken })).status,
    ).toBe(200);
    await refused(tokens[0]?.token ?? '', 'sign in again');
    expect((await sign(one.sessionToken)).status).toBe(401);
    expect((await sign(other.sessionToken)).status).toBe(200);
    await call('DELETE', `/v1/staff/${staffId}`);
    await refused(tokens[1]?.token ?? '', 'no member of staff');
    expect((await sign(other.sessionToken)).status).toBe(401);
  });
});

test('nothing that opens one door opens another', async () => {
  const staffId = await hire(['admin']);
  const { sessionToken } = await signIn(staffId);
  const { token } = await signed(sessionToken);
  const asked = { label: 'own', scopes: ['staff:write'], actor: staffId };
  const { key = '' } = CreatedApiKey.parse(
    (await call('POST', '/v1/api-keys', { payload: asked })).body,
  );
  expect((await call('GET', '/v1/staff', { bearer: sessionToken })).status).toBe(401);
  expect((await call('GET', '/v1/staff', { bearer: key })).status).toBe(200);
  for (const bearer of [token, key, own, '']) {
    expect((await call('POST', '/v1/sessions/current/tokens', { bearer })).status).toBe(401);
    expect((await call('DELETE', '/v1/sessions/current', { bearer })).status).toBe(401);
  }
  expect((await enter(token.slice(0, 200))).status).toBe(401);
});

test('a session ends after half an hour without use, and after half a day in any case', async () => {
  const staffId = await hire(['agent']);
  const idle = await signIn(staffId);
  const busy = await signIn(staffId);
  for (let minutes = 0; minutes < 720 - 20; minutes += 20) {
    move(20 * MINUTE_MS);
    expect((await sign(busy.sessionToken)).status).toBe(200);
  }
  expect((await sign(idle.sessionToken)).status).toBe(401);
  move(20 * MINUTE_MS);
  expect((await sign(busy.sessionToken)).status).toBe(401);
  const { items } = SessionPage.parse((await call('GET', '/v1/sessions')).body);
  expect(items.map(({ state }) => state)).toEqual(['expired', 'expired']);
});

test('everybody sees and ends their own sessions, who administers those of all, nobody another tenant’s', async () => {
  const [agent, admin] = [await hire(['agent']), await hire(['admin'], 'boss@example.org')];
  const [first, second] = [await signIn(agent), await signIn(admin)];
  const { token: asAgent } = await signed(first.sessionToken);
  const { token: asAdmin } = await signed(second.sessionToken);
  const seen = async (bearer: string) =>
    SessionPage.parse((await call('GET', '/v1/sessions', { bearer })).body).items;
  expect((await seen(asAgent)).map(({ staffId, isOwn }) => [staffId, isOwn])).toEqual([
    [agent, true],
  ]);
  expect(await seen(asAdmin)).toHaveLength(2);
  const foreign = await keyOf(`other-${tenants}`, ['admin']);
  expect(await seen(foreign)).toEqual([]);
  const nobody = await keyOf(tenantId, ['scores:read']);
  expect((await call('GET', '/v1/sessions', { bearer: nobody })).status).toBe(403);
  const end = async (id: string, bearer: string) =>
    (await call('DELETE', `/v1/sessions/${id}`, { bearer })).status;
  expect(await end(second.sessionId, asAgent)).toBe(404);
  expect(await end(first.sessionId, foreign)).toBe(404);
  expect(await end(`se_${'0'.repeat(32)}`, asAdmin)).toBe(404);
  expect(await end(first.sessionId, asAdmin)).toBe(200);
  expect((await sign(first.sessionToken)).status).toBe(401);
});

test('a member of staff makes links for themselves alone', async () => {
  const [agent, admin] = [await hire(['agent']), await hire(['admin'], 'boss@example.org')];
  const { token } = await signed((await signIn(admin)).sessionToken);
  const ask = (staffId: string, bearer = token) =>
    call('POST', '/v1/login-links', { bearer, payload: { staffId } });
  expect((await ask(agent)).status).toBe(422);
  expect((await ask(admin)).status).toBe(201);
  const foreign = await keyOf(`other-${tenants}`, ['admin']);
  expect((await ask(agent, foreign)).status).toBe(404);
});
