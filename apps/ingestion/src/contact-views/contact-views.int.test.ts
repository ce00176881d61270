import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ContactView, type EventDataOf, exampleProof } from '@tact/contracts';
import { type ConsumedEvent, Database, EventStore, Vault } from '@tact/platform';
import {
  ingestionUnderTest,
  newPhone,
  wamid,
} from '../../../../packages/testing/src/ingestion-under-test.ts';
import { LedgerWordsConsumer } from './ledger-words.consumer.ts';

const { call, eventsOf, keyOf, running, webhook } = ingestionUnderTest();
let keys: Record<'reads' | 'scores' | 'stranger', string>;

beforeAll(async () => {
  keys = {
    reads: await keyOf('demo', ['contacts:read']),
    scores: await keyOf('demo', ['scores:read']),
    stranger: await keyOf('other', ['admin']),
  };
});

const read = (contactId: string, key = keys.reads) =>
  running().app.inject({
    url: `/v1/contacts/${contactId}`,
    headers: { authorization: `Bearer ${key}` },
  });
const view = async (contactId: string) => {
  const answer = await read(contactId);
  expect(answer.statusCode).toBe(200);
  return ContactView.parse(answer.json());
};
const register = async (body: object) =>
  ((await call('/v1/contacts', body)) as { contactId: string }).contactId;
const consent = (purpose: string, state: string, at: string) => {
  return { purpose, channel: 'whatsapp', state, at, proof: exampleProof };
};
const stop = (phone: string, at = '1795000000') =>
  webhook({
    messages: [{ id: wamid(), from: phone, timestamp: at, type: 'text', text: { body: 'STOP' } }],
  });

type Recorded = 'ConsentGiven' | 'ConsentWithdrawn' | 'ContactSuppressed' | 'SuppressionLifted';
const tell = (type: Recorded | 'SubjectFenced', data: object, causationid = '') =>
  running()
    .app.get(Database)
    .transaction((tx) =>
      running()
        .app.get(LedgerWordsConsumer)
        .handle(tx, [
          { type, tenantid: 'demo', data, causationid } as unknown as ConsumedEvent<Recorded>,
        ]),
    );

describe('a contact', () => {
  test('is shown by its links and masked identities as soon as it is registered', async () => {
    const crmId = randomUUID();
    const contactId = await register({
      identities: { phone: '+33639980112', email: 'Jeanne.Roux@domaine.example', crmId },
      timeZone: 'Europe/Paris',
      language: 'fr',
      consents: [consent('marketing', 'given', '2026-01-05T09:00:00Z')],
    });
    const answer = await read(contactId);
    expect(ContactView.parse(answer.json())).toEqual({
      contactId,
      links: [{ connection: 'default', object: 'contact', id: crmId }],
      identities: [
        { kind: 'phone', masked: '+33 6 ** ** ** 12', since: '2026-11-20T10:00:00.000Z' },
        { kind: 'email', masked: 'j***@d***.example', since: '2026-11-20T10:00:00.000Z' },
      ],
      timeZone: 'Europe/Paris',
      language: 'fr',
      consents: [
        {
          purpose: 'marketing',
          channel: 'whatsapp',
          state: 'given',
          at: '2026-01-05T09:00:00Z',
          refusal: null,
        },
      ],
      refusals: [],
      asOf: expect.any(String),
    });
    expect(answer.body).not.toContain('39980112');
    expect(answer.body.toLowerCase()).not.toContain('roux');
  });

  test('keeps nothing twice: what the ledger says because it was told so here', async () => {
    const body = { identities: { phone: `+${newPhone()}` } };
    const [contactId, other] = [
      await register(body),
      await register({ identities: { crmId: randomUUID() } }),
    ];
    await register({ ...body, consents: [consent('marketing', 'given', '2026-01-05T09:00:00Z')] });
    const { events } = await running().app.get(EventStore).load(`contact-${contactId}`);
    const declared = events.find(({ type }) => type === 'ConsentDeclared');
    const since = { purpose: 'marketing', channel: 'whatsapp', at: '2026-01-05T09:00:00Z' };
    const cause = declared?.id;
    await tell('ConsentGiven', { ...since, contactId, proof: { source: 'form' } }, cause);
    await tell('ConsentGiven', { ...since, contactId: other, proof: { source: 'form' } }, cause);
    const kept = await running()
      .app.get(Database)
      .queryable.query('SELECT contact_id AS id FROM ledger_words WHERE contact_id = ANY ($1)', [
        [contactId, other],
      ]);
    expect(kept).toEqual([{ id: other }]);
    expect((await view(contactId)).consents).toMatchObject([
      { purpose: 'marketing', state: 'given' },
    ]);
  });

  test('has no identity that it gave up', async () => {
    const phone = newPhone();
    const contactId = await register({ identities: { phone: `+${phone}`, crmId: randomUUID() } });
    await running()
      .app.get(Database)
      .transaction((tx) =>
        running()
          .app.get(Vault)
          .endIdentities(
            tx,
            { tenantId: 'demo', subject: contactId },
            { identities: { phone: `+${phone}` }, until: new Date('2026-11-01T00:00:00Z') },
          ),
      );
    expect(await view(contactId)).toMatchObject({ identities: [], links: [{}] });
  });

  test('that refused says so at once, by word or by what the ledger told', async () => {
    const phone = newPhone();
    const contactId = await register({
      identities: { phone: `+${phone}` },
      consents: [consent('marketing', 'given', '2026-01-05T09:00:00Z')],
    });
    await stop(phone, '1792000000');
    const everywhere = ['whatsapp', 'email', 'phone', 'post', 'social'];
    expect(await view(contactId)).toMatchObject({
      consents: [{ state: 'given', refusal: 'everything' }],
      refusals: [{ scope: 'everything', ground: 'stop-word', standsOn: everywhere }],
    });
    const lift = { contactId, scope: 'everything', ground: 'start-word', channel: 'whatsapp' };
    await tell('SuppressionLifted', { ...lift, at: '2026-11-19T09:00:00.000Z' });
    expect((await view(contactId)).refusals).toMatchObject([{ standsOn: everywhere.slice(1) }]);
    const marketing = { contactId, scope: 'marketing', ground: 'objection' };
    await tell('ContactSuppressed', { ...marketing, at: '2026-11-19T10:00:00.000Z' });
    await tell('ContactSuppressed', { ...marketing, at: '2026-11-18T10:00:00.000Z' });
    expect((await view(contactId)).refusals).toMatchObject([
      { scope: 'everything' },
      { scope: 'marketing', at: '2026-11-19T10:00:00.000Z', standsOn: everywhere },
    ]);
  });

  test('shows what the ledger recorded, and that a witnessed agreement ended a refusal for its purpose', async () => {
    const contactId = await register({ identities: { crmId: randomUUID() } });
    const reported = { contactId, purpose: 'marketing', channel: 'whatsapp', consentId: 'co_0' };
    await tell('ConsentWithdrawn', { ...reported, at: '2026-10-01T00:00:00.000Z' });
    await tell('ConsentGiven', { ...reported, at: '2026-09-01T00:00:00.000Z' });
    expect((await view(contactId)).consents).toMatchObject([{ state: 'withdrawn' }]);
    const refusal = { contactId, scope: 'everything', ground: 'objection' };
    await tell('ContactSuppressed', { ...refusal, at: '2026-11-01T00:00:00.000Z' });
    const witness = { name: 'Inès Martin', method: 'in-person', evidence: 'visit book' };
    await tell('ConsentGiven', { ...reported, at: '2026-11-10T00:00:00.000Z', witness });
    expect(await view(contactId)).toMatchObject({
      consents: [{ state: 'given', at: '2026-11-10T00:00:00.000Z', refusal: null }],
      refusals: [{ scope: 'everything' }],
    });
  });

  test('that goes on as another carries what it had refused, before the ledger tells', async () => {
    const [earlier, later] = [newPhone(), newPhone()];
    await register({ identities: { phone: `+${earlier}` } });
    const contactId = await register({ identities: { phone: `+${later}` } });
    await stop(earlier, '1792000000');
    await webhook({
      messages: [
        {
          id: wamid(),
          from: earlier,
          timestamp: '1793000000',
          type: 'system',
          system: {
            type: 'user_changed_number',
            wa_id: later,
            body: `User changed from +${earlier} to +${later}`,
          },
        },
      ],
    });
    expect((await view(contactId)).refusals).toMatchObject([{ scope: 'everything' }]);
  });
});

