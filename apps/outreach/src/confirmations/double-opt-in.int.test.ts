import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS, MINUTE_MS } from '@tact/contracts';
import { Clock, Database, JobRunner, SigningKeys } from '@tact/platform';
import { compactVerify, createLocalJWKSet } from 'jose';
import { startMailTaker } from '../../../../packages/testing/src/mail-taker.ts';
import { testDatabase, type TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { AddressCards } from '../addresses/address-cards.ts';
import { ForgetConfirmations } from './forget-confirmations.ts';
import { confirmationIn, formIn, openMailedPeople, wayOutIn } from '../testing/mailed-people.ts';

let database: TestDatabase;
let home: string;
let server: Awaited<ReturnType<typeof startMailTaker>>;
let stage: Awaited<ReturnType<typeof openMailedPeople>>;
let noticeId = '';
const text = 'J’accepte de recevoir les offres de la boutique sur WhatsApp.';

beforeAll(async () => {
  database = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-opt-in-'));
  server = await startMailTaker();
  stage = await openMailedPeople({ url: database.url, home, server });
  const payload = { slug: 'offers', language: 'fr', text };
  noticeId = String((await stage.call('POST', '/v1/notices', { payload })).body['noticeId']);
}, 60_000);
afterAll(async () => {
  await stage?.close();
  await server?.close();
  await database?.drop();
  await rm(home, { recursive: true, force: true });
});

const about = { purpose: 'marketing', channel: 'whatsapp' };
const ask = (contactId: string, more: object = {}) =>
  stage.call('POST', '/v1/consents/confirmations', {
    payload: { contactId, ...about, noticeId, ...more },
  });
/** Somebody who was asked, and the mail they got. */
const asked = async () => {
  const person = await stage.newPerson();
  const answer = await ask(person.contactId);
  const mail = await stage.mailTo(person.email);
  return { ...person, answer, mail, path: confirmationIn(mail) };
};
const confirm = async (path: string) => {
  const page = await stage.browse(path);
  return stage.browse(path, { form: { form: formIn(page.body), act: 'confirm' } });
};
const consentIdOf = async (contactId: string): Promise<string> => {
  const given = (await stage.eventsOf(contactId)).find(({ type }) => type === 'ConsentGiven');
  if (given === undefined) throw new Error('Nothing was agreed to.');
  return (given.data as { consentId: string }).consentId;
};
const moveOn = (ms: number) => {
  const clock = stage.service.app.get(Clock);
  clock.moveTo(clock.advancedMs + ms);
};
/** The contact is said to have another address. */
const restate = (contactId: string, email = 'mine@business.example') => {
  const { app } = stage.service;
  return app
    .get(Database)
    .transaction((tx) => app.get(AddressCards).keep(tx, [{ tenantId: 'demo', contactId, email }]));
};
const withdraw = (contactId: string) =>
  stage.call('POST', '/v1/consents/withdrawals', {
    payload: { contactId, ...about, at: stage.service.app.get(Clock).now().toISOString() },
  });
const isVoid = ({ statusCode, body }: { readonly statusCode: number; readonly body: string }) =>
  statusCode === 404 && body.includes('Ce lien n’est plus valable') && !body.includes('<button');
const statesOf = async (contactId: string) =>
  (
    await stage.service.app
      .get(Database)
      .queryable.query<{ state: string }>('SELECT state FROM outgoing_mails WHERE subject = $1', [
        contactId,
      ])
  ).map(({ state }) => state);

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
    const page = await stage.browse(path);
    expect([page.statusCode, page.headers['referrer-policy']]).toEqual([200, 'no-referrer']);
    expect(page.body).toContain(text);
    expect(page.body).not.toContain('<script');
    expect(await stage.eventsOf(contactId)).toHaveLength(1);
    const confirmed = await confirm(path);
    expect([confirmed.statusCode, confirmed.headers.location]).toEqual([303, `${path}?lang=fr`]);
    const [given] = (await stage.eventsOf(contactId)).filter(({ type }) => type === 'ConsentGiven');
    expect(given?.data).toMatchObject({
      ...about,
      proof: {
        method: 'double-opt-in',
        noticeId,
        evidenceRef: answer.body['confirmationId'],
      },
    });
    const done = await stage.browse(path);
    expect(done.body).toContain('Votre accord est enregistré');
    const receipt = await stage.mailTo(email, 2);
    expect(receipt).toContain('votre accord est enregistr');
    expect(receipt).toContain(/<code>([^<]+)<\/code>/.exec(done.body)?.[1] ?? 'no receipt');
    expect(wayOutIn(receipt)).toMatch(/^\/v1\/unsubscribe\//);
  });

  test('the receipt is verified by jose alone', async () => {
    const { contactId, path } = await asked();
    await confirm(path);
    const consentId = await consentIdOf(contactId);
    const { body } = await stage.call('GET', `/v1/consents/${consentId}/receipt`);
    const jwks = createLocalJWKSet(await stage.service.app.get(SigningKeys).jwks());
    const { payload, protectedHeader } = await compactVerify(String(body['receipt']), jwks);
    expect(protectedHeader.typ).toBe('consent-receipt+jws');
    expect(JSON.parse(Buffer.from(payload).toString('utf8'))).toEqual(body['record']);
    expect(body['record']).toMatchObject({
      record_id: consentId,
      pii_principal_id: contactId,
      privacy_notice: { id: noticeId, version: '1', language: 'fr' },
      purposes: [{ ...about, lawful_basis: 'consent' }],
      event: { event_state: 'given', method: 'double-opt-in' },
    });
    const foreign = await stage.call('GET', `/v1/consents/${consentId}/receipt`, {
      key: stage.stranger,
    });
    expect(foreign.status).toBe(404);
  });

  test('a link that is followed by machines, a hundred times, changes nothing', async () => {
    const { contactId, path } = await asked();
    const pages = await Promise.all(Array.from({ length: 100 }, () => stage.browse(path)));
    expect(new Set(pages.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(await stage.eventsOf(contactId)).toHaveLength(1);
    expect((await confirm(path)).statusCode).toBe(303);
  });

  test('the same form sent many times at once is one consent', async () => {
    const { contactId, path } = await asked();
    const form = { form: formIn((await stage.browse(path)).body), act: 'confirm' };
    const all = await Promise.all(Array.from({ length: 20 }, () => stage.browse(path, { form })));
    expect(all.every(({ statusCode }) => statusCode === 303)).toBe(true);
    const given = (await stage.eventsOf(contactId)).filter(({ type }) => type === 'ConsentGiven');
    expect(given).toHaveLength(1);
  });

  test('what never was a link answers alike: cut, invented, of another use', async () => {
    const { path, mail } = await asked();
    const other = `/c/${wayOutIn(mail).split('/').at(-1)}`;
    const odd = [path.slice(0, -1), `/c/${'A'.repeat(43)}`, other, '/c/x', `${path}x`];
    const ends: { body: string; statusCode: number }[] = [];
    for (const one of odd) ends.push(await stage.browse(one));
    const form = { form: 'x', act: 'confirm' };
    for (const one of odd) ends.push(await stage.browse(one, { form }));
    expect(new Set(ends.map(({ statusCode }) => statusCode))).toEqual(new Set([404]));
    const plain = (html: string) => html.replaceAll(/href="[^"]*"|<code>[^<]*<\/code>/g, '');
    expect(new Set(ends.map(({ body }) => plain(body))).size).toBe(1);
  });

  test('a link that is void says so, and has no button', async () => {
    const { path } = await asked();
    const form = { form: formIn((await stage.browse(path)).body), act: 'confirm' };
    moveOn(8 * DAY_MS);
    for (const page of [await stage.browse(path), await stage.browse(path, { form })]) {
      expect(isVoid(page)).toBe(true);
    }
  });

  test('is written by the platform alone', async () => {
    const { contactId } = await stage.newPerson();
    const at = stage.service.app.get(Clock).now().toISOString();
    const proof = { source: 'form', method: 'double-opt-in', noticeId, evidenceRef: 'log 4711' };
    const { status, body } = await stage.call('POST', '/v1/consents', {
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
    const page = await stage.browse(path);
    const form = { form: formIn(page.body), act: 'confirm' };
    const refused = [
      await stage.browse(path, { form: { act: 'confirm' } }),
      await stage.browse(path, { form, headers: { 'sec-fetch-site': 'cross-site' } }),
      await stage.browse(path, { form, headers: { origin: 'https://evil.example' } }),
    ];
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403]);
    expect(await stage.eventsOf(contactId)).toHaveLength(1);
  });
});

