import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { Clock, SigningKeys } from '@tact/platform';
import { compactVerify, createLocalJWKSet } from 'jose';
import { askedPeopleUnderTest, text } from '../testing/asked-people-under-test.ts';
import { confirmationIn, formIn, wayOutIn } from '../testing/mailed-people.ts';

const people = askedPeopleUnderTest();
const { stage, about, ask, asked, confirm, consentIdOf, moveOn, isVoid, noticeId } = people;

describe('double opt-in', () => {
  test('from the mail to the receipt: the person agrees by an act of their own', async () => {
    const { contactId, email, answer, mail, path } = await asked();
    expect(answer).toMatchObject({ status: 200, body: { decision: 'allowed' } });
    expect(mail).toContain(`To: ${email}`);
    expect(mail).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(mail).toMatch(
      /List-Unsubscribe:\s+<http:\/\/127\.0\.0\.1:8080\/v1\/unsubscribe\/[\w-]{43}>/,
    );
    expect(mail.split(wayOutIn(mail)).length).toBeGreaterThan(2);
    const page = await stage().browse(path);
    expect([page.statusCode, page.headers['referrer-policy']]).toEqual([200, 'no-referrer']);
    expect(page.body).toContain(text);
    expect(page.body).not.toContain('<script');
    expect(await stage().eventsOf(contactId)).toHaveLength(1);
    const confirmed = await confirm(path);
    expect([confirmed.statusCode, confirmed.headers.location]).toEqual([303, `${path}?lang=fr`]);
    const [given] = (await stage().eventsOf(contactId)).filter(
      ({ type }) => type === 'ConsentGiven',
    );
    expect(given?.data).toMatchObject({
      ...about,
      proof: {
        method: 'double-opt-in',
        noticeId: noticeId(),
        evidenceRef: answer.body['confirmationId'],
      },
    });
    const done = await stage().browse(path);
    expect(done.body).toContain('Votre accord est enregistré');
    const receipt = await stage().mailTo(email, 2);
    expect(receipt).toContain('votre accord est enregistr');
    expect(receipt).toContain(/<code>([^<]+)<\/code>/.exec(done.body)?.[1] ?? 'no receipt');
    expect(wayOutIn(receipt)).toMatch(/^\/v1\/unsubscribe\//);
  });

  test('the receipt is verified by jose alone', async () => {
    const { contactId, path } = await asked();
    await confirm(path);
    const consentId = await consentIdOf(contactId);
    const { body } = await stage().call('GET', `/v1/consents/${consentId}/receipt`);
    const jwks = createLocalJWKSet(await stage().service.app.get(SigningKeys).jwks());
    const { payload, protectedHeader } = await compactVerify(String(body['receipt']), jwks);
    expect(protectedHeader.typ).toBe('consent-receipt+jws');
    expect(JSON.parse(Buffer.from(payload).toString('utf8'))).toEqual(body['record']);
    expect(body['record']).toMatchObject({
      record_id: consentId,
      pii_principal_id: contactId,
      privacy_notice: { id: noticeId(), version: '1', language: 'fr' },
      purposes: [{ ...about, lawful_basis: 'consent' }],
      event: { event_state: 'given', method: 'double-opt-in' },
    });
    const foreign = await stage().call('GET', `/v1/consents/${consentId}/receipt`, {
      key: stage().stranger,
    });
    expect(foreign.status).toBe(404);
  });

  test('a link that is followed by machines, a hundred times, changes nothing', async () => {
    const { contactId, path } = await asked();
    const pages = await Promise.all(Array.from({ length: 100 }, () => stage().browse(path)));
    expect(new Set(pages.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(await stage().eventsOf(contactId)).toHaveLength(1);
    expect((await confirm(path)).statusCode).toBe(303);
  });

  test('the same form sent many times at once is one consent', async () => {
    const { contactId, path } = await asked();
    const form = { form: formIn((await stage().browse(path)).body), act: 'confirm' };
    const all = await Promise.all(Array.from({ length: 20 }, () => stage().browse(path, { form })));
    expect(all.every(({ statusCode }) => statusCode === 303)).toBe(true);
    const given = (await stage().eventsOf(contactId)).filter(({ type }) => type === 'ConsentGiven');
    expect(given).toHaveLength(1);
  });

  test('what never was a link answers alike: cut, invented, of another use', async () => {
    const { path, mail } = await asked();
    const other = `/c/${wayOutIn(mail).split('/').at(-1)}`;
    const odd = [path.slice(0, -1), `/c/${'A'.repeat(43)}`, other, '/c/x', `${path}x`];
    const ends: { body: string; statusCode: number }[] = [];
    for (const one of odd) ends.push(await stage().browse(one));
    const form = { form: 'x', act: 'confirm' };
    for (const one of odd) ends.push(await stage().browse(one, { form }));
    expect(new Set(ends.map(({ statusCode }) => statusCode))).toEqual(new Set([404]));
    const plain = (html: string) => html.replaceAll(/href="[^"]*"|<code>[^<]*<\/code>/g, '');
    expect(new Set(ends.map(({ body }) => plain(body))).size).toBe(1);
  });

  test('a link that is void says so, and has no button', async () => {
    const { path } = await asked();
    const form = { form: formIn((await stage().browse(path)).body), act: 'confirm' };
    moveOn(8 * DAY_MS);
    for (const page of [await stage().browse(path), await stage().browse(path, { form })]) {
      expect(isVoid(page)).toBe(true);
    }
  });

  test('is written by the platform alone', async () => {
    const { contactId } = await stage().newPerson();
    const at = stage().service.app.get(Clock).now().toISOString();
    const proof = {
      source: 'form',
      method: 'double-opt-in',
      noticeId: noticeId(),
      evidenceRef: 'log 4711',
    };
    const { status, body } = await stage().call('POST', '/v1/consents', {
      payload: { contactId, ...about, at, proof },
    });
    expect(status).toBe(422);
    expect(body['errors']).toMatchObject([
      {
        pointer: '/proof/method',
        message: expect.stringContaining('POST /v1/consents/confirmations'),
      },
    ]);
  });

  test('a form that stood on no page of ours is refused', async () => {
    const { contactId, path } = await asked();
    const page = await stage().browse(path);
    const form = { form: formIn(page.body), act: 'confirm' };
    const refused = [
      await stage().browse(path, { form: { act: 'confirm' } }),
      await stage().browse(path, { form, headers: { 'sec-fetch-site': 'cross-site' } }),
      await stage().browse(path, { form, headers: { origin: 'https://evil.example' } }),
    ];
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403]);
    expect(await stage().eventsOf(contactId)).toHaveLength(1);
  });
});

test('the mails are in the language of the person, whatever that of the text', async () => {
  const email = 'sam@example.org';
  const identities = { email };
  const known = { identities, timeZone: 'Europe/Paris', language: 'en-GB' };
  const contactId = await stage().register(known);
  await ask(contactId);
  const mail = await stage().mailTo(email);
  expect(mail).toContain('would like to contact you on WhatsApp with news and offers');
  const path = confirmationIn(mail);
  const page = await stage().browse(path, { headers: { 'accept-language': 'de' } });
  expect(page.body).toContain('<html lang="en">');
  expect(page.body).toContain('demo asks for your consent to contact you on WhatsApp');
  await confirm(path);
  expect(await stage().mailTo(email, 2)).toContain('You agreed to receive our news and offers');
});
