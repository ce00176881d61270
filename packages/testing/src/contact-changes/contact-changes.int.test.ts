import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type {
  ContactDecision,
  ContactMerge,
  ContactSplit,
  ContactView,
  CreatedApiKey,
} from '@tact/contracts';
import { type Constellation, startConstellation } from '../constellation.ts';

let platform: Constellation;
let second: Record<string, string>;
let stranger: Record<string, string>;

const now = '2026-11-20T10:00:00.000Z';

beforeAll(async () => {
  platform = await startConstellation({ TACT_CLOCK: now });
  const { body } = await platform.call<CreatedApiKey>('POST', '/v1/api-keys', {
    label: 'second desk',
    scopes: ['contacts:merge'],
  });
  second = { authorization: `Bearer ${body.key}` };
  const scores = await platform.call<CreatedApiKey>('POST', '/v1/api-keys', {
    label: 'dashboard',
    scopes: ['scores:read'],
  });
  stranger = { authorization: `Bearer ${scores.body.key}` };
}, 60_000);
afterAll(() => platform?.stop());

const newPhone = () => `3363998${randomInt(10_000).toString().padStart(4, '0')}`;
const consent = (purpose: string) => ({
  purpose,
  channel: 'whatsapp',
  state: 'given',
  at: '2026-01-05T09:00:00Z',
  proof: { source: 'form' },
});

/** Somebody who may be written to, under a phone and a CRM id. */
const register = async (purposes: readonly string[] = ['marketing']) => {
  const [phone, crmId] = [newPhone(), randomUUID()];
  const { body } = await platform.call<{ contactId: string }>('POST', '/v1/contacts', {
    identities: { phone: `+${phone}`, crmId },
    timeZone: 'Europe/Paris',
    consents: purposes.map(consent),
  });
  return { contactId: body.contactId, phone, crmId };
};
const decide = async (contactId: string, more: object = {}) => {
  const asked = { contactId, channel: 'whatsapp', purpose: 'marketing', ...more };
  const { body } = await platform.call<ContactDecision>('POST', '/v1/contact-decisions', asked);
  return body.reasons.map(({ reason }) => reason);
};
const view = async (contactId: string) =>
  (await platform.call<ContactView>('GET', `/v1/contacts/${contactId}`)).body;
const stop = (phone: string) =>
  platform.webhook({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '990010000000101',
        changes: [
          {
            field: 'messages',
            value: {
              messages: [
                {
                  id: `wamid.${randomInt(2 ** 40)}`,
                  from: phone,
                  timestamp: '1795168000',
                  type: 'text',
                  text: { body: 'STOP' },
                },
              ],
            },
          },
        ],
      },
    ],
  });

const reason = 'confirmed on the telephone';
const propose = (from: string, into: string, headers = {}) =>
  platform.call<ContactMerge>(
    'POST',
    '/v1/contact-merges',
    { from, into, reason, proposedBy: 'Inès Martin' },
    headers,
  );
const approve = (path: string, approvedBy = 'Karim Benali', headers = second) =>
  platform.call<ContactMerge & ContactSplit>('POST', `${path}/approvals`, { approvedBy }, headers);
const merge = async (from: string, into: string) => {
  const { body } = await propose(from, into);
  return approve(`/v1/contact-merges/${body.mergeId}`);
};