describe('nobody is pressed', () => {
  const reasonsOf = async (contactId: string, more?: object) => {
    const { body } = await ask(contactId, more);
    return (body['reasons'] as { reason: string }[]).map(({ reason }) => reason);
  };

  test('one question at a time, and who leaves two without an answer is left in peace', async () => {
    const { contactId } = await asked();
    moveOn(DAY_MS);
    expect(await reasonsOf(contactId)).toEqual(['asked-recently']);
    expect(await reasonsOf(contactId, { channel: 'email' })).toEqual(['allowed']);
    moveOn(8 * DAY_MS);
    for (const purpose of ['marketing', 'feedback']) {
      expect(await reasonsOf(contactId, { purpose })).toEqual(['asked-recently']);
    }
    moveOn(22 * DAY_MS);
    expect(await reasonsOf(contactId)).toEqual(['allowed']);
  });

  test('what a business withdraws meanwhile makes no room for a third question', async () => {
    const { contactId } = await asked();
    for (const expected of ['allowed', 'asked-recently', 'asked-recently']) {
      moveOn(11 * MINUTE_MS);
      await withdraw(contactId);
      expect(await reasonsOf(contactId)).toEqual([expected]);
    }
  });

  test('an ask is a message: it obeys the rules of decisions, and uses the cap', async () => {
    const wanting = async (payload: object) => {
      const { contactId } = await stage.newPerson();
      await stage.call('PUT', `/v1/contacts/${contactId}/preferences`, { payload });
      return reasonsOf(contactId);
    };
    expect(await wanting({ purposes: ['feedback'] })).toEqual(['purpose-unwanted']);
    expect(await wanting({ perDayMax: 0 })).toEqual(['pressure-cap-reached']);
    const always = { from: '00:00', to: '12:00' };
    const quietHours = [always, { from: '12:00', to: '00:00' }];
    expect(await wanting({ quietHours })).toEqual(['quiet-hours']);
    const { contactId } = await stage.newPerson();
    await stage.call('PUT', `/v1/contacts/${contactId}/preferences`, { payload: { perDayMax: 1 } });
    expect(await reasonsOf(contactId)).toEqual(['allowed']);
    expect(await reasonsOf(contactId, { channel: 'email' })).toEqual(['pressure-cap-reached']);
  });

  test('who took it back is not asked for it again, whatever a key says since', async () => {
    const { contactId, mail } = await asked();
    await stage.browse(wayOutIn(mail), { form: { 'List-Unsubscribe': 'One-Click' } });
    moveOn(40 * DAY_MS);
    expect(await reasonsOf(contactId)).toEqual(['consent-withdrawn']);
    const at = stage.service.app.get(Clock).now().toISOString();
    const proof = { source: 'form', method: 'form', noticeId };
    await stage.call('POST', '/v1/consents', { payload: { contactId, ...about, at, proof } });
    expect(await reasonsOf(contactId)).toEqual(['consent-withdrawn']);
    expect(await reasonsOf(contactId, { channel: 'phone' })).toEqual(['allowed']);
  });

  test('many who ask at once ask once', async () => {
    const { contactId } = await stage.newPerson();
    const all = await Promise.all(Array.from({ length: 8 }, () => ask(contactId)));
    expect(all.filter(({ body }) => body['decision'] === 'allowed')).toHaveLength(1);
  });

  test('who refused is not asked, and who has no address cannot be', async () => {
    const { contactId } = await stage.newPerson();
    await stage.call('PUT', `/v1/contacts/${contactId}/preferences`, {
      payload: { channels: ['whatsapp'] },
    });
    expect((await ask(contactId)).body['reasons']).toMatchObject([{ reason: 'channel-unwanted' }]);
    const none = await stage.register({
      identities: { crmId: `no-mail-${Math.random()}` },
      timeZone: 'Europe/Paris',
    });
    expect((await ask(none)).body['reasons']).toMatchObject([{ reason: 'address-unknown' }]);
    expect((await ask(none, { noticeId: `nt_${'0'.repeat(32)}` })).status).toBe(422);
    const foreign = await stage.call('POST', '/v1/consents/confirmations', {
      payload: { contactId, ...about, noticeId },
      key: stage.stranger,
    });
    expect(foreign.status).toBe(404);
  });
});

