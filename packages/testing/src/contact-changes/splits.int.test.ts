import { describe, expect, test } from '@jest/globals';
import type { ContactSplit } from '@tact/contracts';
import { contactsUnderTest } from './contacts-under-test.ts';

const { approve, consent, decide, merge, platform, reason, register, stop, view } =
  contactsUnderTest();

describe('a split', () => {
  const split = async (contactId: string, identities: object, into?: string) => {
    const asked = { contactId, identities, reason, proposedBy: 'Inès Martin' };
    const { body, status } = await platform().call<ContactSplit>('POST', '/v1/contact-splits', {
      ...asked,
      ...(into === undefined ? {} : { into }),
    });
    if (status !== 201) return { status, body };
    return approve(`/v1/contact-splits/${body.splitId}`);
  };

  test('gives the names away, and lifts no refusal of either side', async () => {
    const [one, two] = [await register(), await register()];
    await stop(one.phone);
    await platform().settled();
    await merge(one.contactId, two.contactId);
    await platform().settled();
    const done = await split(
      two.contactId,
      { phone: `+${one.phone}`, crmId: one.crmId },
      one.contactId,
    );
    expect(done).toMatchObject({ status: 200, body: { state: 'split', into: one.contactId } });
    expect(await decide(one.contactId)).not.toContain('allowed');
    await platform().settled();
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
    await platform().settled();
    for (const _ of [1, 2, 3]) await decide(one.contactId, { reserve: true });
    const { body } = await split(one.contactId, { phone: `+${one.phone}` });
    // Neither of them is written to until the ledger knows.
    expect(await decide(one.contactId)).not.toContain('allowed');
    await platform().settled();
    const drawn = body.into ?? '';
    expect(drawn).toMatch(/^ct_[0-9a-f]{32}$/);
    expect(await decide(drawn)).toEqual(expect.arrayContaining(['consent-missing']));
    // Whoever left may have been the one who agreed.
    expect(await decide(one.contactId)).toEqual(['consent-missing', 'pressure-cap-reached']);
    expect((await view(one.contactId)).consents).toEqual([]);
    const again = { ...consent('marketing'), state: undefined };
    const agree = (at: string) =>
      platform().call('POST', '/v1/consents', { contactId: one.contactId, ...again, at });
    await agree('2026-11-20T09:59:00Z');
    expect(await decide(one.contactId)).toContain('consent-missing');
    await agree('2026-11-20T10:04:00Z');
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