describe('a merge', () => {
  test('is done by two people, and the id that was merged goes on to answer', async () => {
    const [one, two] = [await register(), await register()];
    await platform.settled();
    const { status, body } = await propose(one.contactId, two.contactId);
    expect([status, body.state]).toEqual([201, 'proposed']);
    const path = `/v1/contact-merges/${body.mergeId}`;
    expect((await approve(path, 'Karim Benali', {})).status).toBe(422);
    expect((await approve(path, 'inès  martin')).status).toBe(422);
    expect((await approve(path, 'Karim Benali', stranger)).status).toBe(403);
    expect(await decide(one.contactId)).toEqual(['allowed']);
    const merged = await approve(path);
    expect(merged).toMatchObject({
      status: 200,
      body: { state: 'merged', approvedBy: 'Karim Benali' },
    });
    expect((await approve(path)).status).toBe(409);
    expect((await platform.call('GET', path)).body).toEqual(merged.body);
    await platform.settled();
    const shown = await view(two.contactId);
    expect(shown.links.map(({ id }) => id).toSorted()).toEqual([one.crmId, two.crmId].toSorted());
    expect(shown.identities).toHaveLength(2);
    expect(await view(one.contactId)).toMatchObject({
      contactId: one.contactId,
      mergedInto: two.contactId,
      links: shown.links,
    });
    const found = await platform.call('POST', '/v1/contacts/search', {
      identity: { phone: `+${one.phone}` },
    });
    expect(found.body).toEqual({ contactId: two.contactId });
    expect(await decide(one.contactId)).toEqual(['allowed']);
  });

  test('joins what either refused, from the first decision on, and what is refused later by either name', async () => {
    const [one, two] = [await register(), await register()];
    await stop(one.phone);
    await platform.settled();
    expect(await decide(two.contactId)).toEqual(['allowed']);
    await merge(one.contactId, two.contactId);
    // Whether or not the ledger has taken over yet.
    expect(await decide(two.contactId)).not.toContain('allowed');
    expect((await view(two.contactId)).refusals).toMatchObject([{ scope: 'everything' }]);
    await platform.settled();
    expect(await decide(two.contactId)).toEqual(['suppressed']);
    expect(await decide(one.contactId)).toEqual(['suppressed']);
    const list = await platform.call('GET', `/v1/contacts/${one.contactId}/consents`);
    expect(list.body).toMatchObject({ suppressions: [{ scope: 'everything' }] });

    const [three, four] = [await register(), await register()];
    await platform.settled();
    await merge(three.contactId, four.contactId);
    await platform.settled();
    const line = {
      id: randomUUID(),
      kind: 'marketing-opt-out',
      contact: { contactId: three.contactId },
      occurredAt: '2026-11-19T09:00:00Z',
    };
    expect((await platform.call('POST', '/v1/signals', line)).status).toBe(200);
    await platform.settled();
    expect(await decide(four.contactId)).toEqual(['suppressed']);
    expect((await view(three.contactId)).refusals).toMatchObject([{ scope: 'marketing' }]);
  });

  test('counts the messages of both, and holds an agreement of one alone for none', async () => {
    const [one, two] = [await register(), await register()];
    await platform.settled();
    await decide(one.contactId, { reserve: true });
    await decide(one.contactId, { reserve: true });
    await decide(two.contactId, { reserve: true });
    await merge(one.contactId, two.contactId);
    await platform.settled();
    expect(await decide(two.contactId)).toEqual(['pressure-cap-reached']);

    const [three, four] = [await register(), await register(['service-message'])];
    await platform.settled();
    await merge(three.contactId, four.contactId);
    await platform.settled();
    expect(await decide(three.contactId)).toEqual(['consent-missing']);
    expect((await view(four.contactId)).consents).toEqual([]);
    const again = { ...consent('marketing'), state: undefined, at: '2026-11-20T10:04:00Z' };
    await platform.call('POST', '/v1/consents', { contactId: three.contactId, ...again });
    expect(await decide(four.contactId)).toEqual(['allowed']);
  });

  test('of chains, and of those who are merged at once, loses no refusal', async () => {
    const people = await Promise.all([register(), register(), register()]);
    const [one, two, three] = people.map(({ contactId }) => contactId) as [string, string, string];
    await stop(people[0]?.phone ?? '');
    await platform.settled();
    await merge(one, two);
    await merge(two, three);
    expect(await decide(three)).not.toContain('allowed');
    await platform.settled();
    for (const id of [one, two, three]) expect(await decide(id)).toEqual(['suppressed']);
    expect(await view(one)).toMatchObject({ mergedInto: three });
  });

  test('of who is not there, of one with itself, and of a part is refused', async () => {
    const [one, two, three] = [await register(), await register(), await register()];
    const nobody = `ct_${'0'.repeat(32)}`;
    expect((await propose(one.contactId, nobody)).status).toBe(404);
    expect((await propose(nobody, one.contactId)).status).toBe(404);
    expect((await propose(one.contactId, one.contactId)).status).toBe(422);
    const late = await propose(one.contactId, three.contactId);
    await merge(one.contactId, two.contactId);
    expect((await propose(one.contactId, three.contactId)).status).toBe(404);
    expect((await approve(`/v1/contact-merges/${late.body.mergeId}`)).status).toBe(409);
    expect((await approve(`/v1/contact-merges/mg_${'0'.repeat(32)}`)).status).toBe(404);
    expect((await platform.call('GET', `/v1/contact-merges/mg_${'0'.repeat(32)}`)).status).toBe(
      404,
    );
  });
});

