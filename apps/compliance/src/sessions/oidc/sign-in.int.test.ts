import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AlertList, AuditPage, OpenedSession, type Problem, StaffPage } from '@tact/contracts';
import { ApiKeys, EventStore, RaisedAlerts, type RunningService } from '@tact/platform';
import { bootCompliance, type ComplianceUnderTest } from '../../testing/boot-compliance.ts';
import {
  Browser,
  clientId,
  clientSecret,
  type Person,
  type ProviderUnderTest,
  startProvider,
} from '../../testing/provider-under-test.ts';

const tenantId = 'acme';
let stage: ComplianceUnderTest;
let service: RunningService;
let provider: ProviderUnderTest;
let origin: string;
let admin: string;
const lines: string[] = [];

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  provider = await startProvider(`${origin}/v1/sessions/oidc/callback`);
  stage = await bootCompliance({
    environment: {
      PORT: String(port),
      TACT_PUBLIC_ORIGIN: origin,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: clientId,
      OIDC_CLIENT_SECRET: clientSecret,
      OIDC_TENANT: tenantId,
      OIDC_GROUPS: 'desk=agent,dpo=compliance,it=admin',
    },
    lines,
  });
  ({ service } = stage);
  const first = { tenantId, scopes: ['admin' as const, 'operator' as const], label: 'first' };
  admin = (await service.app.get(ApiKeys).create(first)).key;
}, 60_000);
afterAll(async () => {
  await stage?.stop();
  await provider?.stop();
});

