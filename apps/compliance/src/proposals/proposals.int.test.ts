import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreatedApiKey,
  HOUR_MS,
  type Problem,
  ProposalPage,
  ProposalView,
  type Role,
  type Scope,
  scopesOfRole,
  StaffView,
} from '@tact/contracts';
import {
  ApiKeys,
  Clock,
  Database,
  EventStore,
  Proposals,
  RaisedAlerts,
  type RunningService,
} from '@tact/platform';
import { bootCompliance, type ComplianceUnderTest } from '../testing/boot-compliance.ts';

let stage: ComplianceUnderTest;
let service: RunningService;
let tenants = 0;
let tenantId: string;
/** A key of the installation, which is nobody's and an operator's. */
let operator: string;

const keyOf = async (scopes: readonly Scope[], tenant = tenantId) =>
  (await service.app.get(ApiKeys).create({ tenantId: tenant, scopes, label: 'first' })).key;

beforeAll(async () => {
  stage = await bootCompliance({ environment: { TACT_CLOCK: '2026-11-20T10:00:00Z' } });
  ({ service } = stage);
}, 60_000);
afterAll(async () => {
  await stage?.stop();
});
beforeEach(async () => {
  tenants += 1;
  tenantId = `tenant-${tenants}`;
  operator = await keyOf(['admin', 'operator']);
});

const call = async (
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  key: string,
  payload?: object,
) => {
  const headers = { authorization: `Bearer ${key}` };
  const sent = payload === undefined ? { method, url, headers } : { method, url, headers, payload };
  const answer = await service.app.inject(sent);
  return { status: answer.statusCode, body: answer.json<Problem>() };
};
/** Somebody of the tenant, and a key with all that the role may: drawn by an operator, who needs nobody. */
const hire = async (role: Role, more: object = {}) => {
  const person = { name: `Someone ${role}`, email: `${role}.${tenants}@example.org` };
  const asked = { ...person, roles: [role], language: 'fr', ...more };
  const { staffId } = StaffView.parse((await call('POST', '/v1/staff', operator, asked)).body);
  const drawn = { label: 'own', scopes: scopesOfRole[role], actor: staffId };
  const key = CreatedApiKey.parse((await call('POST', '/v1/api-keys', operator, drawn)).body).key;
  return { staffId, key: key ?? '' };
};
type Person = Awaited<ReturnType<typeof hire>>;
const desk = { label: 'desk', scopes: ['staff:write'] };
/** The administrative key that somebody draws for themselves. */
const draw = ({ staffId, key }: Person, more: object = {}) =>
  call('POST', '/v1/api-keys', key, { ...desk, actor: staffId, ...more });
const shown = async (key: string, proposalId = '') =>
  ProposalView.parse((await call('GET', `/v1/proposals/${proposalId}`, key)).body);
const approve = async (key: string, proposalId = '', more: object = {}) => {
  const { contentSha256 } = await shown(operator, proposalId);
  const asked = { contentSha256, ...more };
  return call('POST', `/v1/proposals/${proposalId}/approvals`, key, asked);
};
const advance = (ms: number) => {
  const clock = service.app.get(Clock);
  clock.moveTo(clock.advancedMs + ms);
};
const alerts = async () => {
  const found = await service.app.get(RaisedAlerts).ofTenant(tenantId);
  return found.flatMap(({ kind, about, count }) =>
    kind === 'approval-waits' ? [[about, count]] : [],
  );
};