describe('a split', () => {
  const split = async (contactId: string, identities: object, into?: string) => {
    const asked = { contactId, identities, reason, proposedBy: 'Inès Martin' };
    const { body, status } = await platform.call<ContactSplit>('POST', '/v1/contact-splits', {
      ...asked,
      ...(into === undefined ? {} : { into }),
    });
    if (status !== 201) return { status, body };
    return approve(`/v1/contact-splits/${body.splitId}`);
  };

  test('gives the names away, and lifts no refusal of either side', async () => {
    const [one, two] = [await register(), await register()];
    await stop(one.phone);
    await platform.settled();
    await merge(one.contactId, two.contactId);
    await platform.settled();
    const done = await split(
      two.contactId,
      { phone: `+${one.phone}`, crmId: one.crmId },
      one.contactId,
    );
    expect(done).toMatchObject({ status: 200, body: { state: 'split', into: one.contactId } });
    expect(await decide(one.contactId)).not.toContain('allowed');
    await platform.settled();
    for (const id of [one.contactId, two.contactId])
      expect(await decide(id)).toContain('suppressed');
    const left = await view(one.contactId);
    expect(left.mergedInto).toBeUndefined();
    expect(left.links).toMatchObject([{ id: one.crmId }]);
    expect(left.refusals).toMatchObject([{ scope: 'everything' }]);
    expect((await view(two.contactId)).links).toMatchObject([{ id: two.crmId }]);
  });

  test('of somebody who was never merged draws an id, which keeps refusals and messages and has no consent', async () => {
    const one = await register();
    await platform.settled();
    for (const _ of [1, 2, 3]) await decide(one.contactId, { reserve: true });
    const { body } = await split(one.contactId, { phone: `+${one.phone}` });
    await platform.settled();
    const drawn = body.into ?? '';
    expect(drawn).toMatch(/^ct_[0-9a-f]{32}$/);
    expect(await decide(drawn)).toEqual(expect.arrayContaining(['consent-missing']));
    expect(await decide(one.contactId)).toEqual(['pressure-cap-reached']);
    expect(await view(drawn)).toMatchObject({ links: [], identities: [{ kind: 'phone' }] });
  });

  test('of names that are not the contact’s, or of all of them, or into a stranger is refused', async () => {
    const [one, two] = [await register(), await register()];
    const all = { phone: `+${one.phone}`, crmId: one.crmId };
    expect((await split(one.contactId, { phone: `+${two.phone}` })).status).toBe(422);
    expect((await split(one.contactId, all)).status).toBe(422);
    expect((await split(one.contactId, { crmId: one.crmId }, two.contactId)).status).toBe(422);
    expect((await split(`ct_${'0'.repeat(32)}`, all)).status).toBe(404);
    expect((await split(one.contactId, { phone: '06 39 98 01 01' })).status).toBe(400);
    expect((await view(one.contactId)).identities).toHaveLength(1);
  });
});
