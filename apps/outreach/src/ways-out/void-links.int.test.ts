import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Vault } from '@tact/platform';
import { formAsShown } from '../testing/form-as-shown.ts';
import { formIn } from '../testing/mailed-people.ts';
import { readersUnderTest } from '../testing/readers-under-test.ts';

const { stage, wayOutOf, reader, click, restate, stopsRecorded, withdrawn, reasons } =
  readersUnderTest();

/** Somebody who agreed to offers and has another address by now, and the link that was sent to the one of before. */
const moved = async () => {
  const person = await reader();
  await restate(person.contactId, `mine-${person.contactId}@business.example`);
  return person;
};
/** The address went to somebody else. */
const somebodyElseAt = (email: string, crmId: string = randomUUID()) =>
  stage().register({ identities: { email, crmId }, timeZone: 'Europe/Paris' });
const erase = (subject: string) =>
  stage().service.app.get(Vault).destroySubject({ tenantId: 'demo', subject });
const mailsWithdrawn = async (contactId: string) =>
  (await withdrawn(contactId))
    .map(({ data }) => data as { readonly by?: string })
    .filter(({ by }) => by !== undefined);

describe('a link to an address that is not the contact’s any more', () => {
  test('still stops by one click, a hundred of which are one event', async () => {
    const { contactId, path } = await moved();
    expect(await reasons(contactId)).toEqual(['allowed']);
    const all = await Promise.all(Array.from({ length: 100 }, () => click(path)));
    expect(new Set(all.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(all[0]?.body).toContain('C’est noté : ces messages s’arrêtent');
    expect(all[0]?.body).toContain('à l’adresse qui a reçu ce lien');
    expect(await withdrawn(contactId)).toHaveLength(1);
    expect(await reasons(contactId)).toEqual(['consent-withdrawn']);
  });

  test('says that it opens no choices, shows nothing of anybody, and has the one button', async () => {
    const { contactId, email, path } = await moved();
    const page = await stage().browse(path);
    expect(page.statusCode).toBe(404);
    expect(page.body).toContain('Ce lien n’est plus valable');
    expect(page.body).not.toContain(email);
    expect(page.body).not.toContain('Vous pouvez recevoir');
    expect(page.body.match(/<button/g)).toHaveLength(1);
    expect(await withdrawn(contactId)).toHaveLength(0);
    const english = (await stage().browse(`${path}?lang=en`)).body;
    expect(english).toContain('You can still stop these messages here.');
    const form = { form: formIn(page.body), act: 'stop' };
    expect((await stage().browse(path, { form })).statusCode).toBe(303);
    const done = await stage().browse(`${path}?lang=en`);
    expect(done.body).toContain('Done: these messages stop');
    expect(done.body).not.toContain('<button');
    expect(await reasons(contactId)).toEqual(['consent-withdrawn']);
  });

  test('takes nothing else: no preferences, no form of elsewhere, no act that there is not', async () => {
    const { contactId, path } = await reader();
    const shown = formAsShown((await stage().browse(path)).body, 'preferences');
    await restate(contactId);
    const { form: token = [''] } = shown;
    for (const form of [
      { ...shown, channels: ['email', 'whatsapp'] },
      { form: token, act: 'toString' },
    ]) {
      expect((await stage().browse(path, { form })).statusCode).toBe(404);
    }
    expect((await stage().browse(path, { form: { act: 'stop' } })).statusCode).toBe(403);
    const { body } = await stage().call('GET', `/v1/contacts/${contactId}/preferences`);
    expect(body).not.toHaveProperty('by');
    expect(await reasons(contactId)).toEqual(['allowed']);
  });

  test('ends everything where that was pressed on a page of before', async () => {
    const { contactId, path } = await reader();
    const form = { form: formIn((await stage().browse(path)).body), act: 'everything' };
    await restate(contactId);
    expect((await stage().browse(path, { form })).statusCode).toBe(303);
    expect(await reasons(contactId)).toEqual(['suppressed', 'consent-withdrawn']);
  });
});

describe('what is stopped at an address', () => {
  test('is stopped for whoever has it by now, as their own word, and by mail alone', async () => {
    const { email, path } = await moved();
    const other = await somebodyElseAt(email);
    expect(await withdrawn(other)).toHaveLength(0);
    await click(path);
    await click(path);
    await stopsRecorded();
    expect(await mailsWithdrawn(other)).toMatchObject([
      { purpose: 'marketing', channel: 'email', by: 'person' },
    ]);
  });

  test('is stopped for whoever is registered with it later, once', async () => {
    const { email, path } = await moved();
    await click(path);
    const crmId = randomUUID();
    const later = await somebodyElseAt(email, crmId);
    expect(await somebodyElseAt(email, crmId)).toBe(later);
    expect(await mailsWithdrawn(later)).toMatchObject([{ channel: 'email', by: 'person' }]);
  });

  test('stays so when the person is erased, and a link to the erased still stops', async () => {
    const stopped = await moved();
    await click(stopped.path);
    await erase(stopped.contactId);
    const again = await stage().register({
      identities: { email: stopped.email },
      timeZone: 'Europe/Paris',
    });
    expect(again).not.toBe(stopped.contactId);
    expect(await mailsWithdrawn(again)).toMatchObject([{ purpose: 'marketing', channel: 'email' }]);
    const gone = await reader();
    await erase(gone.contactId);
    expect((await stage().browse(gone.path)).statusCode).toBe(404);
    expect((await click(gone.path)).statusCode).toBe(200);
    const back = await stage().register({
      identities: { email: gone.email },
      timeZone: 'Europe/Paris',
    });
    expect(await mailsWithdrawn(back)).toMatchObject([{ purpose: 'marketing', channel: 'email' }]);
  });

  test('says nothing of mails where the link was about WhatsApp and the address is hers', async () => {
    const { contactId, email, path } = await reader();
    await click(path);
    const again = await stage().register({ identities: { email }, timeZone: 'Europe/Paris' });
    expect(again).toBe(contactId);
    expect(await withdrawn(contactId)).toMatchObject([{ data: { channel: 'whatsapp' } }]);
    expect((await stage().browse(await wayOutOf({ contactId, email }))).statusCode).toBe(200);
  });
});
