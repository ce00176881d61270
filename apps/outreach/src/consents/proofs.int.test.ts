import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ContactDecision, Problem } from '@tact/contracts';
import { ApiKeys, Database, EventStore, type RunningService, Vault } from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { outreachService } from '../outreach-service.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { streamOf } from '../ledger/counted-messages.ts';
import { bootOutreach } from '../testing/boot-outreach.ts';
import { consentFact, proof, zoneFact } from '../testing/policy-facts.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
let [own, stranger] = ['', ''];

beforeAll(async () => {
  server = await migratedDatabase(outreachService);
  home = await mkdtemp(join(tmpdir(), 'tact-proofs-'));
  service = await bootOutreach(server.url, home);
  const keyOf = async (tenantId: string) =>
    (await service.app.get(ApiKeys).create({ tenantId, scopes: ['admin'], label: 'test' })).key;
  [own, stranger] = [await keyOf('demo'), await keyOf('other')];
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

type Call = { readonly payload?: object; readonly key?: string };
const call = async (
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  { payload, key = own }: Call = {},
) => {
  const headers = { authorization: `Bearer ${key}` };
  const body = payload === undefined ? {} : { payload };
  const answer = await service.app.inject({ method, url, headers, ...body });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
};
const newContact = async (): Promise<string> => {
  const known = await service.app
    .get(Database)
    .transaction((tx) => service.app.get(Vault).register(tx, 'demo', { crmId: randomUUID() }));
  if ('conflict' in known) throw new Error('a drawn id is nobody else’s');
  return known.contactId;
};
const consentOf = (contactId: string, more: object = {}) => ({
  contactId,
  purpose: 'marketing',
  channel: 'whatsapp',
  at: '2026-11-01T09:00:00Z',
  proof,
  ...more,
});
const pointersIn = (body: object) => (body as Problem).errors?.map(({ pointer }) => pointer);
const stored = async (contactId: string) =>
  (await service.app.get(EventStore).load(streamOf(contactId))).events;

const text = 'J’accepte de recevoir les offres de la boutique sur WhatsApp.';
const publish = (more: object = {}, key = own) =>
  call('POST', '/v1/notices', {
    payload: { slug: 'offers', language: 'fr', text, ...more },
    key,
  });

describe('a consent that was given', () => {
  test.each<[string, object, string[]]>([
    ['a proof', { proof: undefined }, ['/proof/source', '/proof/noticeId', '/proof/method']],
    ['a text', { proof: { source: 'form', method: 'form' } }, ['/proof/noticeId']],
    ['a method', { proof: { ...proof, method: undefined } }, ['/proof/method']],
    [
      'a text that is registered',
      { proof: { source: 'form', method: 'form', noticeId: `nt_${'0'.repeat(32)}` } },
      ['/proof/noticeId'],
    ],
    ['one purpose', { purpose: ['marketing', 'feedback'] }, ['/purpose']],
    [
      'an act of its own',
      { proof: { ...proof, source: 'By using the service you consent to everything.' } },
      ['/proof/source'],
    ],
  ])('without %s is refused with a sentence, and nothing is kept', async (_, more, pointers) => {
    const contactId = await newContact();
    for (const path of ['/v1/consents', '/v1/consents/reopenings']) {
      const witness = { name: 'Inès', method: 'in-person', evidence: 'book, page 12' };
      const payload = consentOf(contactId, more);
      const asked = path.endsWith('reopenings') ? { ...payload, witness } : payload;
      const { status, body } = await call('POST', path, { payload: asked });
      expect([status, pointersIn(body)]).toEqual([422, pointers]);
      for (const { message } of (body as unknown as Problem).errors ?? []) {
        expect(message).toMatch(/^[A-Z].*\.$/);
      }
    }
    expect(await stored(contactId)).toEqual([]);
  });

  test('names a registered text by its id, whichever of both it was given', async () => {
    const { body: notice } = await publish({ slug: 'by-hash' });
    for (const named of [
      { noticeId: notice['noticeId'] },
      { noticeVersion: '1', noticeSha256: notice['sha256'] },
    ]) {
      const contactId = await newContact();
      const given = { source: 'form', method: 'form', ...named };
      const { status } = await call('POST', '/v1/consents', {
        payload: consentOf(contactId, { proof: given }),
      });
      const [event] = await stored(contactId);
      expect([status, event?.data]).toMatchObject([
        201,
        { proof: { source: 'form', method: 'form', noticeId: notice['noticeId'] } },
      ]);
      expect(JSON.stringify(event?.data)).not.toContain('noticeSha256');
    }
  });

  test('cannot name a text of another tenant', async () => {
    const { body: notice } = await publish({ slug: 'of-another' }, stranger);
    const given = { source: 'form', method: 'form', noticeId: notice['noticeId'] };
    const payload = consentOf(await newContact(), { proof: given });
    const { status, body } = await call('POST', '/v1/consents', { payload });
    expect([status, pointersIn(body)]).toEqual([422, ['/proof/noticeId']]);
  });

  test('is taken back without any proof', async () => {
    const contactId = await newContact();
    const payload = consentOf(contactId, { proof: undefined });
    expect(await call('POST', '/v1/consents/withdrawals', { payload })).toMatchObject({
      status: 201,
      body: { state: 'withdrawn', standing: 'withdrawn' },
    });
  });
});

describe('the text of a notice', () => {
  test('that says what it is about shows no agreement to anything else', async () => {
    const { body: notice } = await publish({ slug: 'about', purposes: ['feedback', 'feedback'] });
    expect(notice).toMatchObject({ purposes: ['feedback'] });
    expect((await publish({ slug: 'about', purposes: ['feedback'] })).body).toEqual(notice);
    const named = { source: 'form', method: 'form', noticeId: notice['noticeId'] };
    const contactId = await newContact();
    const give = (purpose: string) =>
      call('POST', '/v1/consents', { payload: consentOf(contactId, { purpose, proof: named }) });
    const refused = await give('marketing');
    expect([refused.status, pointersIn(refused.body)]).toEqual([422, ['/proof/noticeId']]);
    expect((await give('feedback')).status).toBe(201);
    expect((await publish({ slug: 'about' })).body).toMatchObject({ version: 2 });
  });

  test('with a gap in it is refused, and one with a link is not', async () => {
    const gaps = `${text} Écrivez à [nom et adresse électronique du contact].`;
    const { status, body } = await publish({ slug: 'gaps', text: gaps });
    expect([status, pointersIn(body)]).toEqual([422, ['/text']]);
    const linked = `${text} Voir [nos engagements](https://example.org) et la note [1].`;
    expect((await publish({ slug: 'gaps', text: linked })).status).toBe(201);
  });

  test('is a version with the hash of its exact bytes, and the same text is the same one', async () => {
    const first = await publish({ slug: 'versions' });
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(first).toMatchObject({ status: 201, body: { version: 1, sha256, language: 'fr' } });
    expect((await publish({ slug: 'versions' })).body).toEqual(first.body);
    const second = await publish({ slug: 'versions', text: `${text} ` });
    expect(second.body).toMatchObject({ version: 2 });
    expect(second.body['sha256']).not.toBe(sha256);
    expect((await publish({ slug: 'versions' })).body).toMatchObject({ version: 3, sha256 });
    const shown = await call('GET', `/v1/notices/${String(second.body['noticeId'])}`);
    expect(shown).toMatchObject({ status: 200, body: { ...second.body, text: `${text} ` } });
  });

  test('published by many at once has each number once', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, nth) => publish({ slug: 'at-once', text: `${text} ${nth}` })),
    );
    const numbers = all.map(({ body }) => Number(body['version']));
    expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('by which a use is an agreement is refused', async () => {
    const clause =
      'En utilisant le service de messagerie pour communiquer avec notre entreprise, vous consentez à la collecte et au traitement de vos données personnelles.';
    const { status, body } = await publish({ text: clause });
    expect([status, pointersIn(body)]).toEqual([422, ['/text']]);
  });

  test('is nowhere in clear, and of nobody else', async () => {
    const named = `${text} Déléguée à la protection des données : Zqnotice Martin.`;
    const { body } = await publish({ slug: 'sealed', text: named });
    const database = service.app.get(Database).queryable;
    const tables = ['access.notices', 'outreach.events'];
    for (const table of tables) {
      const rows = await database.query(`SELECT t::text AS row FROM ${table} t`);
      expect(JSON.stringify(rows)).not.toContain('Zqnotice');
    }
    const path = `/v1/notices/${String(body['noticeId'])}`;
    expect((await call('GET', path, { key: stranger })).status).toBe(404);
    const listed = await call('GET', '/v1/notices?limit=200', { key: stranger });
    expect(JSON.stringify(listed.body)).not.toContain(String(body['noticeId']));
  });

  test('is listed page by page, the newest first', async () => {
    const all = (await call('GET', '/v1/notices?limit=200')).body['items'] as object[];
    const seen: object[] = [];
    let cursor = '';
    do {
      const { body } = await call('GET', `/v1/notices?limit=3${cursor}`);
      seen.push(...(body['items'] as object[]));
      cursor = body['nextCursor'] === undefined ? '' : `&cursor=${body['nextCursor'] as string}`;
    } while (cursor !== '');
    expect(seen).toEqual(all);
    expect(seen.length).toBeGreaterThan(3);
  });
});

