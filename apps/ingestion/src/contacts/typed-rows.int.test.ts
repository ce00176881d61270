import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type Role, scopesOfRole } from '@tact/contracts';
import { ApiKeys, EventStore, StaffRegister } from '@tact/platform';
import { importsUnderTest, ndjson, newPhone } from '../testing/imports-under-test.ts';
import { RetryConflicts } from './conflicts/retry-conflicts.ts';

const { call, preview, running, upload, workOff } = importsUnderTest();

/** A key of somebody who has this role and no other. */
const keyOf = async (role: Role): Promise<string> => {
  const { app } = running();
  const staffId = `st_${randomBytes(16).toString('hex')}`;
  const person = { staffId, tenantId: 'demo', name: role, email: `${staffId}@example.org` };
  await app
    .get(EventStore)
    .transaction((tx) =>
      app.get(StaffRegister).add(tx, { ...person, language: 'fr', roles: [role] }),
    );
  const asked = { tenantId: 'demo', label: 'own', actor: staffId, scopes: scopesOfRole[role] };
  return (await app.get(ApiKeys).create(asked)).key;
};
const headersOf = (key: string | undefined) =>
  key === undefined ? {} : { authorization: `Bearer ${key}` };
const register = async (identities: object, key?: string) => {
  const headers = { 'content-type': 'application/json', ...headersOf(key) };
  const sent = { method: 'POST', headers, body: JSON.stringify({ identities }) };
  const answer = await call('/v1/contacts', sent);
  const body = (await answer.json()) as { contactId: string; conflictId: string };
  return { status: answer.status, ...body };
};
const ownerOf = async (phone: string) => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ identity: { phone } });
  const answer = await call('/v1/contacts/search', { method: 'POST', headers, body });
  return ((await answer.json()) as { contactId?: string }).contactId;
};
/** A contact with a record and a number. */
const victim = async () => {
  const [crmId, phone] = [randomUUID(), newPhone()];
  return { crmId, phone, ...(await register({ crmId, phone })) };
};

test.each(['agent', 'crm-ops', 'compliance'] as const)(
  'who is %s and registers a contact with other data takes nothing from it',
  async (role) => {
    const key = await keyOf(role);
    const { crmId, phone, contactId } = await victim();
    const other = newPhone();
    const freed = await register({ crmId, phone: other }, key);
    expect(freed.status).toBe(409);
    expect((await register({ crmId: randomUUID(), phone }, key)).status).toBe(409);
    // Tried again by the platform it is a person's word as before.
    const { app } = running();
    await app
      .get(EventStore)
      .transaction((tx) =>
        app
          .get(RetryConflicts)
          .handle(tx, [{ payload: { conflictId: freed.conflictId } }] as never),
      );
    expect([await ownerOf(phone), await ownerOf(other)]).toEqual([contactId, undefined]);
  },
);

test.each([
  ['agent', false],
  ['crm-ops', true],
  ['compliance', true],
] as const)('a file of who is %s moves a number: %s', async (role, moves) => {
  const key = await keyOf(role);
  const { crmId, phone, contactId } = await victim();
  const other = newPhone();
  const file = ndjson([{ id: randomUUID(), identities: { crmId, phone: other } }]);
  const options = { type: 'contacts', headers: headersOf(key) } as const;
  const { counts } = await preview(file, options);
  expect(counts).toMatchObject(moves ? { update: 1, conflict: 0 } : { update: 0, conflict: 1 });
  await upload(file, options);
  await workOff();
  expect([await ownerOf(phone), await ownerOf(other)]).toEqual(
    moves ? [undefined, contactId] : [contactId, undefined],
  );
});

test('a program’s word moves as before, and a person adds what takes nothing away', async () => {
  const { crmId, phone, contactId } = await victim();
  const [other, key] = [newPhone(), await keyOf('agent')];
  const bsuid = `FR.${randomUUID()}`;
  expect(await register({ crmId, bsuid }, key)).toMatchObject({ status: 200, contactId });
  expect((await register({ crmId, phone: other })).status).toBe(200);
  expect([await ownerOf(phone), await ownerOf(other)]).toEqual([undefined, contactId]);
});
