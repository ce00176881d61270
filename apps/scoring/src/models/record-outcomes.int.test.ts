import { randomInt } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { Problem, RecordOutcomesResponse } from '@tact/contracts';
import type { analysisEventTypes } from '@tact/domain';
import { type ConsumedEvent, Database, type RunningService, Vault } from '@tact/platform';
import { TrainingExclusionsConsumer } from '../exclusions/training-exclusions.consumer.ts';
import { Outcomes } from './outcomes.ts';
import { scoringUnderTest } from '../testing/scoring-under-test.ts';

const { running, keyOf } = scoringUnderTest();
let service: RunningService;
let writer: string;

const post = async (items: unknown, key = writer) => {
  const headers = { authorization: `Bearer ${key}` };
  const url = '/v1/outcomes';
  const answer = await service.app.inject({
    method: 'POST',
    url,
    headers,
    payload: items as object,
  });
  return { status: answer.statusCode, body: answer.json<unknown>() };
};

const newContact = async (): Promise<string> => {
  const { app } = service;
  const identities = { crmId: `crm-${randomInt(2 ** 40)}` };
  const known = await app
    .get(Database)
    .transaction((tx) => app.get(Vault).register(tx, 'demo', identities));
  return 'contactId' in known ? known.contactId : '';
};

const receive = (contactId: string, type: string, data: object) =>
  service.app
    .get(Database)
    .transaction((tx) =>
      service.app
        .get(TrainingExclusionsConsumer)
        .handle(tx, [
          { type, tenantid: 'demo', data: { contactId, ...data } } as ConsumedEvent<
            (typeof analysisEventTypes)[number]
          >,
        ]),
    );

const reported = async (contactId: string) => {
  const known = await service.app.get(Outcomes).of([{ tenantId: 'demo', contactId }]);
  return [...known.values()].flat().map(({ kind }) => kind);
};

const day = (n: number) => `2026-11-${String(n).padStart(2, '0')}T09:07:31.123Z`;
const line = (contactId: string, id = 'o-1', kind = 'said-blocked') => ({
  id: `${contactId}/${id}`,
  contactId,
  kind,
  at: day(12),
});

beforeAll(async () => {
  service = running();
  writer = await keyOf('demo', ['signals:write']);
}, 60_000);

test('an outcome is kept once, however often it is told', async () => {
  const contactId = await newContact();
  const { status, body } = await post([line(contactId)]);
  expect(status).toBe(200);
  expect(RecordOutcomesResponse.parse(body)).toMatchObject({ accepted: 1, rejected: 0 });
  await post([line(contactId), line(contactId), line(contactId, 'o-2', 'abroad')]);
  expect((await reported(contactId)).toSorted()).toEqual(['abroad', 'said-blocked']);
});

test('a bad item is told its defect and spares the others', async () => {
  const contactId = await newContact();
  const ahead = { ...line(contactId, 'o-2'), at: day(25) };
  const { body } = await post([
    { ...line(contactId, 'o-3'), kind: 'guessed' },
    ahead,
    line(contactId),
  ]);
  const { results, accepted } = RecordOutcomesResponse.parse(body);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'accepted']);
  expect(results[1]?.problem?.errors).toEqual([{ pointer: '/at', message: 'Lies in the future.' }]);
  expect(accepted).toBe(1);
});

test('a stranger, an objector and an erased person are answered alike, and nothing is kept', async () => {
  const objector = await newContact();
  await receive(objector, 'ContactSuppressed', { scope: 'everything', at: day(2) });
  const erased = await newContact();
  await service.app.get(Vault).destroySubject({ tenantId: 'demo', subject: erased });
  const people = [`ct_${'0'.repeat(32)}`, objector, erased];
  for (const contactId of people) {
    const { body } = await post([line(contactId)]);
    expect(RecordOutcomesResponse.parse(body).results[0]?.status).toBe('accepted');
    expect(await reported(contactId)).toEqual([]);
  }
});

test('what a person told leaves with the person', async () => {
  const [fenced, erased] = [await newContact(), await newContact()];
  await post([line(fenced), line(erased)]);
  await receive(fenced, 'SubjectFenced', { throughRevision: 1, at: day(13) });
  await service.app.get(Vault).destroySubject({ tenantId: 'demo', subject: erased });
  expect(await reported(fenced)).toEqual([]);
  expect(await reported(erased)).toEqual([]);
});

test('who is left out, by the time of each word and in any order', async () => {
  const contactId = await newContact();
  const consent = { purpose: 'signal-analysis', channel: 'whatsapp' };
  const witness = { name: 'Inès Martin', method: 'in-person', evidence: 'visit book' };
  await receive(contactId, 'ConsentGiven', { ...consent, witness, at: day(9) });
  await receive(contactId, 'ContactSuppressed', { scope: 'everything', at: day(5) });
  await post([line(contactId)]);
  expect(await reported(contactId)).toEqual(['said-blocked']);
  await receive(contactId, 'ConsentWithdrawn', { ...consent, at: day(10) });
  await receive(contactId, 'ConsentGiven', { ...consent, at: day(4) });
  await post([line(contactId, 'o-2', 'said-not-blocked')]);
  expect(await reported(contactId)).toEqual(['said-blocked']);
  await receive(contactId, 'ContactSuppressed', { scope: 'marketing', at: day(11) });
  await receive(contactId, 'ConsentGiven', { ...consent, at: day(11) });
  await post([line(contactId, 'o-3', 'said-not-blocked')]);
  expect((await reported(contactId)).toSorted()).toEqual(['said-blocked', 'said-not-blocked']);
});

test('the exact time is nowhere in clear, and a key without the scope is refused', async () => {
  const contactId = await newContact();
  await post([line(contactId)]);
  const { queryable } = service.app.get(Database);
  const [kept] = await queryable.query<{ row: string; event: string }>(
    `SELECT outcomes::text AS row, events::text AS event FROM outcomes
     JOIN events ON events.event_id = outcomes.event_id WHERE contact_id = $1`,
    [contactId],
  );
  expect(kept?.row).toContain('$sealed');
  expect(`${kept?.row}${kept?.event}`).not.toContain('09:07:31');
  const reader = await keyOf('demo', ['scores:read']);
  const refused = await post([line(contactId)], reader);
  expect(Problem.parse(refused.body).type).toContain('scope-missing');
});

test('a contact is named by id or by a name, and what nobody has answers like what somebody has', async () => {
  const contactId = await newContact();
  const email = `${contactId}@example.com`;
  await service.app
    .get(Database)
    .transaction((tx) =>
      service.app.get(Vault).addIdentities(tx, { tenantId: 'demo', subject: contactId }, { email }),
    );
  const { contactId: _, ...rest } = line(contactId, 'o-9', 'abroad');
  const named = { ...rest, contact: { email } };
  const strange = { ...rest, id: `${contactId}/o-8`, contact: { crmId: 'nobody-9' } };
  const national = { ...rest, contact: { phone: '06 39 98 01 01' } };
  const both = { ...named, contactId };
  const foreign = await keyOf('other', ['signals:write']);
  await post([named], foreign);
  expect(await reported(contactId)).toEqual([]);
  const { body } = await post([named, strange, national, both]);
  const { results } = RecordOutcomesResponse.parse(body);
  expect(results.map(({ status }) => status)).toEqual([
    'accepted',
    'accepted',
    'rejected',
    'rejected',
  ]);
  expect(results[2]?.problem?.errors?.[0]?.pointer).toBe('/contact/phone');
  expect(await reported(contactId)).toEqual(['abroad']);
});
