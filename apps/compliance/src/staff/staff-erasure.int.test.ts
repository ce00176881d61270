import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  AuditPage,
  CreatedApiKey,
  type Problem,
  type ProposalView,
  type Role,
  type Scope,
  scopesOfRole,
  StaffView,
} from '@tact/contracts';
import { ApiKeys, Database, EventStore, type RunningService, Vault } from '@tact/platform';
import { bootCompliance, type ComplianceUnderTest } from '../testing/boot-compliance.ts';

let stage: ComplianceUnderTest;
let service: RunningService;
let operator: string;

beforeAll(async () => {
  stage = await bootCompliance();
  ({ service } = stage);
  const asked = { tenantId: 'demo', scopes: ['admin', 'operator'], label: 'first' } as const;
  operator = (await service.app.get(ApiKeys).create(asked)).key;
}, 60_000);
afterAll(async () => {
  await stage?.stop();
});

const call = async (
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  key = operator,
  payload?: object,
) => {
  const headers = { authorization: `Bearer ${key}` };
  const sent = payload === undefined ? { method, url, headers } : { method, url, headers, payload };
  const answer = await service.app.inject(sent);
  return { status: answer.statusCode, body: answer.json<Problem>() };
};
const hire = async (role: Role, person: { name: string; email: string }) => {
  const asked = { ...person, roles: [role], language: 'fr' };
  const { staffId } = StaffView.parse((await call('POST', '/v1/staff', operator, asked)).body);
  const drawn = { label: 'own', scopes: scopesOfRole[role], actor: staffId };
  const key = CreatedApiKey.parse((await call('POST', '/v1/api-keys', operator, drawn)).body).key;
  return { staffId, key: key ?? '' };
};
const erase = (staffId: string, key: string) =>
  call('POST', `/v1/staff/${staffId}/erasure`, key, {});
const leaver = { name: 'Zoé Quatrefages', email: 'zoe.quatrefages@example.org' };
const rowOf = async (staffId: string) => {
  const [row] = await service.app
    .get(Database)
    .queryable.query<{ readonly sealed_name: string | null }>(
      'SELECT * FROM access.staff WHERE staff_id = $1',
      [staffId],
    );
  return row;
};

/** What a program that knows the published form alone says of the chain. */
const outsiderSays = async () => {
  const textAt = async (url: string) =>
    (await service.app.inject({ url, headers: { authorization: `Bearer ${operator}` } })).body;
  const [file, jwks] = [join(stage.home, 'audit.ndjson'), join(stage.home, 'jwks.json')];
  writeFileSync(file, await textAt('/v1/audit-events/export'));
  writeFileSync(jwks, await textAt('/.well-known/privacy-jwks.json'));
  const script = new URL('../../../../packages/testing/src/audit/outsider.mjs', import.meta.url);
  const { stdout } = spawnSync(process.execPath, [fileURLToPath(script), file, jwks]);
  return stdout.toString().trim();
};

