import { randomInt, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { exampleProof, IdentityConflict, IdentityConflictPage, type Scope } from '@tact/contracts';
import { EventStore, StaffRegister, Vault } from '@tact/platform';
import {
  ingestionUnderTest,
  newPhone,
} from '../../../../packages/testing/src/ingestion-under-test.ts';

const { keyOf, running } = ingestionUnderTest();

type Asked = { readonly payload?: object; readonly scopes?: readonly Scope[] };
/** Each time with a key of its own, as of another person. */
const ask = async (
  method: 'GET' | 'POST',
  url: string,
  { payload, scopes = ['contacts:write', 'contacts:merge'] }: Asked = {},
) => {
  const headers = { authorization: `Bearer ${await keyOf('demo', scopes)}` };
  const sent = payload === undefined ? { method, url, headers } : { method, url, headers, payload };
  return running().app.inject(sent);
};
const register = async (identities: object, consents: readonly object[] = []) =>
  (await ask('POST', '/v1/contacts', { payload: { identities, consents } })).json<{
    contactId: string;
    conflictId: string;
  }>();
/** Two people, and a row of the second with the number of the first, which says that it agreed. */
const claimed = async () => {
  const phone = `+${newPhone()}`;
  const link = { connection: 'hubspot', object: 'contact', id: String(randomInt(1e9)) };
  const owner = await register({ crmId: randomUUID(), phone });
  const second = await register({ link });
  const given = { purpose: 'marketing', channel: 'whatsapp', state: 'given' };
  const row = () =>
    register({ link, phone }, [{ ...given, at: '2026-11-01T09:00:00Z', proof: exampleProof }]);
  const { conflictId } = await row();
  return { phone, link, conflictId, ids: [owner.contactId, second.contactId] as const };
};
const move = (conflictId: string, statedBy: string, more: Pick<Asked, 'scopes'> = {}) =>
  ask('POST', `/v1/identity-conflicts/${conflictId}/settlement`, {
    payload: { settlement: 'moved-to-second', reason: 'asked the person', statedBy },
    ...more,
  });
const ownerOf = async (phone: string) =>
  (await ask('POST', '/v1/contacts/search', { payload: { identity: { phone } } })).json<{
    contactId: string;
  }>().contactId;

test('what moves takes the scope of a split and two people; nobody agrees with themselves', async () => {
  const { phone, ids, conflictId } = await claimed();
  expect((await move(conflictId, 'Inès Martin', { scopes: ['contacts:write'] })).statusCode).toBe(
    403,
  );
  const proposed = IdentityConflict.parse((await move(conflictId, 'Karim Benali')).json());
  expect([proposed.state, typeof proposed.proposedAt]).toEqual(['open', 'string']);
  expect((await move(conflictId, 'karim benali.')).statusCode).toBe(422);
  expect(await ownerOf(phone)).toBe(ids[0]);
  expect((await move(conflictId, 'Inès Martin')).json()).toMatchObject({ state: 'settled' });
  expect(await ownerOf(phone)).toBe(ids[1]);
});

test('nothing is allowed to either contact before the ledger took over what was refused', async () => {
  const { ids, conflictId } = await claimed();
  for (const who of ['Karim Benali', 'Inès Martin']) await move(conflictId, who);
  const { app } = running();
  const due = await app
    .get(EventStore)
    .transaction((tx) => Promise.all(ids.map((id) => app.get(Vault).isTakeOverDue(tx, id))));
  expect(due).toEqual([true, true]);
});

test('another claim takes the proposal away', async () => {
  const { phone, link, conflictId } = await claimed();
  await move(conflictId, 'Karim Benali');
  await register({ link, phone, bsuid: `FR.${randomUUID()}` });
  const { items } = IdentityConflictPage.parse(
    (await ask('GET', '/v1/identity-conflicts?limit=200')).json(),
  );
  const listed = items.find((one) => one.conflictId === conflictId);
  expect([listed?.state, listed?.proposedAt]).toEqual(['open', undefined]);
  expect((await move(conflictId, 'Inès Martin')).json()).toMatchObject({ state: 'open' });
});

test('once the tenant has staff, a key of nobody does not even propose', async () => {
  const { conflictId } = await claimed();
  const { app } = running();
  const person = { tenantId: 'demo', name: 'Inès Martin', email: 'ines@example.org' };
  const hired = { ...person, staffId: `st_${'a'.repeat(32)}`, language: 'fr' as const };
  await app
    .get(EventStore)
    .transaction((tx) => app.get(StaffRegister).add(tx, { ...hired, roles: ['crm-ops'] }));
  expect((await move(conflictId, 'Nobody Real')).statusCode).toBe(422);
});