test('an administrative key takes a second person: proposed, seen, agreed to, and drawn once', async () => {
  const [ines, karim] = [await hire('admin'), await hire('compliance')];
  expect(await alerts()).toEqual([]);
  const first = await draw(ines);
  expect([first.status, first.body.type]).toEqual([409, '/problems/approval-missing']);
  const { proposalId } = first.body;
  expect(first.body.detail).toContain(`tact proposals approve ${proposalId}`);
  // Asked again, also by somebody else, it is the same proposal.
  expect((await draw(ines)).body.proposalId).toBe(proposalId);
  expect(await alerts()).toEqual([['administrative-key', 1]]);
  const { items } = ProposalPage.parse((await call('GET', '/v1/proposals', karim.key)).body);
  expect(items).toMatchObject([
    { proposalId, proposedBy: ines.staffId, proposedByName: 'Someone admin', about: 'staff:write' },
  ]);
  expect(items[0]?.content).toContainEqual({ field: 'scopes', value: 'staff:write' });
  const own = await approve(ines.key, proposalId);
  expect([own.status, own.body.detail]).toEqual([422, expect.stringContaining('another person')]);
  const other = await call('POST', `/v1/proposals/${proposalId}/approvals`, karim.key, {
    contentSha256: '0'.repeat(64),
  });
  expect(other.status).toBe(409);
  expect((await approve(karim.key, proposalId)).body).toMatchObject({ state: 'approved' });
  expect(await alerts()).toEqual([]);
  expect((await approve(karim.key, proposalId)).status).toBe(409);
  // What was agreed to is this key and no other, and once.
  expect((await draw(ines, { scopes: ['staff:write', 'tenant:write'] })).status).toBe(409);
  expect((await draw(ines)).status).toBe(201);
  expect(await shown(karim.key, proposalId)).toMatchObject({
    state: 'done',
    decidedBy: karim.staffId,
  });
  expect((await draw(ines)).body.proposalId).not.toBe(proposalId);
  const { events } = await service.app.get(EventStore).load(`proposal-${tenantId}-${proposalId}`);
  expect(events.map(({ type, actorid }) => [type, actorid])).toEqual([
    ['ActionProposed', ines.staffId],
    ['ActionApproved', karim.staffId],
  ]);
});

test('what is declined or taken back is not done, and who does not administer declines nothing of others', async () => {
  const [ines, karim, lea] = [await hire('admin'), await hire('compliance'), await hire('crm-ops')];
  const { proposalId } = (await draw(ines)).body;
  const path = `/v1/proposals/${proposalId}/declines`;
  expect((await call('POST', path, lea.key, {})).status).toBe(403);
  expect((await approve(lea.key, proposalId)).status).toBe(403);
  await approve(karim.key, proposalId);
  expect((await call('POST', path, karim.key, {})).body).toMatchObject({ state: 'declined' });
  expect((await call('POST', path, karim.key, {})).status).toBe(409);
  const next = (await draw(ines)).body.proposalId ?? '';
  expect(next).not.toBe(proposalId);
  const back = await call('POST', `/v1/proposals/${next}/declines`, ines.key, {});
  expect(back.body).toMatchObject({ state: 'declined' });
});

test('after 72 hours nobody agrees, nor is done what was agreed to', async () => {
  const [ines, karim] = [await hire('admin'), await hire('compliance')];
  const waiting = (await draw(ines)).body.proposalId;
  const agreed = (await draw(ines, { label: 'other' })).body.proposalId;
  await approve(karim.key, agreed);
  advance(72 * HOUR_MS + 1000);
  const late = await approve(karim.key, waiting);
  expect([late.status, late.body.detail]).toEqual([422, expect.stringContaining('72 hours')]);
  expect((await shown(karim.key, waiting)).state).toBe('expired');
  expect((await draw(ines, { label: 'other' })).status).toBe(409);
});

test('nobody makes their own second person, and of whoever left nothing is gone on with', async () => {
  const [ines, karim] = [await hire('admin'), await hire('compliance')];
  const { proposalId } = (await draw(ines)).body;
  const later = await hire('admin', { email: `second.${tenants}@example.org` });
  const answer = await approve(later.key, proposalId);
  expect([answer.status, answer.body.detail]).toEqual([
    422,
    expect.stringContaining('another person'),
  ]);
  await call('DELETE', `/v1/staff/${ines.staffId}`, operator);
  expect((await approve(karim.key, proposalId)).status).toBe(422);
});