const api = async (method: string, path: string, payload?: object) => {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${admin}`,
      ...(payload ? { 'content-type': 'application/json' } : {}),
    },
    ...(payload ? { body: JSON.stringify(payload) } : {}),
  });
  const body: unknown = await response.json();
  return { status: response.status, body };
};
const begin = (browser: Browser) => browser.ask(`${origin}/v1/sessions/oidc`);
/** The address with which the provider sends the browser back. */
const sentBack = async (browser: Browser, login: string) => {
  const { next = '' } = await begin(browser);
  return browser.signIn(next, login, `${origin}/v1/sessions/oidc/callback`);
};
const signIn = async (login: string, person: Person, browser = new Browser()) => {
  provider.people.set(login, person);
  return browser.ask(await sentBack(browser, login));
};
const codeIn = (url = '') => new URL(url).hash.replace('#login=', '');
const open = async (url?: string) => {
  const answer = await api('POST', '/v1/sessions', { code: codeIn(url) });
  return answer.status === 201 ? OpenedSession.parse(answer.body) : answer;
};
const ines: Person = {
  email: 'ines@example.org',
  email_verified: true,
  name: 'Inès Martin',
  locale: 'fr-FR',
  groups: ['everybody', 'desk'],
};
const staff = async () => StaffPage.parse((await api('GET', '/v1/staff')).body).items;

test('somebody of a group that has a role is added, signs in, and follows their groups the next time', async () => {
  const first = await signIn('ines', ines);
  expect([first.status, first.next?.split('#')[0]]).toEqual([302, `${origin}/console`]);
  const session = await open(first.next);
  expect(session).toMatchObject({
    openedWith: 'oidc',
    staff: { name: 'Inès Martin', email: 'ines@example.org', roles: ['agent'], language: 'fr' },
  });
  expect(await open(first.next)).toMatchObject({ status: 401 });
  const again = await signIn('ines', { ...ines, groups: ['dpo', 'desk'] });
  expect(await open(again.next)).toMatchObject({ staff: { roles: ['agent', 'compliance'] } });
  const [known, ...others] = await staff();
  expect(others).toEqual([]);
  const { events } = await service.app
    .get(EventStore)
    .load(`staff-${tenantId}-${known?.staffId ?? ''}`);
  expect(events.map(({ type }) => type)).toEqual([
    'StaffAdded',
    'SessionOpened',
    'StaffRolesChanged',
    'SessionOpened',
  ]);
});

test('what the provider’s word changes is in the audit, with the provider as who did it', async () => {
  const actor = `system:oidc:${new URL(provider.issuer).host}`;
  const own = async (staffId: string) => {
    await service.settled();
    const { body } = await api('GET', `/v1/audit-events?subject=${staffId}&actor=${actor}`);
    return AuditPage.parse(body).items.map(({ act, changed }) => [act, changed]);
  };
  await signIn('odile', { ...ines, email: 'odile@example.org' });
  await signIn('odile', { ...ines, email: 'odile@example.org', groups: ['dpo'] });
  const odile = (await staff()).find(({ email }) => email === 'odile@example.org');
  expect(await own(odile?.staffId ?? '')).toEqual([
    ['staff-roles-changed', ['+compliance', '-agent']],
    ['staff-added', ['+agent']],
  ]);
  const request = { name: 'Paul', email: 'paul@example.org', roles: ['agent'], language: 'fr' };
  const { body: paul } = await api('POST', '/v1/staff', request);
  await signIn('paul', { ...ines, email: 'paul@example.org' });
  expect(await own((paul as { staffId: string }).staffId)).toEqual([['staff-linked', undefined]]);
});

test.each([
  ['no group that has a role', { ...ines, email: 'a@example.org', groups: ['everybody'] }],
  ['no groups at all', { email: 'b@example.org', email_verified: true }],
  ['an address that nobody verified', { ...ines, email: 'c@example.org', email_verified: false }],
  ['no address', { groups: ['desk'] }],
])('whoever has %s is refused, and nobody is added', async (_, person) => {
  const before = (await staff()).length;
  const refused = await signIn('stranger', person);
  expect([refused.status, (JSON.parse(refused.text) as Problem).type]).toEqual([
    403,
    '/problems/sign-in-refused',
  ]);
  expect(refused.text).not.toContain('example.org');
  expect(await staff()).toHaveLength(before);
});

test('an answer works once, and only in the browser that began', async () => {
  provider.people.set('ines', ines);
  const [own, other] = [new Browser(), new Browser()];
  const url = await sentBack(own, 'ines');
  await begin(other);
  expect((await other.ask(url)).status).toBe(403);
  // Whoever took it there has used it up: the person begins anew.
  expect((await own.ask(url)).status).toBe(403);
  const fresh = await sentBack(own, 'ines');
  expect((await own.ask(fresh.replace(/code=[^&]+/, 'code=invented'))).status).toBe(403);
  const denied = new URL(await sentBack(own, 'ines'));
  denied.searchParams.delete('code');
  denied.searchParams.set('error', 'access_denied');
  expect((await own.ask(denied.href)).status).toBe(403);
  const last = await sentBack(own, 'ines');
  expect((await own.ask(last)).status).toBe(302);
  expect((await own.ask(last)).status).toBe(403);
  const { setCookie } = await begin(own);
  expect(setCookie[0]).toMatch(/; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
});

test('whoever was dismissed does not come back by the provider', async () => {
  const person = { ...ines, email: 'karim@example.org', groups: ['it'] };
  const entered = await open((await signIn('karim', person)).next);
  const { staffId } = (entered as OpenedSession).staff;
  expect((await api('DELETE', `/v1/staff/${staffId}?force=true`)).status).toBe(200);
  const refused = await signIn('karim', person);
  expect([refused.status, (JSON.parse(refused.text) as Problem).detail]).toEqual([
    403,
    expect.stringContaining('dismissed'),
  ]);
});

test('whoever was erased does not come back by the account of theirs, and is no more than it', async () => {
  const person = { ...ines, email: 'olga@example.org', groups: ['it'] };
  const { staffId } = ((await open((await signIn('olga', person)).next)) as OpenedSession).staff;
  expect((await api('DELETE', `/v1/staff/${staffId}?force=true`)).status).toBe(200);
  expect((await api('POST', `/v1/staff/${staffId}/erasure`, {})).status).toBe(200);
  const before = (await staff()).length;
  for (const email of [person.email, 'olga.other@example.org']) {
    const refused = await signIn('olga', { ...person, email });
    expect([refused.status, (JSON.parse(refused.text) as Problem).detail]).toEqual([
      403,
      expect.stringContaining('dismissed'),
    ]);
  }
  expect(await staff()).toHaveLength(before);
  // Her address is free, as that of nobody: an account that was never hers is somebody new.
  const other = (await open((await signIn('olga-again', person)).next)) as OpenedSession;
  expect(other.staff.staffId).not.toBe(staffId);
  // An administrator may still add her anew: by another address, which her own account then is.
  const request = { name: 'Olga', email: 'o@example.org', roles: ['agent'], language: 'fr' };
  const { staffId: anew } = (await api('POST', '/v1/staff', request)).body as { staffId: string };
  const back = await open((await signIn('olga', { ...person, email: request.email })).next);
  expect((back as OpenedSession).staff.staffId).toBe(anew);
});

test('whoever left all groups is signed out everywhere, and has a role again when a group has', async () => {
  const person = { ...ines, email: 'lea@example.org' };
  const session = (await open((await signIn('lea', person)).next)) as OpenedSession;
  const { staffId } = session.staff;
  const payload = { label: 'own', scopes: ['contacts:read'], actor: staffId };
  const { keyId } = (await api('POST', '/v1/api-keys', payload)).body as { keyId: string };
  expect((await signIn('lea', { ...person, groups: [] })).status).toBe(403);
  expect((await staff()).find((one) => one.staffId === staffId)).toMatchObject({ roles: [] });
  const sessions = (await api('GET', '/v1/sessions?limit=200')).body as {
    items: { sessionId: string; state: string }[];
  };
  const own = sessions.items.find((one) => one.sessionId === session.sessionId);
  expect(own?.state).toBe('ended');
  const keys = (await api('GET', '/v1/api-keys?limit=200')).body as {
    items: { keyId: string; state: string }[];
  };
  expect(keys.items.find((key) => key.keyId === keyId)?.state).toBe('revoked');
  expect((await signIn('lea', person)).status).toBe(302);
});

test('an account is whom it was, whatever its address; an address opens nobody else’s account', async () => {
  const person = { ...ines, email: 'noe@example.org' };
  const first = (await open((await signIn('noe', person)).next)) as OpenedSession;
  const moved = await open((await signIn('noe', { ...person, email: 'noe.b@example.org' })).next);
  expect((moved as OpenedSession).staff.staffId).toBe(first.staff.staffId);
  const taker = await signIn('somebody-else', person);
  expect([taker.status, (JSON.parse(taker.text) as Problem).detail]).toEqual([
    403,
    expect.stringContaining('knows otherwise'),
  ]);
});

test('a link beside the provider is break-glass: it raises an alert until that person comes by the provider', async () => {
  const [known] = await staff();
  const { staffId = '' } = known ?? {};
  const alerts = async () => {
    const items = await service.app.get(RaisedAlerts).ofTenant(tenantId);
    return AlertList.parse({ items }).items.map(({ kind, until }) => [kind, until !== undefined]);
  };
  expect((await api('POST', '/v1/login-links', { staffId })).status).toBe(201);
  expect(await alerts()).toEqual([['break-glass-login', false]]);
  const { events } = await service.app.get(EventStore).load(`staff-${tenantId}-${staffId}`);
  expect(events.at(-1)).toMatchObject({ type: 'LoginLinkMade', data: { isBreakGlass: true } });
  await signIn('ines', ines);
  expect(await alerts()).toEqual([['break-glass-login', true]]);
});

test('no secret of a sign-in is in the log', () => {
  expect(lines.join('\n')).not.toContain(clientSecret);
  expect(lines.join('\n')).not.toMatch(/example\.org|code=|state=/);
});
