import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { exampleProof, type ContactMerge, type Identities } from '@tact/contracts';
import { EventStore } from '@tact/platform';
import {
  daysAgo,
  ingestionUnderTest,
  newPhone,
  wamid,
} from '../../../../packages/testing/src/ingestion-under-test.ts';
import { LinkContacts } from '../contacts/conflicts/link-contacts.ts';
import { LinkedContacts } from '../wishes/linked-contacts.ts';

const { call, eventsOf, keyOf, running, webhook } = ingestionUnderTest();

const known = async (identities: Identities, consents: readonly object[] = []) =>
  ((await call('/v1/contacts', { identities, consents })) as { contactId: string }).contactId;
const someone = async () => {
  const phone = newPhone();
  return { phone, contactId: await known({ phone: `+${phone}`, crmId: randomUUID() }) };
};
const says = (from: string, body: string) =>
  webhook({
    messages: [{ id: wamid(), type: 'text', from, timestamp: daysAgo(0), text: { body } }],
  });
const changes = (from: string, to: string) => {
  const system = { type: 'user_changed_number', body: 'changed', wa_id: to };
  return webhook({
    messages: [{ id: wamid(), type: 'system', from, timestamp: daysAgo(0), system }],
  });
};
const samePerson = (...contacts: string[]) =>
  running()
    .app.get(EventStore)
    .transaction((tx) =>
      running()
        .app.get(LinkContacts)
        .link(tx, { tenantId: 'demo', contacts, causeId: randomUUID() }),
    );
const merge = async (from: string, into: string) => {
  const post = async (url: string, payload: object) => {
    const headers = { authorization: `Bearer ${await keyOf('demo', ['admin'])}` };
    return running().app.inject({ method: 'POST', url, headers, payload });
  };
  const asked = { from, into, reason: 'told on the telephone', proposedBy: 'Inès Martin' };
  const { mergeId } = (await post('/v1/contact-merges', asked)).json<ContactMerge>();
  const approval = { approvedBy: 'Karim Benali' };
  const done = await post(`/v1/contact-merges/${mergeId}/approvals`, approval);
  expect(done.statusCode).toBe(200);
};
/** What travels on the topic of wishes. */
const wishesOf = async (contactId: string) =>
  (await eventsOf(`contact-${contactId}`))
    .map(({ type }) => type)
    .filter((type) => /^(?:Refusal|Resumption|Withdrawal)/u.test(type));

const withdrawal = {
  purpose: 'marketing',
  channel: 'email',
  state: 'withdrawn',
  at: '2026-03-05T09:00:00Z',
  proof: exampleProof,
};

test('what was asked before a number changed to somebody known is a wish of the later one at once', async () => {
  const [one, two] = [await someone(), await someone()];
  await says(one.phone, 'STOP');
  await changes(one.phone, two.phone);
  await changes(one.phone, two.phone);
  expect(await wishesOf(two.contactId)).toEqual(['RefusalReceived']);
  const events = await eventsOf(`contact-${two.contactId}`);
  expect(events.find(({ type }) => type === 'RefusalReceived')?.data).toMatchObject({
    contactId: two.contactId,
    scope: 'everything',
    channel: 'whatsapp',
  });
});

test('what one of two contacts of a person asked or withdrew is the other’s, and whoever that goes on as', async () => {
  const [one, two, three] = [await someone(), await someone(), await someone()];
  await samePerson(two.contactId, three.contactId);
  await says(one.phone, 'STOP');
  await says(one.phone, 'START');
  const link = await running().app.get(EventStore).load(`contact-${one.contactId}`);
  expect(link.events.length).toBeGreaterThan(0);
  const declared = await known({ phone: `+${one.phone}` }, [withdrawal]);
  expect(declared).toBe(one.contactId);
  await samePerson(one.contactId, two.contactId);
  for (const { contactId } of [two, three]) {
    expect((await wishesOf(contactId)).toSorted()).toEqual([
      'RefusalReceived',
      'WithdrawalDeclared',
    ]);
  }
});

test('a withdrawal that is declared later reaches whoever the person goes on as', async () => {
  const [one, two] = [await someone(), await someone()];
  await samePerson(one.contactId, two.contactId);
  await known({ phone: `+${one.phone}` }, [withdrawal]);
  await known({ phone: `+${one.phone}` }, [withdrawal]);
  const line = { ...withdrawal, at: '2026-03-06T09:00:00Z' };
  await known({ phone: `+${two.phone}` }, [line]);
  for (const { contactId } of [one, two]) {
    expect(await wishesOf(contactId)).toEqual(['WithdrawalDeclared', 'WithdrawalDeclared']);
  }
});

test('a refusal that is heard while its contact is being linked reaches the other one', async () => {
  const [one, two] = [await someone(), await someone()];
  const links = running().app.get(LinkedContacts);
  const original = links.laterThan.bind(links);
  let isFirst = true;
  // Linked behind the look that finds nobody later.
  links.laterThan = async (...asked) => {
    const found = await original(...asked);
    if (isFirst) {
      isFirst = false;
      await samePerson(one.contactId, two.contactId);
    }
    return found;
  };
  try {
    await says(one.phone, 'STOP');
  } finally {
    links.laterThan = original;
  }
  expect(await wishesOf(two.contactId)).toEqual(['RefusalReceived']);
});

test('links go on where a contact is merged, on either side and before or behind it', async () => {
  const [earlier, later, survivor] = [await someone(), await someone(), await someone()];
  await samePerson(earlier.contactId, later.contactId);
  await says(survivor.phone, 'STOP PROMO');
  await merge(earlier.contactId, survivor.contactId);
  await says(survivor.phone, 'STOP');
  expect(await wishesOf(later.contactId)).toContain('RefusalReceived');
  // And a contact that was merged before is linked as whoever it is part of.
  const [merged, other] = [await someone(), await someone()];
  await merge(merged.contactId, survivor.contactId);
  await samePerson(merged.contactId, other.contactId);
  expect(await wishesOf(other.contactId)).toContain('RefusalReceived');
});