test('an operator needs nobody, whoever is alone cannot be two, and beside people a key of nobody is nobody', async () => {
  const plain = await keyOf(['admin']);
  const ines = await hire('admin');
  expect((await draw(ines)).status).toBe(201);
  await hire('compliance');
  expect((await call('POST', '/v1/api-keys', operator, desk)).status).toBe(201);
  const nobody = await call('POST', '/v1/api-keys', plain, desk);
  expect([nobody.status, nobody.body.detail]).toEqual([422, expect.stringContaining('operator')]);
  const { proposalId } = (await draw(ines)).body;
  const answer = await approve(plain, proposalId);
  expect([answer.status, answer.body.detail]).toEqual([422, expect.stringContaining('nobody’s')]);
});

test('without staff two keys under two names are two people, and a single one is alone', async () => {
  const tenant = `alone-${tenants}`;
  const first = await keyOf(['admin'], tenant);
  const ordinary = { label: 'shop', scopes: ['scores:read'] };
  expect((await call('POST', '/v1/api-keys', first, desk)).status).toBe(201);
  const [one, two] = [await keyOf(['admin'], tenant), await keyOf(['admin'], tenant)];
  expect((await call('POST', '/v1/api-keys', one, ordinary)).status).toBe(201);
  advance(1000);
  const nameless = await call('POST', '/v1/api-keys', one, desk);
  expect([nameless.status, nameless.body.errors?.[0]?.pointer]).toEqual([422, '/proposedBy']);
  const named = { ...desk, proposedBy: 'Inès Martin' };
  const { proposalId } = (await call('POST', '/v1/api-keys', one, named)).body;
  const { contentSha256, proposedByName } = await shown(one, proposalId);
  expect(proposedByName).toBe('Inès Martin');
  const agree = (key: string, approvedBy: string) =>
    call('POST', `/v1/proposals/${proposalId}/approvals`, key, { contentSha256, approvedBy });
  expect((await agree(one, 'Karim Benali')).status).toBe(422);
  expect((await agree(two, 'ines martin.')).status).toBe(422);
  expect((await agree(two, 'Karim Benali')).status).toBe(200);
  expect((await call('POST', '/v1/api-keys', one, desk)).status).toBe(201);
});

describe('without staff', () => {
  let tenant: string;
  /** Of two keys that are two people's an operator has drawn each. */
  let head: string;
  beforeEach(async () => {
    tenant = `hands-${tenants}`;
    head = await keyOf(['admin', 'operator'], tenant);
  });
  const drawnBy = async (key: string, asked: object) => {
    const answer = await call('POST', '/v1/api-keys', key, { label: 'drawn', ...asked });
    const { key: text = '', keyId } = CreatedApiKey.parse(answer.body);
    return { key: text, keyId };
  };
  const named = { ...desk, proposedBy: 'Inès Martin' };
  const agree = async (key: string, proposalId = '') => {
    const { contentSha256 } = await shown(head, proposalId);
    const asked = { contentSha256, approvedBy: 'Karim Benali' };
    return call('POST', `/v1/proposals/${proposalId}/approvals`, key, asked);
  };

  test('keys that came of one another are one pair of eyes, and those an operator drew are two', async () => {
    const first = await drawnBy(head, { scopes: ['admin'] });
    const second = await drawnBy(head, { scopes: ['admin'] });
    const third = await drawnBy(first.key, { scopes: ['staff:read'] });
    const sibling = await drawnBy(first.key, { scopes: ['staff:read'] });
    const rotate = { overlapSeconds: 3600 };
    const path = `/v1/api-keys/${first.keyId}/rotate`;
    const successor = await call('POST', path, first.key, rotate);
    const { key: rotated = '' } = CreatedApiKey.parse(successor.body);
    const fourth = await drawnBy(rotated, { scopes: ['staff:read'] });
    advance(1000);
    const { proposalId } = (await call('POST', '/v1/api-keys', first.key, named)).body;
    for (const key of [third.key, fourth.key, sibling.key, rotated]) {
      const answer = await agree(key, proposalId);
      expect([answer.status, answer.body.detail]).toEqual([
        422,
        expect.stringContaining('one that came of it'),
      ]);
    }
    // The other way round: what came of it proposes, and neither it nor another of the same hand agrees.
    const other = { ...named, label: 'other' };
    const reverse = (await call('POST', '/v1/api-keys', rotated, other)).body.proposalId;
    for (const key of [first.key, sibling.key]) {
      expect((await agree(key, reverse)).status).toBe(422);
    }
    for (const id of [proposalId, reverse]) expect((await agree(second.key, id)).status).toBe(200);
  });

  test('keys that all came of one are nobody’s second, so that nothing waits', async () => {
    const only = await keyOf(['admin'], `lone-${tenant}`);
    await drawnBy(only, { scopes: ['staff:read'] });
    const admin = await drawnBy(only, { scopes: ['admin'] });
    for (const key of [only, admin.key]) {
      expect((await call('POST', '/v1/api-keys', key, desk)).status).toBe(201);
    }
  });

  test('whoever rotated another’s key reads its text, and is of its hand too', async () => {
    const [first, second] = [
      await drawnBy(head, { scopes: ['admin'] }),
      await drawnBy(head, { scopes: ['admin'] }),
    ];
    const path = `/v1/api-keys/${second.keyId}/rotate`;
    const taken = await call('POST', path, first.key, { overlapSeconds: 0 });
    const { key: rotated = '' } = CreatedApiKey.parse(taken.body);
    await drawnBy(head, { scopes: ['admin'] });
    advance(1000);
    const { proposalId } = (await call('POST', '/v1/api-keys', first.key, named)).body;
    expect((await agree(rotated, proposalId)).status).toBe(422);
  });
});