describe('a confirmation is of whoever reads the address that was asked', () => {
  const decided = async (contactId: string) => {
    const payload = { contactId, ...about };
    const { body } = await stage.call('POST', '/v1/contact-decisions', { payload });
    return (body['reasons'] as { reason: string }[]).map(({ reason }) => reason);
  };

  test('a link to another address than the contact’s confirms nothing', async () => {
    const { contactId, path } = await asked();
    const form = { form: formIn((await stage.browse(path)).body), act: 'confirm' };
    await restate(contactId);
    expect(isVoid(await stage.browse(path))).toBe(true);
    expect(isVoid(await stage.browse(path, { form }))).toBe(true);
    expect(await statesOf(contactId)).toHaveLength(1);
    const types = (await stage.eventsOf(contactId)).map(({ type }) => type);
    expect(types).not.toContain('ConsentGiven');
  });

  test('what was confirmed counts while the address is the contact’s', async () => {
    const { contactId, email, path } = await asked();
    await confirm(path);
    expect(await decided(contactId)).toEqual(['allowed']);
    await restate(contactId);
    expect(await decided(contactId)).toEqual(['consent-missing']);
    await restate(contactId, email);
    expect(await decided(contactId)).toEqual(['allowed']);
  });
});

describe('a mail that waits', () => {
  test.each<[string, (contactId: string) => Promise<unknown>]>([
    ['the person refused meanwhile', withdraw],
    ['the address is another meanwhile', (contactId) => restate(contactId)],
  ])('does not leave when %s', async (_, happen) => {
    server.beBusy(true);
    const { contactId } = await stage.newPerson();
    await ask(contactId);
    await happen(contactId);
    server.beBusy(false);
    const before = stage.server.mails.length;
    while (!(await statesOf(contactId)).includes('withheld')) {
      moveOn(10 * MINUTE_MS);
      stage.service.app.get(JobRunner).wake();
      await new Promise((done) => setTimeout(done, 20));
    }
    expect(stage.server.mails.slice(before).join('')).not.toContain(contactId);
  });

  test('waits for the end of quiet hours', async () => {
    server.beBusy(true);
    const { contactId, email } = await stage.newPerson();
    await ask(contactId);
    const nowMs = stage.service.app.get(Clock).now().getTime();
    const wall = (ms: number) =>
      new Date(ms).toLocaleTimeString('fr-FR', {
        timeZone: 'Europe/Paris',
        hour: '2-digit',
        minute: '2-digit',
      });
    const quietHours = [{ from: wall(nowMs - 60 * MINUTE_MS), to: wall(nowMs + 180 * MINUTE_MS) }];
    await stage.call('PUT', `/v1/contacts/${contactId}/preferences`, { payload: { quietHours } });
    server.beBusy(false);
    const before = stage.server.mails.length;
    moveOn(60 * MINUTE_MS);
    const looked = async () => {
      const { queryable } = stage.service.app.get(Database);
      const [job] = await queryable.query<{ runAt: Date }>(
        `SELECT run_at AS "runAt" FROM jobs WHERE payload ->> 'mailId' =
           (SELECT mail_id::text FROM outgoing_mails WHERE subject = $1)`,
        [contactId],
      );
      return (job?.runAt.getTime() ?? 0) > nowMs + 170 * MINUTE_MS;
    };
    stage.service.app.get(JobRunner).wake();
    while (!(await looked())) await new Promise((done) => setTimeout(done, 5));
    expect(await statesOf(contactId)).toEqual(['waiting']);
    expect(stage.server.mails.slice(before).join('')).not.toContain(email);
    moveOn(180 * MINUTE_MS);
    stage.service.app.get(JobRunner).wake();
    expect(await stage.mailTo(email)).toContain(`To: ${email}`);
  });

  test('that arrived before the person refused leads nowhere any more', async () => {
    const { contactId, email, path } = await asked();
    const form = { form: formIn((await stage.browse(path)).body), act: 'confirm' };
    await withdraw(contactId);
    expect(isVoid(await stage.browse(path, { form }))).toBe(true);
    expect(isVoid(await stage.browse(path))).toBe(true);
    const types = (await stage.eventsOf(contactId)).map(({ type }) => type);
    expect(types).not.toContain('ConsentGiven');
    // Asked anew, she may agree again.
    moveOn(11 * MINUTE_MS);
    await ask(contactId);
    const mail = await stage.mailTo(email, 2);
    expect((await confirm(confirmationIn(mail))).statusCode).toBe(303);
  });
});

