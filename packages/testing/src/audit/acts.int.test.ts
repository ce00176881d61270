import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type AuditEvent,
  AuditPage,
  type ContactMerge,
  type CreatedApiKey,
  exampleProof,
} from '@tact/contracts';
import { openDatabase } from '@tact/platform';
import { type Constellation, startConstellation } from '../constellation.ts';

const now = '2026-11-20T10:20:00.000Z';
let platform: Constellation;
let clerk: { readonly keyId: string; readonly headers: Record<string, string> };

beforeAll(async () => {
  platform = await startConstellation({ TACT_CLOCK: now });
  const { body } = await platform.call<CreatedApiKey>('POST', '/v1/api-keys', {
    label: 'desk',
    scopes: ['contacts:write', 'contacts:read', 'contacts:merge', 'scores:read', 'consents:write'],
  });
  clerk = { keyId: body.keyId, headers: { authorization: `Bearer ${body.key}` } };
}, 60_000);
afterAll(() => platform?.stop());

const register = async () => {
  const request = {
    identities: { crmId: randomUUID() },
    timeZone: 'Europe/Paris',
    consents: [
      {
        purpose: 'signal-analysis',
        channel: 'whatsapp',
        state: 'given',
        at: '2026-01-05T09:00:00Z',
        proof: exampleProof,
      },
    ],
  };
  const { body } = await platform.call<{ contactId: string }>(
    'POST',
    '/v1/contacts',
    request,
    clerk.headers,
  );
  return body.contactId;
};
const events = async (query = ''): Promise<AuditEvent[]> => {
  await platform.settled();
  const { body } = await platform.call('GET', `/v1/audit-events${query}`);
  return AuditPage.parse(body).items;
};
const ask = (path: string) => platform.call('GET', path, undefined, clerk.headers);

test('what a key does to a person is listed: what, who, to whom, why; once each', async () => {
  const [contactId, otherContactId] = [await register(), await register()];
  await ask(`/v1/contacts/${contactId}`);
  const reason = 'the same voice, says the desk';
  const proposal = { from: otherContactId, into: contactId, reason, proposedBy: 'Ada' };
  const { body: merge, status } = await platform.call<ContactMerge>(
    'POST',
    '/v1/contact-merges',
    proposal,
    clerk.headers,
  );
  expect([status, merge]).toMatchObject([201, {}]);
  const ofOther = await events(`?subject=${otherContactId}`);
  // That a program registered them is in their own events, with its key.
  expect(ofOther.map(({ act }) => act)).toEqual(['contact-merge-proposed']);
  const own = await events(`?subject=${contactId}`);
  expect(own.map(({ act }) => act)).toEqual(['contact-merge-proposed', 'contact-viewed']);
  expect(own[0]).toMatchObject({ actor: clerk.keyId, reason, about: merge.mergeId });
  expect(own.every(({ actor }) => actor === clerk.keyId)).toBe(true);
  expect(own[0]?.text).toEqual({
    fr: 'Fusion de contacts proposée',
    en: 'Merge of contacts proposed',
  });
  // What follows from it elsewhere is nobody's act: outreach took the consent over, and it is not there twice.
  expect(own.filter(({ act }) => act === 'consent-given')).toEqual([]);
});

test('a look is written down before it is answered, once an hour', async () => {
  const contactId = await register();
  await platform.settled();
  const paths = ['consents', 'block-likelihood', 'block-likelihood/history', 'signals'];
  for (const path of [...paths, ...paths]) await ask(`/v1/contacts/${contactId}/${path}`);
  const looks = (await events(`?subject=${contactId}`)).filter(
    ({ act }) => act === 'contact-disclosed',
  );
  // Of whom nothing is known in scoring nothing is shown there.
  expect(looks.map(({ about }) => about)).toEqual(['consents']);
  expect(looks[0]).toMatchObject({ actor: clerk.keyId, at: '2026-11-20T10:00:00.000Z' });
});

test('what is done to no person is of the tenant, at its very time', async () => {
  const [created] = (await events('?subject=demo')).filter(({ act }) => act === 'api-key-created');
  expect(created).toMatchObject({
    about: clerk.keyId,
    at: expect.stringMatching(/^2026-11-20T10:2/),
  });
  const { body: found } = await platform.call<AuditPage>(
    'GET',
    `/v1/audit-events?actor=${clerk.keyId}&limit=2`,
  );
  expect(found.items).toHaveLength(2);
  const next = await events(`?actor=${clerk.keyId}&limit=200&cursor=${found.nextCursor}`);
  const seqs = [...found.items, ...next].map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.toSorted((one, other) => other - one));
  expect(await events('?to=2026-11-20T10:00:00Z')).toEqual([]);
  expect(await events('?from=2026-11-20T11:00:00Z')).toEqual([]);
});

test('neither a reason nor a name is in clear, wherever it is kept', async () => {
  await platform.settled();
  const database = await openDatabase({ url: platform.databaseUrl, schema: 'compliance' });
  const rows = await database.queryable.query<{ row: string }>(
    `SELECT e::text AS row FROM audit_entries e UNION ALL SELECT r::text FROM log.record r`,
  );
  await database.close();
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter(({ row }) => /voice|Ada/.test(row))).toEqual([]);
});

test('a key without the scope is refused, another tenant sees nothing', async () => {
  expect((await ask('/v1/audit-events')).status).toBe(403);
  expect((await ask('/v1/audit-events/export')).status).toBe(403);
});
