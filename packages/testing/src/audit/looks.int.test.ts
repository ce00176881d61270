import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type AuditEvent,
  AuditPage,
  exampleProof,
  HOUR_MS,
  type PreferencesView,
} from '@tact/contracts';
import { type Database, openDatabase, RegisteredStores } from '@tact/platform';
import { type Constellation, startConstellation } from '../constellation.ts';

let platform: Constellation;
let database: Database;

beforeAll(async () => {
  platform = await startConstellation({ TACT_CLOCK: '2026-11-20T10:02:00.000Z' });
  database = await openDatabase({ url: platform.databaseUrl, schema: 'scoring' });
}, 60_000);
afterAll(async () => {
  await database?.close();
  await platform?.stop();
});

const register = async (nth: number): Promise<string> => {
  const consent = { channel: 'whatsapp', state: 'given', at: '2026-01-05T09:00:00Z' } as const;
  const { body } = await platform.call<{ contactId: string }>('POST', '/v1/contacts', {
    identities: { crmId: `L-${nth}` },
    consents: [{ ...consent, purpose: 'signal-analysis', proof: exampleProof }],
  });
  await platform.call('POST', '/v1/signals', {
    id: `look-${nth}`,
    contact: { crmId: `L-${nth}` },
    kind: 'message-sent',
    occurredAt: '2026-11-19T09:00:00Z',
    messageRef: `m-${nth}`,
  });
  return body.contactId;
};
const events = async (): Promise<AuditEvent[]> => {
  await platform.settled();
  const { body } = await platform.call('GET', '/v1/audit-events?limit=200');
  return AuditPage.parse(body).items;
};
const looksAt = async (list: string) =>
  (await events())
    .filter(({ act, about }) => act === 'list-disclosed' && about === list)
    .map(({ shown, at }) => ({ shown, at: at.slice(0, 13) }))
    .toReversed();
const ledger = () =>
  database.queryable.query<{ contactId: string; list: string; actor: string; hour: Date }>(
    `SELECT contact_id AS "contactId", list, actor, hour FROM disclosures ORDER BY hour, contact_id`,
  );

test('a look at a list is one entry an hour with how many it showed, and the ledger says whom', async () => {
  const people = await Promise.all([1, 2, 3].map(register));
  await platform.settled();
  const look = () => platform.call<{ items: unknown[] }>('GET', '/v1/block-likelihoods?limit=2');
  const [first] = await Promise.all([look(), look(), look()]);
  expect(first?.body.items).toHaveLength(2);
  expect(await looksAt('block-likelihoods')).toEqual([{ shown: 2, at: '2026-11-20T10' }]);
  // Read more: no second entry, and the third person is in the ledger.
  await platform.call('GET', '/v1/block-likelihoods');
  expect(await looksAt('block-likelihoods')).toHaveLength(1);
  const rows = await ledger();
  expect(rows.map(({ contactId }) => contactId)).toEqual(people.toSorted());
  expect(new Set(rows.map(({ list, hour }) => `${list} ${hour.toISOString()}`))).toEqual(
    new Set(['block-likelihoods 2026-11-20T10:00:00.000Z']),
  );
  platform.advance(HOUR_MS);
  await platform.call('GET', '/v1/block-likelihoods');
  expect(await looksAt('block-likelihoods')).toEqual([
    { shown: 2, at: '2026-11-20T10' },
    { shown: 3, at: '2026-11-20T11' },
  ]);
  expect(await ledger()).toHaveLength(6);
  // Once somebody is erased the ledger says of nobody that they saw them; of the others it says what it did.
  const { stores } = new RegisteredStores({ name: 'scoring', stores: [] });
  const disclosures = stores.find(({ name }) => name === 'scoring.disclosures');
  const erase = (tenantId: string, contactId: string) =>
    database.transaction(async (tx) => {
      const person = { tenantId, contactIds: [contactId], requestIds: [], at: new Date() };
      return disclosures?.eraser?.erase(tx, person);
    });
  const [gone = '', ...stay] = people;
  expect(await erase('elsewhere', gone)).toBe(0);
  expect(await ledger()).toHaveLength(6);
  expect(await erase('demo', gone)).toBe(2);
  expect((await ledger()).map(({ contactId }) => contactId).toSorted()).toEqual(
    [...stay, ...stay].toSorted(),
  );
});

test('who looks at the staff, the keys, or the audit itself is in the audit', async () => {
  for (const path of ['/v1/staff', '/v1/api-keys', '/v1/sessions', '/v1/tenant', '/v1/staff']) {
    expect((await platform.call('GET', path)).status).toBe(200);
  }
  expect((await looksAt('staff')).map(({ shown }) => shown)).toEqual([0]);
  for (const list of ['api-keys', 'sessions', 'settings', 'audit-events']) {
    expect(await looksAt(list)).not.toEqual([]);
  }
});

test('preferences, and what shows two contacts, are told of each of them', async () => {
  const [one, other] = [await register(11), await register(12)];
  const { status } = await platform.call<PreferencesView>('GET', `/v1/contacts/${one}/preferences`);
  expect(status).toBe(200);
  const proposal = { from: other, into: one, reason: 'the same voice', proposedBy: 'Ada' };
  const { body } = await platform.call<{ mergeId: string }>('POST', '/v1/contact-merges', proposal);
  await platform.call('GET', `/v1/contact-merges/${body.mergeId}`);
  const looks = (await events()).filter(({ act }) => act === 'contact-disclosed');
  const parts = (contactId: string) =>
    looks.filter(({ subject }) => subject === contactId).map(({ about }) => about);
  expect([new Set(parts(one)), parts(other)]).toEqual([
    new Set(['merge', 'preferences']),
    ['merge'],
  ]);
});