test('what was asked for is forgotten after ninety days, answered or not', async () => {
  const { app } = stage.service;
  const queryable = app.get(Database).queryable;
  const nowMs = app.get(Clock).now().getTime();
  const askedBefore = async (id: string, days: number) => {
    const at = new Date(nowMs - days * DAY_MS);
    await queryable.query(
      `INSERT INTO confirmations
         (confirmation_id, tenant_id, contact_id, purpose, channel, notice_id, asked_at, expires_at)
       VALUES ($1, 'other', 'ct', 'marketing', 'email', 'nt', $2, $2)`,
      [id, at],
    );
  };
  await askedBefore('older', 91);
  await askedBefore('newer', 89);
  await app.get(ForgetConfirmations).run();
  const kept = await queryable.query<{ id: string }>(
    "SELECT confirmation_id AS id FROM confirmations WHERE tenant_id = 'other'",
  );
  expect(kept).toEqual([{ id: 'newer' }]);
});

test('the mails are in the language of the person, whatever that of the text', async () => {
  const email = 'sam@example.org';
  const identities = { email };
  const known = { identities, timeZone: 'Europe/Paris', language: 'en-GB' };
  const contactId = await stage.register(known);
  await ask(contactId);
  const mail = await stage.mailTo(email);
  expect(mail).toContain('would like to contact you on WhatsApp with news and offers');
  const path = confirmationIn(mail);
  const page = await stage.browse(path, { headers: { 'accept-language': 'de' } });
  expect(page.body).toContain('<html lang="en">');
  expect(page.body).toContain('demo asks for your consent to contact you on WhatsApp');
  await confirm(path);
  expect(await stage.mailTo(email, 2)).toContain('You agreed to receive our news and offers');
});
