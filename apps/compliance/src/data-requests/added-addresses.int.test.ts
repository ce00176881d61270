import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requestsUnderTest } from '../testing/requests-under-test.ts';

let stage: Awaited<ReturnType<typeof requestsUnderTest>>;
beforeAll(async () => {
  stage = await requestsUnderTest('2026-11-20T10:00:00.000Z');
}, 60_000);
afterAll(async () => {
  await stage?.stop();
});

let people = 0;
/** Names that nobody has yet: a number and an address of a person, and an address of somebody else. */
const names = () => {
  people += 1;
  return {
    phone: `+336399820${String(people).padStart(2, '0')}`,
    email: `owner-${people}@example.org`,
    thief: `thief-${people}@example.net`,
  };
};
const mailsTo = (address: string) =>
  stage.smtp.mails.filter((mail) => mail.includes(`To: ${address}`));
const evidence = { method: 'in-person', reference: 'desk 3, 20 November' };

describe('an address that a form adds to whom its number names', () => {
  test('gets no code where another one is on file, and a click in it makes nothing fresh', async () => {
    const { phone, email, thief } = names();
    await stage.person({ phone, email });
    await stage.tellMore({ phone, email: thief });
    await stage.click(thief);
    for (const [nth, identities] of [{ phone }, { phone, email: thief }].entries()) {
      const { requestId } = await stage.open('access', identities);
      const code = await stage.codeAt(requestId, email, nth + 1);
      await stage.verify(requestId, { code });
      expect(await stage.show(requestId)).toMatchObject({
        state: 'awaiting-verification',
        lackingProofs: 1,
      });
    }
    await stage.idle();
    expect(mailsTo(thief)).toEqual([]);
  }, 30_000);

  test('gets none where it is the first one: it is on file once evidence was accepted', async () => {
    const { phone, thief: added } = names();
    await stage.person({ phone });
    await stage.tellMore({ phone, email: added });
    await stage.click(added);
    for (const identities of [{ phone }, { phone, email: added }, { email: added }]) {
      const { requestId } = await stage.open('erasure', identities);
      await stage.ask(requestId);
      await stage.idle();
    }
    expect(mailsTo(added)).toEqual([]);
    const proven = await stage.open('rectification', { phone, email: added });
    await stage.reaching(proven.requestId, 'awaiting-verification');
    expect((await stage.verify(proven.requestId, { evidence })).status).toBe(200);
    const { requestId } = await stage.open('access', { phone });
    await stage.verify(requestId, { code: await stage.codeAt(requestId, added) });
    // On file, and no proof of when it was read.
    expect(await stage.show(requestId)).toMatchObject({ lackingProofs: 1 });
  }, 30_000);

  test('is on file by no evidence that was of somebody else, or that named no address', async () => {
    const { phone, email, thief } = names();
    await stage.person({ phone, email });
    await stage.tellMore({ phone, email: thief });
    const { requestId } = await stage.open('rectification', { phone });
    await stage.reaching(requestId, 'awaiting-verification');
    await stage.verify(requestId, { evidence });
    const strange = await stage.open('rectification', { phone, email: 'nobody-has@example.net' });
    await stage.reaching(strange.requestId, 'awaiting-verification');
    await stage.verify(strange.requestId, { evidence });
    const after = await stage.open('erasure', { phone });
    await stage.codeAt(after.requestId, email);
    expect([...mailsTo(thief), ...mailsTo('nobody-has@example.net')]).toEqual([]);
  }, 30_000);
});

describe('an address that the record replaces', () => {
  test('takes the place of the one that the same record told, and is proven by nobody', async () => {
    const { phone, email, thief: later } = names();
    const link = { connection: 'crm', object: 'contact', id: 'c-1' };
    await stage.person({ phone, email, link });
    await stage.click(email);
    await stage.tellMore({ link, email: later }, ['email']);
    const { requestId } = await stage.open('access', { phone });
    await stage.verify(requestId, { code: await stage.codeAt(requestId, later) });
    expect(await stage.show(requestId)).toMatchObject({ lackingProofs: 1 });
    expect(mailsTo(email)).toEqual([]);
  }, 30_000);

  test('takes no code that went to the earlier one, and is not dated by it', async () => {
    const { phone, email, thief: later } = names();
    const link = { connection: 'crm', object: 'contact', id: 'c-2' };
    const contactId = await stage.person({ phone, email, link });
    const first = await stage.open('erasure', { phone });
    const code = await stage.codeAt(first.requestId, email);
    const half = await stage.open('access', { phone });
    await stage.verify(half.requestId, { code: await stage.codeAt(half.requestId, email, 2) });
    await stage.tellMore({ link, email: later }, ['email']);
    expect((await stage.verify(first.requestId, { code })).status).toBe(403);
    expect((await stage.show(first.requestId)).state).toBe('awaiting-verification');
    expect((await stage.verify(half.requestId, { evidence })).status).toBe(200);
    const dated = await stage.queryable.query(
      'SELECT FROM addresses_on_file WHERE contact_id = $1 AND verified_on IS NOT NULL',
      [contactId],
    );
    expect(dated).toEqual([]);
    const next = await stage.codeAt(first.requestId, later);
    expect((await stage.verify(first.requestId, { code: next })).status).toBe(200);
  }, 30_000);

  test('leaves a card alone that says another one, which the contact has still', async () => {
    const { phone, email, thief } = names();
    await stage.person({ phone, email });
    await stage.tellMore({ phone, email: thief }, ['email']);
    const { requestId } = await stage.open('erasure', { phone });
    await stage.codeAt(requestId, email);
    expect(mailsTo(thief)).toEqual([]);
  }, 30_000);

  test('makes no card where there is none', async () => {
    const { phone, thief } = names();
    await stage.person({ phone });
    await stage.tellMore({ phone, email: thief }, ['email']);
    const { requestId } = await stage.open('erasure', { phone });
    await stage.ask(requestId);
    await stage.idle();
    expect(mailsTo(thief)).toEqual([]);
  }, 30_000);
});