describe('the label of a key, which somebody writes as they like,', () => {
  const label = 'Zoés laptop';
  const labelled = { label, scopes: ['staff:write'] };
  const content = async (id = '') => (await shown(operator, id)).content.map(({ field }) => field);
  const everywhere = async () => {
    await service.settled();
    const headers = { authorization: `Bearer ${operator}` };
    const urls = ['/v1/audit-events/export', '/v1/audit-events?limit=200'];
    const answers = await Promise.all(urls.map((url) => service.app.inject({ url, headers })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    const events = await service.app
      .get(Database)
      .queryable.query(
        'SELECT e::text FROM events e UNION ALL SELECT o::text FROM access.proposals o',
      );
    return JSON.stringify([events, ...answers.map(({ body }) => body)]);
  };

  test('is seen by who agrees, and is gone once it is done or declined', async () => {
    const [ines, karim] = [await hire('admin'), await hire('compliance')];
    const { proposalId } = (await draw(ines, labelled)).body;
    expect(await content(proposalId)).toEqual(['label', 'scopes', 'actor']);
    await approve(karim.key, proposalId);
    expect((await draw(ines, labelled)).status).toBe(201);
    expect(await content(proposalId)).toEqual(['scopes', 'actor']);
    const next = (await draw(ines, labelled)).body.proposalId;
    await call('POST', `/v1/proposals/${next}/declines`, karim.key, {});
    expect(await content(next)).toEqual(['scopes', 'actor']);
    expect(await everywhere()).not.toContain(label);
  });

  test('is gone once nobody can go on with it, and with whoever is erased', async () => {
    const [ines] = [await hire('admin'), await hire('compliance')];
    const { proposalId } = (await draw(ines, labelled)).body;
    advance(72 * HOUR_MS + 1000);
    await service.app.get(Proposals).register.forgetOld(service.app.get(Database).queryable);
    expect([await content(proposalId), (await shown(operator, proposalId)).state]).toEqual([
      ['scopes', 'actor'],
      'expired',
    ]);
    const next = (await draw(ines, labelled)).body.proposalId;
    expect(await content(next)).toContain('label');
    expect((await call('DELETE', `/v1/staff/${ines.staffId}?force=true`, operator)).status).toBe(
      200,
    );
    await call('POST', `/v1/staff/${ines.staffId}/erasure`, operator, {});
    expect(await content(next)).not.toContain('label');
    expect(await everywhere()).not.toContain(label);
  });
});