test('former staff is erased by compliance and a second person, once dismissed, and nothing says who it was', async () => {
  const lea = await hire('compliance', { name: 'Léa Petit', email: 'lea@example.org' });
  const ana = await hire('admin', { name: 'Ana Rey', email: 'ana@example.org' });
  const zoe = await hire('agent', leaver);
  expect((await erase(zoe.staffId, lea.key)).status).toBe(422);
  const path = `/v1/staff/${zoe.staffId}`;
  expect((await call('DELETE', path)).status).toBe(200);
  // Who administers, and an agent, may not: rights of the person are compliance's.
  const bob = await hire('agent', { name: 'Bob', email: 'bob@example.org' });
  for (const { key } of [ana, bob]) expect((await erase(zoe.staffId, key)).status).toBe(403);

  const { proposalId } = (await erase(zoe.staffId, lea.key)).body;
  const view = (await call('GET', `/v1/proposals/${proposalId}`, ana.key))
    .body as unknown as ProposalView;
  expect(view).toMatchObject({ kind: 'staff-erasure', about: zoe.staffId });
  const agreed = { contentSha256: view.contentSha256 };
  expect(
    (await call('POST', `/v1/proposals/${proposalId}/approvals`, lea.key, agreed)).status,
  ).toBe(422);
  expect(
    (await call('POST', `/v1/proposals/${proposalId}/approvals`, ana.key, agreed)).status,
  ).toBe(200);
  const before = await rowOf(zoe.staffId);
  const erased = await erase(zoe.staffId, lea.key);
  expect(erased.status).toBe(200);
  const { name, email, state, erasedAt } = StaffView.parse(erased.body);
  expect([name, email, state, typeof erasedAt]).toEqual([
    undefined,
    undefined,
    'dismissed',
    'string',
  ]);
  expect((await erase(zoe.staffId, lea.key)).body).toEqual(erased.body);

  // The row has no seal and no fingerprint, and the old seal opens no more, nor the events.
  expect(await rowOf(zoe.staffId)).toMatchObject({
    sealed_name: null,
    sealed_email: null,
    email_mark: null,
  });
  const whose = { tenantId: 'demo', subject: zoe.staffId };
  const seal = service.app.get(Vault).texts.open(whose, before?.sealed_name ?? '', 'staff name');
  await expect(seal).rejects.toThrow();
  const { events } = await service.app.get(EventStore).load(`staff-demo-${zoe.staffId}`);
  expect(JSON.stringify(events)).not.toMatch(/quatrefages/i);
  expect(events.map(({ type }) => type)).toEqual(['StaffAdded', 'StaffDismissed', 'StaffErased']);
});

test('former staff of a tenant whose staff is all gone is erased by two keys of two hands', async () => {
  const keyOf = (scopes: readonly Scope[]) =>
    service.app.get(ApiKeys).create({ tenantId: 'gone', scopes, label: 'first' });
  const head = (await keyOf(['admin', 'operator'])).key;
  const rights = ['data-requests:write', 'staff:read'] as const;
  const [one, two] = [(await keyOf(rights)).key, (await keyOf(rights)).key];
  const asked = { ...leaver, roles: ['agent'], language: 'fr' };
  const { staffId } = StaffView.parse((await call('POST', '/v1/staff', head, asked)).body);
  expect((await call('DELETE', `/v1/staff/${staffId}`, head)).status).toBe(200);
  const path = `/v1/staff/${staffId}/erasure`;
  // Without a body as with one that says nothing.
  for (const body of [undefined, {}]) {
    const nameless = await call('POST', path, one, body);
    expect([nameless.status, nameless.body.errors?.[0]?.pointer]).toEqual([422, '/proposedBy']);
  }
  const named = { proposedBy: 'Inès Martin' };
  const { proposalId } = (await call('POST', path, one, named)).body;
  const { body } = await call('GET', `/v1/proposals/${proposalId}`, two);
  const { contentSha256 } = body as unknown as ProposalView;
  const agreed = { contentSha256, approvedBy: 'Karim Benali' };
  const approvals = `/v1/proposals/${proposalId}/approvals`;
  expect((await call('POST', approvals, two, agreed)).status).toBe(200);
  expect((await call('POST', path, one, named)).status).toBe(200);
});

test('the audit names the id alone and still holds, and the address is a new person’s', async () => {
  const { staffId: former } = await hire('agent', { name: 'Max', email: 'max@example.org' });
  await call('DELETE', `/v1/staff/${former}`);
  expect((await erase(former, operator)).status).toBe(200);
  await service.settled();
  const { items } = AuditPage.parse((await call('GET', `/v1/audit-events?subject=${former}`)).body);
  expect(items.map(({ act, subject }) => [act, subject])).toEqual([
    ['staff-erased', former],
    ['staff-dismissed', former],
    ['staff-added', former],
  ]);
  expect(JSON.stringify(items)).not.toMatch(/max@|"Max"/);
  expect(await outsiderSays()).toMatch(/^holds: \d+$/);
  const { staffId } = await hire('agent', { name: 'Max', email: 'max@example.org' });
  expect(staffId).not.toBe(former);
});
