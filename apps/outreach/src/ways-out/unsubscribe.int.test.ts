import { describe, expect, test } from '@jest/globals';
import { DAY_MS, MINUTE_MS } from '@tact/contracts';
import { Clock, Database } from '@tact/platform';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { formIn } from '../testing/mailed-people.ts';
import { consentFact, factOf, proof } from '../testing/policy-facts.ts';
import { oneClick, readersUnderTest } from '../testing/readers-under-test.ts';

const { stage, reader, click, withdrawn, reasons, send } = readersUnderTest();

describe('one click', () => {
  test('sent a hundred times is one event, and each answer says that it is done', async () => {
    const { contactId, path } = await reader();
    expect(await reasons(contactId)).toEqual(['allowed']);
    const all = await Promise.all(Array.from({ length: 100 }, () => click(path)));
    expect(new Set(all.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(await withdrawn(contactId)).toHaveLength(1);
    expect(await reasons(contactId)).toEqual(['consent-withdrawn']);
    expect(all[0]?.body).toContain('vous ne recevrez plus');
  });

  test('is undone by no key, and ends again what the person reopened', async () => {
    const { contactId, path } = await reader();
    await click(path);
    const clock = stage().service.app.get(Clock);
    clock.moveTo(clock.advancedMs + DAY_MS);
    const about = { purpose: 'marketing', channel: 'whatsapp', at: clock.now().toISOString() };
    const payload = { contactId, ...about, proof };
    const recorded = await stage().call('POST', '/v1/consents', { payload });
    expect(recorded).toMatchObject({ status: 201, body: { standing: 'withdrawn' } });
    expect(await reasons(contactId)).toEqual(['consent-withdrawn']);
    const { body } = await stage().call('GET', `/v1/contacts/${contactId}/consents`);
    expect(body['items']).toMatchObject([{ state: 'withdrawn' }]);
    expect((await stage().browse(path)).body).toContain('vous ne recevrez plus');
    const witness = { name: 'Inès', method: 'in-person', evidence: 'book, page 12' };
    const reopening = { payload: { ...payload, witness } };
    expect((await stage().call('POST', '/v1/consents/reopenings', reopening)).status).toBe(201);
    expect(await reasons(contactId)).toEqual(['allowed']);
    clock.moveTo(clock.advancedMs + MINUTE_MS);
    await click(path);
    expect(await reasons(contactId)).toEqual(['consent-withdrawn']);
    expect(await withdrawn(contactId)).toHaveLength(2);
  });

  test('that opens nothing answers like any other that opens nothing', async () => {
    const { path } = await reader();
    const odd = [path.slice(0, -1), `/v1/unsubscribe/${'A'.repeat(43)}`, '/v1/unsubscribe/x'];
    const answers = [];
    for (const one of odd) answers.push(await click(one), await stage().browse(one));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([404]));
  });
});

describe('the page', () => {
  test('changes nothing by being looked at, in either language and without a script', async () => {
    const { contactId, path } = await reader();
    const before = await stage().eventsOf(contactId);
    for (const language of ['fr', 'en']) {
      const page = await stage().browse(`${path}?lang=${language}`);
      expect([page.statusCode, page.headers['referrer-policy']]).toEqual([200, 'no-referrer']);
      expect(page.body).toContain(`<html lang="${language}">`);
      expect(page.body).not.toContain('<script');
    }
    expect(await stage().eventsOf(contactId)).toEqual(before);
  });

  test('ends these messages by a button, and shows it on the page it leads back to', async () => {
    const { contactId, path } = await reader();
    const sent = await send(path, { act: 'stop' });
    expect([sent.statusCode, sent.headers.location]).toEqual([303, `${path}?lang=fr`]);
    expect((await stage().browse(path)).body).toContain(
      'vous ne recevrez plus nos actualités ni nos offres sur WhatsApp',
    );
    await send(path, { act: 'stop' });
    expect(await withdrawn(contactId)).toHaveLength(1);
  });

  test('ends everything, once', async () => {
    const { contactId, path } = await reader();
    const form = { form: formIn((await stage().browse(path)).body), act: 'everything' };
    await Promise.all(Array.from({ length: 10 }, () => stage().browse(path, { form })));
    const types = (await stage().eventsOf(contactId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'ContactSuppressed')).toHaveLength(1);
    expect(await reasons(contactId)).toEqual(['suppressed', 'consent-withdrawn']);
    expect((await stage().browse(path)).body).toContain('nous ne vous écrirons plus');
  });

  test('ends everything again after the person reopened it somewhere', async () => {
    const { contactId, path } = await reader();
    await send(path, { act: 'everything' });
    const clock = stage().service.app.get(Clock);
    clock.moveTo(clock.advancedMs + MINUTE_MS);
    const at = clock.now().toISOString();
    const word = { kind: 'lift-suppression', contactId, scope: 'everything' } as const;
    const lift = { ...word, ground: 'start-word', channel: 'whatsapp', at } as const;
    const { app } = stage().service;
    await app
      .get(Database)
      .transaction((tx) =>
        app.get(ContactPolicies).runIn(tx, [factOf(lift), consentFact(contactId, 'marketing', at)]),
      );
    expect(await reasons(contactId)).toEqual(['allowed']);
    const page = (await stage().browse(path)).body;
    expect(page).toContain('Vous pouvez recevoir');
    expect(page).toContain('value="stop"');
    clock.moveTo(clock.advancedMs + MINUTE_MS);
    await send(path, { act: 'everything' });
    expect(await reasons(contactId)).toEqual(['suppressed', 'consent-withdrawn']);
    const after = (await stage().browse(path)).body;
    expect(after).toContain('nous ne vous écrirons plus');
    expect(after).not.toContain('value="stop"');
  });

  test('a mail program that shows mails in a page of its own ends them by one click too', async () => {
    const { contactId, path } = await reader();
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://mail.example' };
    const more = { ...oneClick, act: 'everything' };
    expect((await stage().browse(path, { form: more, headers })).statusCode).toBe(403);
    expect(await withdrawn(contactId)).toHaveLength(0);
    expect((await stage().browse(path, { form: oneClick, headers })).statusCode).toBe(200);
    expect(await withdrawn(contactId)).toHaveLength(1);
  });

  test('without its form, or from another site, nothing is taken', async () => {
    const { contactId, path } = await reader();
    const form = { form: formIn((await stage().browse(path)).body), act: 'stop' };
    const refused = [
      await stage().browse(path, { form: { act: 'stop' } }),
      await stage().browse(path, { form: { form: form.form, act: 'unknown' } }),
      await stage().browse(path, { form, headers: { 'sec-fetch-site': 'cross-site' } }),
    ];
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403]);
    expect(await withdrawn(contactId)).toHaveLength(0);
  });
});
