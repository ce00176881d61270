import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS, MINUTE_MS } from '@tact/contracts';
import { Clock, Database } from '@tact/platform';
import { startMailTaker } from '../../../../packages/testing/src/mail-taker.ts';
import { testDatabase, type TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { AddressCards } from '../addresses/address-cards.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { formAsShown } from '../testing/form-as-shown.ts';
import { consentFact, factOf, proof, zoneFact } from '../testing/policy-facts.ts';
import { formIn, openMailedPeople } from '../testing/mailed-people.ts';
import { SpokenLanguages } from '../addresses/spoken-languages.ts';
import { WaysOut } from './ways-out.ts';

let database: TestDatabase;
let home: string;
let server: Awaited<ReturnType<typeof startMailTaker>>;
let stage: Awaited<ReturnType<typeof openMailedPeople>>;

beforeAll(async () => {
  database = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-ways-out-'));
  server = await startMailTaker();
  stage = await openMailedPeople({ url: database.url, home, server });
}, 60_000);
afterAll(async () => {
  await stage?.close();
  await server?.close();
  await database?.drop();
  await rm(home, { recursive: true, force: true });
});

type Person = Awaited<ReturnType<typeof stage.newPerson>>;
/** The way out of a mail about offers on WhatsApp. */
const wayOutOf = async ({ contactId, email }: Person) => {
  const { app } = stage.service;
  const address = app.get(AddressCards).refOf('demo', email);
  const about = { tenantId: 'demo', contactId, purpose: 'marketing', channel: 'whatsapp' } as const;
  const url = await app
    .get(Database)
    .transaction((tx) => app.get(WaysOut).linkOf(tx, { ...about, address }));
  return new URL(url).pathname;
};
/** Somebody who agreed to them, and the way out. */
const reader = async () => {
  const person = await stage.newPerson();
  const { contactId } = person;
  const { app } = stage.service;
  await app
    .get(Database)
    .transaction((tx) =>
      app.get(ContactPolicies).runIn(tx, [zoneFact(contactId), consentFact(contactId)]),
    );
  return { ...person, path: await wayOutOf(person) };
};
const oneClick = { 'List-Unsubscribe': 'One-Click' };
/** As a mail program sends it: no cookie, no origin, nothing that a browser says. */
const click = (path: string) => stage.browse(path, { form: oneClick, headers: { accept: '*/*' } });
/** The contact is said to have another address; a link that is sent there. */
const restate = async (contactId: string, email = 'mine@business.example') => {
  const { app } = stage.service;
  const stated = { tenantId: 'demo', contactId, email };
  await app.get(Database).transaction((tx) => app.get(AddressCards).keep(tx, [stated]));
  return wayOutOf({ contactId, email });
};
const withdrawn = async (contactId: string) =>
  (await stage.eventsOf(contactId)).filter(({ type }) => type === 'ConsentWithdrawn');
const reasons = async (contactId: string) => {
  const payload = { contactId, channel: 'whatsapp', purpose: 'marketing' };
  const { body } = await stage.call('POST', '/v1/contact-decisions', { payload });
  return (body['reasons'] as { reason: string }[]).map(({ reason }) => reason);
};
const send = async (path: string, form: Readonly<Record<string, string | readonly string[]>>) => {
  const page = await stage.browse(path);
  return stage.browse(path, { form: { form: formIn(page.body), ...form } });
};

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
    const clock = stage.service.app.get(Clock);
    clock.moveTo(clock.advancedMs + DAY_MS);
    const about = { purpose: 'marketing', channel: 'whatsapp', at: clock.now().toISOString() };
    const payload = { contactId, ...about, proof };
    const recorded = await stage.call('POST', '/v1/consents', { payload });
    expect(recorded).toMatchObject({ status: 201, body: { standing: 'withdrawn' } });
    expect(await reasons(contactId)).toEqual(['consent-withdrawn']);
    const { body } = await stage.call('GET', `/v1/contacts/${contactId}/consents`);
    expect(body['items']).toMatchObject([{ state: 'withdrawn' }]);
    expect((await stage.browse(path)).body).toContain('vous ne recevrez plus');
    const witness = { name: 'Inès', method: 'in-person', evidence: 'book, page 12' };
    const reopening = { payload: { ...payload, witness } };
    expect((await stage.call('POST', '/v1/consents/reopenings', reopening)).status).toBe(201);
    expect(await reasons(contactId)).toEqual(['allowed']);
    clock.moveTo(clock.advancedMs + MINUTE_MS);
    await click(path);
    expect(await reasons(contactId)).toEqual(['consent-withdrawn']);
    expect(await withdrawn(contactId)).toHaveLength(2);
  });

  test('of a link to an address that is not the contact’s any more does nothing, and says so', async () => {
    const { contactId, path } = await reader();
    await restate(contactId);
    const clicked = await click(path);
    expect([clicked.statusCode, clicked.body]).toEqual([
      404,
      expect.stringContaining('Ce lien n’est plus valable'),
    ]);
    expect((await stage.browse(`${path}?lang=en`)).body).toContain('no longer valid');
    expect(await reasons(contactId)).toEqual(['allowed']);
  });

  test('that opens nothing answers like any other that opens nothing', async () => {
    const { path } = await reader();
    const odd = [path.slice(0, -1), `/v1/unsubscribe/${'A'.repeat(43)}`, '/v1/unsubscribe/x'];
    const answers = [];
    for (const one of odd) answers.push(await click(one), await stage.browse(one));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([404]));
  });
});

