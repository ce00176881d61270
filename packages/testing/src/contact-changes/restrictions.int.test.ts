import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { ContactSplit } from '@tact/contracts';
import { contactsUnderTest } from './contacts-under-test.ts';

const { approve, merge, platform, reason, register } = contactsUnderTest();

const path = (contactId: string) => `/v1/contacts/${contactId}/restrictions`;
const restrict = (contactId: string) => platform().call('POST', path(contactId), { reason });
const lift = async (contactId: string): Promise<number> => {
  const noticed = { reason, noticedAt: '2026-11-19T09:00:00Z' };
  return (await platform().call('POST', `${path(contactId)}/lifts`, noticed)).status;
};
const statusOf = async (contactId: string): Promise<number> => {
  const asked = { contactId, channel: 'whatsapp', purpose: 'marketing' };
  return (await platform().call('POST', '/v1/contact-decisions', asked)).status;
};
/** Once all of them are, which outreach hears a moment later. */
const areRestricted = async (isSo: boolean, ...contactIds: readonly string[]): Promise<void> => {
  for (const contactId of contactIds) {
    while (((await statusOf(contactId)) === 423) !== isSo) await pause(25);
  }
};
const two = async (...which: readonly (0 | 1)[]) => {
  const people = [await register(), await register()] as const;
  for (const nth of which) await restrict(people[nth].contactId);
  await platform().settled();
  const [from, into] = people;
  await merge(from.contactId, into.contactId);
  await platform().settled();
  return { from, into };
};

describe('a restriction of contacts that were merged', () => {
  test.each([[[0]], [[1]], [[0, 1]]] as const)(
    'is lifted by either id, whichever it stands under: %j',
    async (which) => {
      const { from, into } = await two(...which);
      await areRestricted(true, from.contactId, into.contactId);
      const asked = which.length === 2 ? from : into;
      expect(await lift(asked.contactId)).toBe(200);
      await platform().settled();
      await areRestricted(false, from.contactId, into.contactId);
      expect(await lift(into.contactId)).toBe(409);
      expect(await lift(from.contactId)).toBe(409);
    },
    60_000,
  );

  test('is of both where they are split again, and lifted of each by itself', async () => {
    for (const nth of [0, 1] as const) {
      const { from, into } = await two(nth);
      const asked = {
        contactId: into.contactId,
        identities: { phone: `+${from.phone}`, crmId: from.crmId },
        into: from.contactId,
        reason,
        proposedBy: 'Inès Martin',
      };
      const { body } = await platform().call<ContactSplit>('POST', '/v1/contact-splits', asked);
      expect((await approve(`/v1/contact-splits/${body.splitId}`)).status).toBe(200);
      await platform().settled();
      await areRestricted(true, from.contactId, into.contactId);
      expect(await lift(from.contactId)).toBe(200);
      await areRestricted(false, from.contactId);
      await areRestricted(true, into.contactId);
      expect(await lift(into.contactId)).toBe(200);
    }
  }, 60_000);

  test('of neither is none of both', async () => {
    const one = await register();
    const asked = { contactId: one.contactId, identities: { phone: `+${one.phone}` } };
    const { body } = await platform().call<ContactSplit>('POST', '/v1/contact-splits', {
      ...asked,
      reason,
      proposedBy: 'Inès Martin',
    });
    const done = await approve(`/v1/contact-splits/${body.splitId}`);
    await platform().settled();
    expect(await statusOf(one.contactId)).not.toBe(423);
    expect(await lift((done.body as ContactSplit).into ?? '')).toBe(409);
  }, 60_000);
});
