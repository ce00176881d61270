import { expect, test } from '@jest/globals';
import { type CreatedApiKey, HOUR_MS, type Problem, type StaffView } from '@tact/contracts';
import { contactsUnderTest } from './contacts-under-test.ts';

const { approve, platform, register } = contactsUnderTest();

const scopes = ['contacts:merge'];
const bearer = (key = '') => ({ authorization: `Bearer ${key}` });

const hire = async (name: string, email: string) => {
  const asked = { name, email, roles: ['crm-ops'], language: 'fr' };
  const { body } = await platform().call<StaffView>('POST', '/v1/staff', asked);
  return body.staffId;
};
const keyOf = async (actor: string) => {
  const asked = { label: 'own', scopes, actor };
  const { body } = await platform().call<CreatedApiKey>('POST', '/v1/api-keys', asked);
  return bearer(body.key);
};
const propose = async (headers = {}, proposedBy?: string) => {
  const [one, two] = [await register(), await register()];
  const asked = { from: one.contactId, into: two.contactId, reason: 'one person', proposedBy };
  const path = '/v1/contact-merges';
  const answer = await platform().call<{ mergeId: string; proposedBy: string }>(
    'POST',
    path,
    asked,
    headers,
  );
  return { ...answer, path: `${path}/${answer.body.mergeId}` };
};
const detailOf = ({ body }: { body: unknown }) => (body as Problem).detail;

let ines: string;
let karim: string;

test('without staff two keys are two people, and whoever is nobody says a name', async () => {
  const nameless = await propose();
  expect([nameless.status, (nameless.body as unknown as Problem).errors?.[0]?.pointer]).toEqual([
    422,
    '/proposedBy',
  ]);
  const { path } = await propose({}, 'Inès Martin');
  expect((await approve(path)).status).toBe(200);
});

test('with staff people are compared: two keys of one are one, and a key of nobody agrees to nothing', async () => {
  const before = await propose({}, 'Somebody');
  ines = await hire('Inès Martin', 'ines@example.org');
  karim = await hire('Karim Benali', 'karim@example.org');
  const [first, second] = [await keyOf(ines), await keyOf(ines)];
  const third = await keyOf(karim);
  const { path, body } = await propose(first, 'Napoléon');
  expect(body.proposedBy).toBe('Inès Martin');
  const own = await approve(path, 'Karim Benali', second);
  expect([own.status, detailOf(own)]).toEqual([422, expect.stringContaining('another person')]);
  const nobody = await approve(path, 'Karim Benali', {});
  expect([nobody.status, detailOf(nobody)]).toEqual([422, expect.stringContaining('nobody’s')]);
  const agreed = await approve(path, 'Napoléon', third);
  expect(agreed).toMatchObject({ status: 200, body: { approvedBy: 'Karim Benali' } });
  // What was proposed by nobody before there was staff is a person's to propose anew: nobody could be that person.
  expect((await approve(before.path)).status).toBe(422);
  expect((await approve(before.path, undefined, third)).status).toBe(422);
  expect((await propose({}, 'Nobody Real')).status).toBe(422);
});

test('what waited for 72 hours is agreed to by nobody, and the key of a dismissed person by no service', async () => {
  const [first, second] = [await keyOf(ines), await keyOf(karim)];
  const { path } = await propose(first);
  platform().advance(72 * HOUR_MS + 1000);
  const late = await approve(path, undefined, second);
  expect([late.status, detailOf(late)]).toEqual([422, expect.stringContaining('72 hours')]);
  const dismissed = await platform().call('DELETE', `/v1/staff/${karim}`);
  expect(dismissed.status).toBe(200);
  const began = performance.now();
  let status = 200;
  while (status !== 401) {
    ({ status } = await platform().call('GET', path, undefined, second));
    expect(performance.now() - began).toBeLessThan(5000);
  }
});
