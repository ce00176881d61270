import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { ContactMerge } from '@tact/contracts';
import { ingestionUnderTest } from '../../../../packages/testing/src/ingestion-under-test.ts';

const { call, keyOf, running } = ingestionUnderTest();

const ask = async (key: string, method: 'GET' | 'POST', url: string, payload?: object) => {
  const headers = { authorization: `Bearer ${key}` };
  const asked = { method, url, headers, ...(payload === undefined ? {} : { payload }) };
  const answer = await running().app.inject(asked);
  return { status: answer.statusCode, body: answer.json<ContactMerge & { splitId?: string }>() };
};
const register = async () => {
  const identities = { crmId: randomUUID() };
  const answer = await call('/v1/contacts', { identities });
  return { identities, contactId: (answer as { contactId: string }).contactId };
};
const who = { reason: 'one person', proposedBy: 'Inès Martin' };

test('another tenant’s contacts and proposals are nobody’s, and its approval is none', async () => {
  const [own, foreign] = [
    await keyOf('demo', ['contacts:merge']),
    await keyOf('other', ['contacts:merge']),
  ];
  const [one, two] = [await register(), await register()];
  const asked = { from: one.contactId, into: two.contactId, ...who };
  expect((await ask(foreign, 'POST', '/v1/contact-merges', asked)).status).toBe(404);
  const split = { contactId: one.contactId, identities: one.identities, ...who };
  expect((await ask(foreign, 'POST', '/v1/contact-splits', split)).status).toBe(404);
  const { body } = await ask(own, 'POST', '/v1/contact-merges', asked);
  const path = `/v1/contact-merges/${body.mergeId}`;
  expect((await ask(foreign, 'GET', path)).status).toBe(404);
  const approval = { approvedBy: 'Karim Benali' };
  expect((await ask(foreign, 'POST', `${path}/approvals`, approval)).status).toBe(404);
  expect((await ask(own, 'GET', path)).body).toMatchObject({ state: 'proposed' });
  const scores = await keyOf('demo', ['contacts:write', 'scores:read']);
  expect((await ask(scores, 'POST', `${path}/approvals`, approval)).status).toBe(403);
});
