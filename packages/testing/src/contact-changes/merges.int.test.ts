import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { contactsUnderTest } from './contacts-under-test.ts';

const { approve, consent, decide, merge, platform, propose, register, stop, stranger, view } =
  contactsUnderTest();

describe('a merge', () => {
  test('is done by two people, and the id that was merged goes on to answer', async () => {
    const [one, two] = [await register(), await register()];
    await platform().settled();
    const { status, body } = await propose(one.contactId, two.contactId);
    expect([status, body.state]).toEqual([201, 'proposed']);
    const path = `/v1/contact-merges/${body.mergeId}`;
    expect((await approve(path, 'Karim Benali', {})).status).toBe(422);
    expect((await approve(path, 'inès  martin')).status).toBe(422);
    expect((await approve(path, 'Karim Benali', stranger())).status).toBe(403);
    expect(await decide(one.contactId)).toEqual(['allowed']);
    const merged = await approve(path);
    expect(merged).toMatchObject({
      status: 200,
      body: { state: 'merged', approvedBy: 'Karim Benali' },
    });
    expect((await approve(path)).status).toBe(409);
    expect((await platform().call('GET', path)).body).toEqual(merged.body);
    await platform().settled();
    const shown = await view(two.contactId);
    expect(shown.links.map(({ id }) => id).toSorted()).toEqual([one.crmId, two.crmId].toSorted());
    expect(shown.identities).toHaveLength(2);
    expect(await view(one.contactId)).toMatchObject({
      contactId: one.contactId,
      mergedInto: two.contactId,
      links: shown.links,
    });
    const found = await platform().call('POST', '/v1/contacts/search', {
      identity: { phone: `+${one.phone}` },
    });
    expect(found.body).toEqual({ contactId: two.contactId });
    expect(await decide(one.contactId)).toEqual(['allowed']);
  });

  test('joins what either refused, from the first decision on, and what is refused later by either name', async () => {
    const [one, two] = [await register(), await register()];
    await stop(one.phone);
    await platform().settled();
    expect(await decide(two.contactId)).toEqual(['allowed']);
    await merge(one.contactId, two.contactId);
    // Whether or not the ledger has taken over yet.
    expect(await decide(two.contactId)).not.toContain('allowed');
    expect((await view(two.contactId)).refusals).toMatchObject([{ scope: 'everything' }]);
    await platform().settled();
    expect(await decide(two.contactId)).toEqual(['suppressed']);
    expect(await decide(one.contactId)).toEqual(['suppressed']);
    const list = await platform().call('GET', `/v1/contacts/${one.contactId}/consents`);
    expect(list.body).toMatchObject({ suppressions: [{ scope: 'everything' }] });

    const [three, four] = [await register(), await register()];
    await platform().settled();
    await merge(three.contactId, four.contactId);
    await platform().settled();
    const line = {
      id: randomUUID(),
      kind: 'marketing-opt-out',
      contact: { contactId: three.contactId },
      occurredAt: '2026-11-19T09:00:00Z',
    };
    expect((await platform().call('POST', '/v1/signals', line)).status).toBe(200);
    await platform().settled();
    expect(await decide(four.contactId)).toEqual(['suppressed']);
    expect((await view(three.contactId)).refusals).toMatchObject([{ scope: 'marketing' }]);
  });

  test('counts the messages of both, and holds an agreement of one alone for none', async () => {
    const [one, two] = [await register(), await register()];
    await platform().settled();
    await decide(one.contactId, { reserve: true });
    await decide(one.contactId, { reserve: true });
    await decide(two.contactId, { reserve: true });
    await merge(one.contactId, two.contactId);
    await platform().settled();
    expect(await decide(two.contactId)).toEqual(['pressure-cap-reached']);

    const [three, four] = [await register(), await register(['service-message'])];
    await platform().settled();
    await merge(three.contactId, four.contactId);
    await platform().settled();
    expect(await decide(three.contactId)).toEqual(['consent-missing']);
    expect((await view(four.contactId)).consents).toEqual([]);
    const again = { ...consent('marketing'), state: undefined };
    const agree = (at: string) =>
      platform().call('POST', '/v1/consents', { contactId: three.contactId, ...again, at });
    // Of before they were one: whoever agreed, the other did not.
    await agree('2026-11-19T10:00:00Z');
    expect(await decide(four.contactId)).toEqual(['consent-missing']);
    await agree('2026-11-20T10:04:00Z');
    expect(await decide(four.contactId)).toEqual(['allowed']);
  });

  test('takes what is observed of either id for the one that stays', async () => {
    const [one, two] = [await register(['signal-analysis']), await register(['signal-analysis'])];
    await platform().settled();
    await merge(one.contactId, two.contactId);
    await platform().settled();
    const line = {
      id: `${one.contactId}/1`,
      kind: 'call-not-ringing',
      contact: { contactId: one.contactId },
      occurredAt: '2026-11-19T09:00:00Z',
    };
    expect((await platform().call('POST', '/v1/signals', line)).status).toBe(200);
    await platform().settled();
    const timeline = await platform().call('GET', `/v1/contacts/${two.contactId}/signals`);
    expect(timeline.body).toMatchObject({ items: [{ kind: 'call-not-ringing' }] });
    const worklist = await platform().call('GET', '/v1/block-likelihoods');
    expect(JSON.stringify(worklist.body)).not.toContain(one.contactId);
  });

  test('of chains, and of those who are merged at once, loses no refusal', async () => {
    const people = await Promise.all([register(), register(), register()]);
    const [one, two, three] = people.map(({ contactId }) => contactId) as [string, string, string];
    await stop(people[0]?.phone ?? '');
    await platform().settled();
    await merge(one, two);
    await merge(two, three);
    expect(await decide(three)).not.toContain('allowed');
    await platform().settled();
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
    expect((await platform().call('GET', `/v1/contact-merges/mg_${'0'.repeat(32)}`)).status).toBe(
      404,
    );
  });
});