describe('whoever is not there', () => {
  test('answers alike: another tenant’s, an erased one, an invented one, a word', async () => {
    const contactId = await register({ identities: { crmId: randomUUID() } });
    const gone = await register({ identities: { crmId: randomUUID() } });
    await running().app.get(Vault).destroySubject({ tenantId: 'demo', subject: gone });
    const asked = [
      await read(contactId, keys.stranger),
      await read(gone),
      await read(`ct_${'0'.repeat(32)}`),
      await read('nobody'),
    ];
    const bodies = asked.map((answer) => ({ ...answer.json<object>(), traceId: '', instance: '' }));
    expect(asked.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404]);
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  test('leaves no word of the ledger behind', async () => {
    const contactId = await register({ identities: { crmId: randomUUID() } });
    const refusal = { contactId, scope: 'everything', ground: 'objection' };
    await tell('ContactSuppressed', { ...refusal, at: '2026-11-01T00:00:00.000Z' });
    await tell('SubjectFenced', { contactId, throughRevision: 1, at: '2026-11-02T00:00:00.000Z' });
    const { queryable } = running().app.get(Database);
    expect(
      await queryable.query('SELECT FROM ledger_words WHERE contact_id = $1', [contactId]),
    ).toEqual([]);
  });
});

test('every look is written down, the vain ones too, and a key without the scope sees nothing', async () => {
  const contactId = await register({ identities: { crmId: randomUUID() } });
  expect((await read(contactId, keys.scores)).statusCode).toBe(403);
  await view(contactId);
  await read(`ct_${'1'.repeat(32)}`);
  const looks = (await eventsOf('audit-demo')).slice(-2);
  expect(looks.map(({ type }) => type)).toEqual(['ContactViewed', 'ContactViewed']);
  const reported = looks.map(({ data }) => data as unknown as EventDataOf<'ContactViewed'>);
  expect(reported).toMatchObject([{ found: true, contactId }, { found: false }]);
  expect(reported[1]).not.toHaveProperty('contactId');
  expect(reported[0]?.keyId).toMatch(/^ak_/);
});

test('of a person with many signals only what says something of who they are is read', async () => {
  const phone = newPhone();
  const contactId = await register({
    identities: { phone: `+${phone}` },
    consents: [consent('signal-analysis', 'given', '2026-01-05T09:00:00Z')],
  });
  const statuses = Array.from({ length: 40 }, () => ({
    id: wamid(),
    status: 'delivered',
    timestamp: '1793606409',
    recipient_id: phone,
  }));
  await webhook({ statuses });
  const events = await running()
    .app.get(EventStore)
    .loadSome(`contact-${contactId}`, { types: ['ContactRegistered'] });
  expect(events.map(({ type }) => type)).toEqual(['ContactRegistered']);
  expect((await view(contactId)).consents).toHaveLength(1);
});
