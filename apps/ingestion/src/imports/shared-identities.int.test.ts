import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { EventStore } from '@tact/platform';
import { consentLine, importsUnderTest, ndjson, newPhone } from '../testing/imports-under-test.ts';

const { call, errorsOf, imported, progressOf, query, running } = importsUnderTest();

const found = async (identity: object): Promise<string> => {
  const answer = await call('/v1/contacts/search', {
    method: 'POST',
    body: JSON.stringify({ identity }),
    headers: { 'content-type': 'application/json' },
  });
  return ((await answer.json()) as { contactId: string }).contactId;
};
const contact = (identities: object, more: object = {}) => ({
  id: randomUUID(),
  identities,
  ...more,
});
const typesOf = async (contactId: string) =>
  (await running().app.get(EventStore).load(`contact-${contactId}`)).events.map(({ type }) => type);

test('what twenty contacts of a file share is reported by its rows, and never as a value', async () => {
  const [many, few] = [`${randomUUID()}@exemple.fr`, `${randomUUID()}@exemple.fr`];
  const rows = Array.from({ length: 44 }, (_, nth) =>
    contact({ crmId: randomUUID(), email: nth < 25 ? many : nth < 44 ? few : undefined }),
  );
  const done = await imported(ndjson(rows), { type: 'contacts' });
  expect(done).toMatchObject({ applied: 44, rejected: 0 });
  const { sharedValues, ...others } = await progressOf(done.importId);
  expect(sharedValues).toEqual([
    { kind: 'email', contacts: 25, rows: Array.from({ length: 20 }, (_, nth) => nth + 1) },
  ]);
  expect(JSON.stringify(others)).not.toContain(many);
  expect(await query('SELECT FROM import_values WHERE import_id = $1', [done.importId])).toEqual(
    [],
  );
});

test('an e-mail that two people share opens nothing for the other, and is refused for both', async () => {
  const email = `${randomUUID()}@exemple.fr`;
  const [one, two] = [randomUUID(), randomUUID()];
  const lines = [one, two].map((crmId) => contact({ crmId, phone: newPhone(), email }));
  expect(await imported(ndjson(lines), { type: 'contacts' })).toMatchObject({ applied: 2 });
  const [first, second] = [await found({ crmId: one }), await found({ crmId: two })];
  expect(first).not.toBe(second);
  const given = consentLine(one, { purpose: 'marketing' });
  const ambiguous = { ...consentLine(one, { purpose: 'feedback' }), contact: { email } };
  const consents = await imported(ndjson([given, ambiguous]), { type: 'consents' });
  expect(consents).toMatchObject({ applied: 1 });
  expect(await typesOf(first)).toContain('ConsentDeclared');
  expect(await typesOf(second)).toEqual(['ContactRegistered']);
  const withdrawn = consentLine(one, {
    purpose: 'marketing',
    channel: 'email',
    state: 'withdrawn',
  });
  await imported(ndjson([{ ...withdrawn, contact: { email } }]), { type: 'consents' });
  for (const contactId of [first, second]) {
    expect(await typesOf(contactId)).toContain('WithdrawalDeclared');
  }
});

test('a consent that names two people is nobody’s, a withdrawal is both’s', async () => {
  const [crmId, phone] = [randomUUID(), newPhone()];
  await imported(ndjson([contact({ crmId }), contact({ phone })]), { type: 'contacts' });
  const [one, two] = [await found({ crmId }), await found({ phone })];
  const line = { ...consentLine(crmId, { purpose: 'marketing' }), contact: { crmId, phone } };
  const done = await imported(ndjson([line]), { type: 'consents' });
  expect(done).toMatchObject({ applied: 0, rejected: 1 });
  const [refused] = await errorsOf(done.importId);
  expect(refused?.errors[0]).toMatchObject({
    pointer: '/contact',
    message: expect.stringContaining('conflict'),
  });
  const withdrawn = { ...line, id: randomUUID(), state: 'withdrawn', at: '2026-11-01T09:00:00Z' };
  await imported(ndjson([withdrawn]), { type: 'consents' });
  for (const contactId of [one, two]) {
    expect(await typesOf(contactId)).toContain('WithdrawalDeclared');
  }
});

test('the same number of two CRMs is two people, and a row of two is a conflict of that line', async () => {
  const id = String(Math.floor(Math.random() * 1e12) + 1);
  const phone = newPhone();
  const hubspot = `Record ID,Email,Mobile Phone Number\n${id},,${phone}\n`;
  const zendesk = ndjson([{ id: Number(id), email: null, phone: newPhone(), locale: 'fr' }]);
  await imported(hubspot, { type: 'contacts', csv: true, said: { mapping: 'hubspot' } });
  await imported(zendesk, { type: 'contacts', said: { mapping: 'zendesk' } });
  const link = (connection: string) => ({ link: { connection, object: 'contact', id } });
  const [one, two] = [await found(link('hubspot')), await found(link('zendesk'))];
  expect(one).not.toBe(two);
  const claims = contact({ ...link('zendesk'), phone });
  const done = await imported(ndjson([claims]), { type: 'contacts' });
  expect(done).toMatchObject({ rejected: 1 });
  const [line] = await errorsOf(done.importId);
  expect(line?.errors[0]?.message).toMatch(/^conflict: .*ic_[0-9a-f]{32}/);
  const list = await call('/v1/identity-conflicts?limit=200');
  expect(await list.json()).toMatchObject({
    items: expect.arrayContaining([
      expect.objectContaining({ contacts: [one, two], rowRef: `${done.importId}/1` }),
    ]),
  });
});
