import { describe, expect, test } from '@jest/globals';
import { Clock, Database } from '@tact/platform';
import { SpokenLanguages } from '../addresses/spoken-languages.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { formAsShown } from '../testing/form-as-shown.ts';
import { readersUnderTest } from '../testing/readers-under-test.ts';

const { stage, wayOutOf, reader, restate } = readersUnderTest();

describe('how the person wants to be written to', () => {
  const all = { channels: ['whatsapp', 'email'], purposes: ['marketing'] };
  const standing = async (contactId: string) =>
    (await stage().call('GET', `/v1/contacts/${contactId}/preferences`)).body;
  const set = (contactId: string, payload: object) =>
    stage().call('PUT', `/v1/contacts/${contactId}/preferences`, { payload });
  /** The form as it stands on the page, but for what the person changes. */
  const save = async (path: string, changed: Readonly<Record<string, string | string[]>> = {}) => {
    const shown = formAsShown((await stage().browse(path)).body, 'preferences');
    return stage().browse(path, { form: { ...shown, ...changed } });
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
    const page = await stage().browse(path);
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
    expect((await stage().browse(mine)).statusCode).toBe(404);
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
    const shown = formAsShown((await stage().browse(path)).body, 'preferences');
    const since = [{ from: '12:00', to: '14:00' }];
    await set(contactId, { quietHours: since });
    const form = { ...shown, from: '20:00', to: '22:00' };
    expect((await stage().browse(path, { form })).statusCode).toBe(303);
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
    const { body } = await stage().browse(path);
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
    const { body } = await stage().browse(await wayOutOf(await stage().newPerson()));
    expect(body).toContain('Vous n’avez pas donné votre accord');
    expect(body).not.toContain('Vous pouvez recevoir');
  });

  test('nor what the person stopped or did not choose', async () => {
    const { contactId, path } = await reader();
    expect((await stage().browse(path)).body).toContain('Vous pouvez recevoir');
    await stage().call('PUT', `/v1/contacts/${contactId}/preferences`, {
      payload: { channels: ['email'] },
    });
    expect((await stage().browse(path)).body).toContain('Selon vos choix, vous ne recevez ni');
    const stop = { kind: 'suppress', contactId, scope: 'marketing', ground: 'objection' } as const;
    const at = stage().service.app.get(Clock).now().toISOString();
    await stage()
      .service.app.get(ContactPolicies)
      .run('demo', { ...stop, at });
    const { body } = await stage().browse(path);
    expect(body).toContain('vous ne recevrez plus nos actualités ni nos offres sur WhatsApp');
    expect(body).not.toContain('Vous pouvez recevoir');
  });
});

describe('a browser that asks for neither language', () => {
  const headers = { 'accept-language': 'de' };
  const languageOf = async (path: string) =>
    /<html lang="(\w+)"/.exec((await stage().browse(path, { headers })).body)?.[1];

  test('is answered in the one the person chose, else in the one on file', async () => {
    const { contactId, path } = await reader();
    const { app } = stage().service;
    const stated = { tenantId: 'demo', contactId, language: 'en-GB' };
    await app.get(Database).transaction((tx) => app.get(SpokenLanguages).keep(tx, [stated]));
    expect(await languageOf(path)).toBe('en');
    await stage().call('PUT', `/v1/contacts/${contactId}/preferences`, {
      payload: { language: 'fr' },
    });
    expect(await languageOf(path)).toBe('fr');
  });

  test('is answered in the business’s first where the link is void: whoever has it need not be the person', async () => {
    const { contactId, path } = await reader();
    const { app } = stage().service;
    const stated = { tenantId: 'demo', contactId, language: 'en' };
    await app.get(Database).transaction((tx) => app.get(SpokenLanguages).keep(tx, [stated]));
    expect(await languageOf(path)).toBe('en');
    await restate(contactId);
    expect(await languageOf(path)).toBe('fr');
  });
});