describe('the page', () => {
  test('changes nothing by being looked at, in either language and without a script', async () => {
    const { contactId, path } = await reader();
    const before = await stage.eventsOf(contactId);
    for (const language of ['fr', 'en']) {
      const page = await stage.browse(`${path}?lang=${language}`);
      expect([page.statusCode, page.headers['referrer-policy']]).toEqual([200, 'no-referrer']);
      expect(page.body).toContain(`<html lang="${language}">`);
      expect(page.body).not.toContain('<script');
    }
    expect(await stage.eventsOf(contactId)).toEqual(before);
  });

  test('ends these messages by a button, and shows it on the page it leads back to', async () => {
    const { contactId, path } = await reader();
    const sent = await send(path, { act: 'stop' });
    expect([sent.statusCode, sent.headers.location]).toEqual([303, `${path}?lang=fr`]);
    expect((await stage.browse(path)).body).toContain(
      'vous ne recevrez plus nos actualités ni nos offres sur WhatsApp',
    );
    await send(path, { act: 'stop' });
    expect(await withdrawn(contactId)).toHaveLength(1);
  });

  test('ends everything, once', async () => {
    const { contactId, path } = await reader();
    const form = { form: formIn((await stage.browse(path)).body), act: 'everything' };
    await Promise.all(Array.from({ length: 10 }, () => stage.browse(path, { form })));
    const types = (await stage.eventsOf(contactId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'ContactSuppressed')).toHaveLength(1);
    expect(await reasons(contactId)).toEqual(['suppressed', 'consent-withdrawn']);
    expect((await stage.browse(path)).body).toContain('nous ne vous écrirons plus');
  });

  test('ends everything again after the person reopened it somewhere', async () => {
    const { contactId, path } = await reader();
    await send(path, { act: 'everything' });
    const clock = stage.service.app.get(Clock);
    clock.moveTo(clock.advancedMs + MINUTE_MS);
    const at = clock.now().toISOString();
    const word = { kind: 'lift-suppression', contactId, scope: 'everything' } as const;
    const lift = { ...word, ground: 'start-word', channel: 'whatsapp', at } as const;
    const { app } = stage.service;
    await app
      .get(Database)
      .transaction((tx) =>
        app.get(ContactPolicies).runIn(tx, [factOf(lift), consentFact(contactId, 'marketing', at)]),
      );
    expect(await reasons(contactId)).toEqual(['allowed']);
    const page = (await stage.browse(path)).body;
    expect(page).toContain('Vous pouvez recevoir');
    expect(page).toContain('value="stop"');
    clock.moveTo(clock.advancedMs + MINUTE_MS);
    await send(path, { act: 'everything' });
    expect(await reasons(contactId)).toEqual(['suppressed', 'consent-withdrawn']);
    const after = (await stage.browse(path)).body;
    expect(after).toContain('nous ne vous écrirons plus');
    expect(after).not.toContain('value="stop"');
  });

  test('a mail program that shows mails in a page of its own ends them by one click too', async () => {
    const { contactId, path } = await reader();
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://mail.example' };
    const more = { ...oneClick, act: 'everything' };
    expect((await stage.browse(path, { form: more, headers })).statusCode).toBe(403);
    expect(await withdrawn(contactId)).toHaveLength(0);
    expect((await stage.browse(path, { form: oneClick, headers })).statusCode).toBe(200);
    expect(await withdrawn(contactId)).toHaveLength(1);
  });

  test('without its form, or from another site, nothing is taken', async () => {
    const { contactId, path } = await reader();
    const form = { form: formIn((await stage.browse(path)).body), act: 'stop' };
    const refused = [
      await stage.browse(path, { form: { act: 'stop' } }),
      await stage.browse(path, { form: { form: form.form, act: 'unknown' } }),
      await stage.browse(path, { form, headers: { 'sec-fetch-site': 'cross-site' } }),
    ];
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403]);
    expect(await withdrawn(contactId)).toHaveLength(0);
  });
});