describe('how a person wants to be written to', () => {
  const reachable = async () => {
    const contactId = await newContact();
    await service.app
      .get(Database)
      .transaction((tx) =>
        service.app.get(ContactPolicies).runIn(tx, [zoneFact(contactId), consentFact(contactId)]),
      );
    return contactId;
  };
  const set = (contactId: string, payload: object, key = own) =>
    call('PUT', `/v1/contacts/${contactId}/preferences`, { payload, key });
  const decide = async (contactId: string) => {
    const payload = { contactId, channel: 'whatsapp', purpose: 'marketing' };
    const { body } = await call('POST', '/v1/contact-decisions', { payload });
    const { reasons, nextAllowedAt } = body as unknown as ContactDecision;
    return [reasons.map(({ reason }) => reason), nextAllowedAt];
  };

  test('a decision honours it, and shows it', async () => {
    const contactId = await reachable();
    expect(await decide(contactId)).toEqual([['allowed'], undefined]);
    // It is 11 o'clock in Paris.
    const quietHours = [{ from: '10:30', to: '12:00' }];
    const { status, body } = await set(contactId, { quietHours, language: 'fr' });
    expect([status, body]).toMatchObject([
      200,
      { contactId, preferences: { quietHours, language: 'fr' }, by: 'business' },
    ]);
    expect(await call('GET', `/v1/contacts/${contactId}/preferences`)).toEqual({ status, body });
    expect(await decide(contactId)).toEqual([['quiet-hours'], '2026-11-20T11:00:00.000Z']);
    await set(contactId, { channels: ['email'] });
    expect(await decide(contactId)).toEqual([['channel-unwanted', 'quiet-hours'], undefined]);
  });

  test('a business takes nothing back', async () => {
    const contactId = await reachable();
    await set(contactId, { channels: ['whatsapp', 'email'], perDayMax: 1 });
    const { status, body } = await set(contactId, { channels: ['post'], perDayMax: 2 });
    expect([status, pointersIn(body)]).toEqual([422, ['/channels', '/perDayMax']]);
    const { body: after } = await call('GET', `/v1/contacts/${contactId}/preferences`);
    expect(after).toMatchObject({ preferences: { channels: ['whatsapp', 'email'], perDayMax: 1 } });
  });

  test('more than the policy allows, or two times that are one, are refused', async () => {
    const contactId = await reachable();
    expect((await set(contactId, { perDayMax: 4 })).status).toBe(422);
    const none = { quietHours: [{ from: '10:00', to: '10:00' }] };
    expect((await set(contactId, none)).status).toBe(422);
    expect((await set(contactId, { perDayMax: -1 })).status).toBe(400);
  });

  test('a contact of another tenant answers like one that nobody knows', async () => {
    const contactId = await reachable();
    const [foreign, unknown] = [
      await set(contactId, { perDayMax: 0 }, stranger),
      await set(`ct_${'0'.repeat(32)}`, { perDayMax: 0 }, stranger),
    ];
    const answerOf = ({ status, body }: typeof foreign) => [status, body['type'], body['detail']];
    expect(foreign.status).toBe(404);
    expect(answerOf(foreign)).toEqual(answerOf(unknown));
  });
});