describe('how the person wants to be written to', () => {
  const all = { channels: ['whatsapp', 'email'], purposes: ['marketing'] };
  const standing = async (contactId: string) =>
    (await stage.call('GET', `/v1/contacts/${contactId}/preferences`)).body;
  const set = (contactId: string, payload: object) =>
    stage.call('PUT', `/v1/contacts/${contactId}/preferences`, { payload });
  /** The form as it stands on the page, but for what the person changes. */
  const save = async (path: string, changed: Readonly<Record<string, string | string[]>> = {}) => {
    const shown = formAsShown((await stage.browse(path)).body, 'preferences');
    return stage.browse(path, { form: { ...shown, ...changed } });
  };

  test('is said on the page, and taken back there as well', async () => {
    const { contactId, path } = await reader();
    const form = { ...all, from: '20h', to: '9:00', perDayMax: '1', language: 'fr' };
    expect((await save(path, form)).statusCode).toBe(303);
    expect(await standing(contactId)).toMatchObject({
      by: 'person',
      preferences: {
        channels: ['whatsapp', 'email'],
        purposes: ['signal-analysis', 'marketing'],
        quietHours: [{ from: '20:00', to: '09:00' }],
        perDayMax: 1,
        language: 'fr',
      },
    });
    const page = await stage.browse(path);
    expect(page.body).toContain('value="20:00"');
    const looser = {
      ...all,
      purposes: ['marketing', 'feedback'],
      from: '',
      to: '',
      perDayMax: '3',
    };
    expect((await save(path, looser)).statusCode).toBe(303);
    expect(await standing(contactId)).toMatchObject({
      preferences: {
        perDayMax: 3,
        quietHours: [],
        purposes: ['signal-analysis', 'marketing', 'feedback'],
      },
    });
    const business = await set(contactId, { purposes: ['service-message'] });
    expect(business.status).toBe(422);
  });

  test('is loosened through the address that it was said at, and through no other', async () => {
    const { contactId, email, path } = await reader();
    await save(path, { ...all, perDayMax: '1', from: '20:00', to: '09:00' });
    const mine = await restate(contactId);
    const wide = { ...all, perDayMax: '3', from: '', to: '' };
    const refused = await save(mine, wide);
    expect([refused.statusCode, refused.body]).toEqual([
      422,
      expect.stringContaining('depuis une autre adresse'),
    ]);
    const less = { ...all, perDayMax: '0', from: '20:00', to: '09:00' };
    expect((await save(mine, less)).statusCode).toBe(303);
    expect(await standing(contactId)).toMatchObject({ preferences: { perDayMax: 0 } });
    await restate(contactId, email);
    expect((await stage.browse(mine)).statusCode).toBe(404);
    expect((await save(path, wide)).statusCode).toBe(303);
    expect(await standing(contactId)).toMatchObject({ preferences: { perDayMax: 3 } });
  });

  test.each<[string, object]>([
    ['nothing', {}],
    [
      'more than the form has',
      {
        channels: ['email'],
        purposes: ['marketing'],
        quietHours: [
          { from: '12:00', to: '14:00' },
          { from: '20:00', to: '09:00' },
        ],
        perDayMax: 1,
        language: 'de',
      },
    ],
  ])('saved untouched stays as it was where %s stood', async (_, stood) => {
    const { contactId, path } = await reader();
    await set(contactId, stood);
    const before = await standing(contactId);
    expect((await save(path)).statusCode).toBe(303);
    expect(await standing(contactId)).toEqual(before);
  });

  test('hours that the page did not show yet are not given up by it', async () => {
    const { contactId, path } = await reader();
    const shown = formAsShown((await stage.browse(path)).body, 'preferences');
    const since = [{ from: '12:00', to: '14:00' }];
    await set(contactId, { quietHours: since });
    const form = { ...shown, from: '20:00', to: '22:00' };
    expect((await stage.browse(path, { form })).statusCode).toBe(303);
    expect(await standing(contactId)).toMatchObject({
      preferences: { quietHours: [...since, { from: '20:00', to: '22:00' }] },
    });
  });

  test('said wrongly is shown as it was typed with what is wrong, and nothing is kept', async () => {
    const { contactId, path } = await reader();
    const wrong = { channels: ['email'], from: '20:00', to: 'morning', perDayMax: '1' };
    const answer = await save(path, wrong);
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toMatch(/<title>Erreur/);
    const [tag] = /<input[^>]*id="field-to"[^>]*>/.exec(answer.body) ?? [''];
    expect(tag).toContain('value="morning"');
    expect(tag).toContain('aria-invalid="true"');
    expect(tag).toContain('aria-describedby="wrong-to"');
    expect(answer.body).toContain('href="#field-to"');
    expect(formAsShown(answer.body, 'preferences')).toMatchObject({
      channels: ['email'],
      from: ['20:00'],
      perDayMax: ['1'],
    });
    expect(await standing(contactId)).not.toHaveProperty('by');
  });

  test('is asked in groups that are named, each hint read out with what it is about', async () => {
    const { path } = await reader();
    const { body } = await stage.browse(path);
    expect(body.match(/<fieldset/g)).toHaveLength(3);
    const described = [...body.matchAll(/aria-describedby="([^"]+)"/g)].flatMap(([, ids = '']) =>
      ids.split(' '),
    );
    const hints = [...body.matchAll(/class="hint" id="([^"]+)"/g)].map(([, id]) => id);
    expect(body.match(/class="hint"/g)).toHaveLength(hints.length);
    expect(new Set(described)).toEqual(new Set(hints));
    expect(described).toHaveLength(hints.length);
  });
});

describe('what the page says of these messages', () => {
  test('is nothing that nobody agreed to', async () => {
    const { body } = await stage.browse(await wayOutOf(await stage.newPerson()));
    expect(body).toContain('Vous n’avez pas donné votre accord');
    expect(body).not.toContain('Vous pouvez recevoir');
  });

  test('nor what the person stopped or did not choose', async () => {
    const { contactId, path } = await reader();
    expect((await stage.browse(path)).body).toContain('Vous pouvez recevoir');
    await stage.call('PUT', `/v1/contacts/${contactId}/preferences`, {
      payload: { channels: ['email'] },
    });
    expect((await stage.browse(path)).body).toContain('Selon vos choix, vous ne recevez ni');
    const stop = { kind: 'suppress', contactId, scope: 'marketing', ground: 'objection' } as const;
    const at = stage.service.app.get(Clock).now().toISOString();
    await stage.service.app.get(ContactPolicies).run('demo', { ...stop, at });
    const { body } = await stage.browse(path);
    expect(body).toContain('vous ne recevrez plus nos actualités ni nos offres sur WhatsApp');
    expect(body).not.toContain('Vous pouvez recevoir');
  });
});

describe('a browser that asks for neither language', () => {
  const headers = { 'accept-language': 'de' };
  const languageOf = async (path: string) =>
    /<html lang="(\w+)"/.exec((await stage.browse(path, { headers })).body)?.[1];

  test('is answered in the one the person chose, else in the one on file', async () => {
    const { contactId, path } = await reader();
    const { app } = stage.service;
    const stated = { tenantId: 'demo', contactId, language: 'en-GB' };
    await app.get(Database).transaction((tx) => app.get(SpokenLanguages).keep(tx, [stated]));
    expect(await languageOf(path)).toBe('en');
    await stage.call('PUT', `/v1/contacts/${contactId}/preferences`, {
      payload: { language: 'fr' },
    });
    expect(await languageOf(path)).toBe('fr');
  });

  test('is answered in the business’s first where the link is void: whoever has it need not be the person', async () => {
    const { contactId, path } = await reader();
    const { app } = stage.service;
    const stated = { tenantId: 'demo', contactId, language: 'en' };
    await app.get(Database).transaction((tx) => app.get(SpokenLanguages).keep(tx, [stated]));
    expect(await languageOf(path)).toBe('en');
    await restate(contactId);
    expect(await languageOf(path)).toBe('fr');
  });
});
