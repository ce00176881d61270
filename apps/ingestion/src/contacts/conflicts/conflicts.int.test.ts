import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  type IdentityConflict,
  IdentityConflictPage,
  type Problem,
  exampleProof,
} from '@tact/contracts';
import { EventStore, Vault } from '@tact/platform';
import {
  daysAgo,
  ingestionUnderTest,
  wamid,
} from '../../../../../packages/testing/src/ingestion-under-test.ts';
import { ContactRegistrations } from '../contact-registrations.ts';
import { FollowMovedNumbers } from '../follow-moved-numbers.ts';
import { FindJoinedBefore } from './find-joined-before.ts';
import { ForgetConflictsConsumer } from './forget-conflicts.consumer.ts';
import { RetryConflicts } from './retry-conflicts.ts';

const { keyOf, eventsOf, running, webhook } = ingestionUnderTest();

let drawn = 0;
/** One that no other test of the file has: a drawn one may be somebody's. */
const newPhone = () => `3363998${String((drawn += 1)).padStart(4, '0')}`;

const asked = async (method: 'GET' | 'POST', url: string, payload?: object, tenant = 'demo') => {
  const headers = {
    authorization: `Bearer ${await keyOf(tenant, ['contacts:merge', 'contacts:write'])}`,
  };
  const sent = payload === undefined ? { method, url, headers } : { method, url, headers, payload };
  return running().app.inject(sent);
};
const register = async (identities: object, more: object = {}) => {
  const answer = await asked('POST', '/v1/contacts', { identities, ...more });
  const body = answer.json<Partial<Problem> & { contactId: string }>();
  return { status: answer.statusCode, ...body };
};
const idOf = async (identities: object) => (await register(identities)).contactId;
const link = (id: string, connection = 'hubspot') => ({
  link: { connection, object: 'contact', id },
});
const listed = async (state = 'open', tenant = 'demo'): Promise<IdentityConflict[]> => {
  const answer = await asked(
    'GET',
    `/v1/identity-conflicts?limit=200&state=${state}`,
    undefined,
    tenant,
  );
  return IdentityConflictPage.parse(answer.json()).items;
};
const one = async (conflictId: string | undefined, state = 'open') =>
  (await listed(state)).find((conflict) => conflict.conflictId === conflictId);
/** Under a name, with a key of its own. */
const say = (
  conflictId: string | undefined,
  settlement: string,
  { statedBy = 'Karim Benali', tenant = 'demo' } = {},
) =>
  asked(
    'POST',
    `/v1/identity-conflicts/${conflictId}/settlement`,
    { settlement, reason: 'asked the person', statedBy },
    tenant,
  );
/** What moves is said by two. */
const settle = async (conflictId: string | undefined, settlement: string, tenant = 'demo') => {
  if (settlement === 'moved-to-second')
    await say(conflictId, settlement, { statedBy: 'Inès Martin', tenant });
  return say(conflictId, settlement, { tenant });
};
const typesOf = async (contactId: string) =>
  (await eventsOf(`contact-${contactId}`)).map(({ type }) => type);
const ownerOf = async (identity: object) => {
  const answer = await asked('POST', '/v1/contacts/search', { identity });
  return answer.json<{ contactId?: string }>().contactId;
};
/** The runner of the test does nothing by itself. */
const retry = (conflictId = '') =>
  running()
    .app.get(EventStore)
    .transaction(async (tx) => {
      const [job] = await tx.query<{ jobId: number }>(
        `SELECT job_id AS "jobId" FROM jobs WHERE unique_key = $1`,
        [conflictId],
      );
      const due = {
        jobId: job?.jobId ?? 0,
        payload: { conflictId },
        runAt: new Date(),
        attempt: 1,
      };
      await running()
        .app.get(RetryConflicts)
        .handle(tx, job === undefined ? [] : [due]);
    });
const record = () => String(100_000 + Math.floor(Math.random() * 1e9));
const withdrawn = {
  purpose: 'marketing',
  channel: 'email',
  state: 'withdrawn',
  at: '2026-11-01T09:00:00Z',
  proof: { source: 'unsubscribe link' },
} as const;

/** Two people, and a row of the second that carries the number of the first. */
const claimed = async () => {
  const phone = `+${newPhone()}`;
  const [first, second] = [record(), record()];
  const ids = [await idOf({ ...link(first), phone }), await idOf(link(second))] as const;
  return { phone, first, second, ids, row: { ...link(second), phone } };
};

describe('a row whose identities are two contacts’', () => {
  test('is a conflict, told by its id: nothing of it is applied but the refusals', async () => {
    const { row, ids, phone } = await claimed();
    const [owner, named] = ids;
    const given = { ...withdrawn, state: 'given', channel: 'whatsapp', proof: exampleProof };
    const answer = await register(row, { language: 'fr', consents: [withdrawn, given] });
    expect(answer).toMatchObject({ status: 409, type: '/problems/identity-conflict' });
    expect(JSON.stringify(answer)).not.toContain(owner);
    expect(await one(answer.conflictId)).toMatchObject({
      kind: 'owned-by-another',
      contacts: [owner, named],
      rowRef: expect.stringMatching(/^request\//),
      state: 'open',
    });
    for (const contactId of ids) {
      expect(await typesOf(contactId)).toEqual(['ContactRegistered', 'WithdrawalDeclared']);
    }
    expect(await ownerOf({ phone })).toBe(owner);
  });

  test('is one conflict however often it is told, and its tenant’s alone', async () => {
    const { row } = await claimed();
    const ids = [await register(row), await register(row, { language: 'fr' })];
    expect(new Set(ids.map(({ conflictId }) => conflictId)).size).toBe(1);
    expect(await listed('open', 'other')).toEqual([]);
    expect((await settle(ids[0]?.conflictId, 'ignore', 'other')).statusCode).toBe(404);
    expect((await one(ids[0]?.conflictId))?.state).toBe('open');
  });

  test('keeps no value in clear', async () => {
    const { row, phone, second } = await claimed();
    await register(row, { attributes: { nickname: 'canary' } });
    const rows = await running()
      .app.get(EventStore)
      .transaction((tx) =>
        tx.query<{ row: string }>(`SELECT c::text AS row FROM identity_conflicts c`),
      );
    const text = JSON.stringify(rows);
    for (const value of [phone.slice(3), second, 'canary']) expect(text).not.toContain(value);
  });

  test('heals by itself when one side changes', async () => {
    const { row, first, ids, phone } = await claimed();
    const { conflictId } = await register(row, { language: 'fr' });
    await register({ ...link(first), phone: `+${newPhone()}` });
    expect(await one(conflictId)).toBeDefined();
    await retry(conflictId);
    expect(await one(conflictId)).toBeUndefined();
    expect(await ownerOf({ phone })).toBe(ids[1]);
    expect(await typesOf(ids[1])).toContain('ContactUpdated');
  });

  test('is over when it fits as it is told again', async () => {
    const { row, first } = await claimed();
    const { conflictId } = await register(row);
    await register({ ...link(first), phone: `+${newPhone()}` });
    expect((await register(row)).status).toBe(200);
    expect(await one(conflictId)).toBeUndefined();
  });
});

describe('a record that is told anew while its row is in conflict', () => {
  test('takes nothing away by what it said before: the newest row counts, also where it fits', async () => {
    const { row, first, ids, phone } = await claimed();
    const { conflictId } = await register(row);
    const newer = `+${newPhone()}`;
    expect((await register({ ...row, phone: newer })).status).toBe(200);
    expect(await one(conflictId)).toBeUndefined();
    await register({ ...link(first), phone: `+${newPhone()}` });
    await retry(conflictId);
    expect(await ownerOf({ phone: newer })).toBe(ids[1]);
    expect(await ownerOf({ phone })).toBeUndefined();
  });

  test('is one conflict still, tried again by its newest row', async () => {
    const [{ row, first, ids, phone }, other] = [await claimed(), await claimed()];
    const { conflictId } = await register(row);
    expect((await register({ ...row, phone: other.phone })).conflictId).toBe(conflictId);
    expect(await one(conflictId)).toMatchObject({ contacts: [other.ids[0], ids[1]] });
    for (const former of [first, other.first]) {
      await register({ ...link(former), phone: `+${newPhone()}` });
    }
    await retry(conflictId);
    expect(await ownerOf({ phone: other.phone })).toBe(ids[1]);
    expect(await ownerOf({ phone })).not.toBe(ids[1]);
  });

  test('by its id alone leaves the conflict open', async () => {
    const { row, ids } = await claimed();
    const { conflictId } = await register(row);
    expect(await register({ link: row.link }, { language: 'fr' })).toMatchObject({
      status: 200,
      contactId: ids[1],
    });
    expect(await one(conflictId)).toMatchObject({ contacts: ids });
  });

  test('in one batch counts by its last row', async () => {
    const [{ row, ids }, fitting] = [await claimed(), { phone: `+${newPhone()}` }];
    const { app } = running();
    const batch = [{ ...row, ...fitting }, row].map((identities, nth) => ({
      request: { identities },
      stated: identities,
      rowRef: `batch/${nth}`,
    }));
    const [, last] = await app
      .get(EventStore)
      .transaction((tx) => app.get(ContactRegistrations).register(tx, 'demo', batch));
    const conflictId = last !== undefined && 'conflictId' in last ? last.conflictId : '';
    expect(await one(conflictId)).toMatchObject({ contacts: ids, rowRef: 'batch/1' });
  });

  test('is open again where it claims something else than what was settled', async () => {
    const { row, ids, first } = await claimed();
    const { conflictId } = await register(row);
    await settle(conflictId, 'ignore');
    const bsuid = `FR.${randomUUID()}`;
    await register({ ...link(first), bsuid });
    await register({ ...link(row.link.id), bsuid });
    expect(await one(conflictId)).toMatchObject({ contacts: ids });
  });
});

describe('what is refused in a row that is in conflict', () => {
  const stops = { ...withdrawn, channel: 'whatsapp' } as const;
  /** A contact of two CRMs, and a row of the second with another number than the first tells. */
  const differing = async () => {
    const [phone, other, id] = [`+${newPhone()}`, `+${newPhone()}`, record()];
    const contactId = await idOf({ ...link(record()), phone });
    await idOf({ ...link(id, 'zendesk'), phone });
    return { contactId, other, row: { ...link(id, 'zendesk'), phone: other } };
  };

  test('binds also whoever is registered with what of it was nobody’s', async () => {
    const { contactId, other, row } = await differing();
    const answer = await register(row, { consents: [stops] });
    expect(await one(answer.conflictId)).toMatchObject({ kind: 'another-value' });
    expect(await typesOf(contactId)).toContain('WithdrawalDeclared');
    const given = { ...stops, state: 'given', at: '2026-10-01T09:00:00Z', proof: exampleProof };
    const next = await register({ phone: other }, { consents: [given] });
    const events = await eventsOf(`contact-${next.contactId}`);
    expect(events.map(({ type }) => type)).toEqual([
      'ContactRegistered',
      'ConsentDeclared',
      'RefusalReceived',
    ]);
    expect(events.at(-1)?.data).toMatchObject({ scope: 'marketing', channel: 'whatsapp' });
  });

  test('is not the next owner’s of what was somebody’s', async () => {
    const { row, first, phone } = await claimed();
    await register(row, { consents: [stops] });
    await register({ ...link(first), phone: `+${newPhone()}` });
    const next = await idOf({ ...link(record(), 'zendesk'), phone });
    expect(await typesOf(next)).not.toContain('RefusalReceived');
  });

  test('is told once, however often the same row is', async () => {
    const { contactId, row: identities, other } = await differing();
    const { app } = running();
    const night = (at: string) => ({
      request: { identities, consents: [{ ...stops, at }] },
      stated: identities,
      commandId: `row-${identities.link.id}`,
      rowRef: 'import/1',
    });
    const tell = (at: string) =>
      app
        .get(EventStore)
        .transaction((tx) => app.get(ContactRegistrations).register(tx, 'demo', [night(at)]));
    const [first] = await tell('2026-11-02T01:00:00Z');
    await tell('2026-11-03T01:00:00Z');
    const withdrawalsOf = async (id: string) =>
      (await typesOf(id)).filter((type) => type === 'WithdrawalDeclared').length;
    expect(await withdrawalsOf(contactId)).toBe(1);
    const conflictId = first !== undefined && 'conflictId' in first ? first.conflictId : '';
    const next = await idOf({ phone: other });
    await tell('2026-11-04T01:00:00Z');
    await tell('2026-11-05T01:00:00Z');
    expect(await one(conflictId)).toMatchObject({ contacts: [next, contactId] });
    expect([await withdrawalsOf(contactId), await withdrawalsOf(next)]).toEqual([1, 1]);
    await settle(conflictId, 'moved-to-second');
    expect(await withdrawalsOf(contactId)).toBe(1);
  });
});

describe('settled', () => {
  test('as moved, what is claimed is the second contact’s', async () => {
    const { row, ids, phone } = await claimed();
    const { conflictId } = await register(row);
    expect((await settle(conflictId, 'moved-to-second')).json()).toMatchObject({
      state: 'settled',
      settlement: 'moved-to-second',
    });
    expect(await ownerOf({ phone })).toBe(ids[1]);
    expect(await one(conflictId)).toBeUndefined();
    expect(await one(conflictId, 'settled')).toMatchObject({ settlement: 'moved-to-second' });
    expect(await typesOf(ids[0])).toContain('IdentityConflictSettled');
    expect((await register(row)).status).toBe(200);
  });

  test('as moved, to a record that nobody was yet', async () => {
    const phone = `+${newPhone()}`;
    const owner = await idOf({ ...link(record()), phone });
    const row = { ...link(record()), phone };
    const answer = await register(row);
    expect(await one(answer.conflictId)).toMatchObject({
      kind: 'another-record',
      contacts: [owner],
    });
    await settle(answer.conflictId, 'moved-to-second');
    expect(await ownerOf({ phone })).not.toBe(owner);
    expect(await ownerOf({ phone })).toBe(await ownerOf({ link: row.link }));
  });

  test('as the same person, each of the two takes over what the other refused', async () => {
    const { row, ids, phone } = await claimed();
    const { conflictId } = await register(row);
    await settle(conflictId, 'same-person');
    for (const contactId of ids) expect(await typesOf(contactId)).toContain('ContactLinked');
    // What one of them refuses later, too.
    const from = phone.slice(1);
    await webhook({
      messages: [
        { id: wamid(), type: 'text', from, timestamp: daysAgo(0), text: { body: 'STOP' } },
      ],
    });
    for (const contactId of ids) expect(await typesOf(contactId)).toContain('RefusalReceived');
  });

  test('as one person with two records of a connection, the contact has both', async () => {
    const phone = `+${newPhone()}`;
    const owner = await idOf({ ...link(record()), phone });
    const row = { ...link(record()), phone };
    const { conflictId } = await register(row);
    expect((await settle(conflictId, 'same-person')).statusCode).toBe(200);
    expect(await ownerOf({ link: row.link })).toBe(owner);
  });

  test('as ignored, it stays so when it is told again, and cannot be settled otherwise', async () => {
    const { row } = await claimed();
    const { conflictId } = await register(row);
    await settle(conflictId, 'ignore');
    expect(await register(row)).toMatchObject({ status: 409, conflictId });
    expect(await one(conflictId)).toBeUndefined();
    expect((await settle(conflictId, 'ignore')).statusCode).toBe(200);
    expect((await settle(conflictId, 'moved-to-second')).statusCode).toBe(422);
  });

  test('needs a reason, and a conflict', async () => {
    const url = `/v1/identity-conflicts/ic_${randomUUID().replaceAll('-', '')}/settlement`;
    expect((await asked('POST', url, { settlement: 'ignore' })).statusCode).toBe(400);
    expect((await asked('POST', url, { settlement: 'ignore', reason: 'none' })).statusCode).toBe(
      404,
    );
  });
});

test('an erasure of either contact takes the conflict', async () => {
  for (const whose of [0, 1] as const) {
    const { row, ids } = await claimed();
    const { conflictId } = await register(row);
    const erased = { tenantId: 'demo', subject: ids[whose] };
    await running().app.get(Vault).destroySubject(erased);
    await running()
      .app.get(EventStore)
      .transaction((tx) =>
        running()
          .app.get(ForgetConflictsConsumer)
          .handle(tx, [
            { type: 'SubjectFenced', tenantid: 'demo', data: { contactId: ids[whose] } } as never,
          ]),
      );
    expect(await one(conflictId)).toBeUndefined();
  }
});

test('an e-mail alone that several contacts have names nobody, and is no conflict to settle', async () => {
  const email = `${randomUUID()}@exemple.fr`;
  const before = (await listed()).length;
  const first = await idOf({ phone: `+${newPhone()}`, email });
  expect(await register({ phone: `+${newPhone()}`, email })).toMatchObject({ candidates: [first] });
  const answer = await register({ email });
  expect(answer.status).toBe(409);
  expect(answer.conflictId).toBeUndefined();
  expect(await listed()).toHaveLength(before);
});

test('pages go from the oldest to the latest, and end', async () => {
  const rows = [await claimed(), await claimed(), await claimed()];
  for (const { row } of rows) await register(row);
  const all = (await listed()).map(({ conflictId }) => conflictId);
  const paged: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `&cursor=${cursor}`;
    const answer = await asked('GET', `/v1/identity-conflicts?limit=2${query}`);
    const page = IdentityConflictPage.parse(answer.json());
    paged.push(...page.items.map(({ conflictId }) => conflictId));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(paged).toEqual(all);
  expect(new Set(paged).size).toBe(paged.length);
});

test('whom an earlier version may have joined is listed once, and stays one', async () => {
  const { app } = running();
  const [crmId, other] = [record(), record()];
  const contactId = await idOf({ crmId, phone: `+${newPhone()}` });
  await idOf({ crmId: record(), phone: `+${newPhone()}` });
  const whose = { tenantId: 'demo', subject: contactId };
  const data = { contactId, identities: { crmId: other } };
  const store = app.get(EventStore);
  await store.transaction(async (tx) => {
    await app.get(Vault).addIdentities(tx, whose, { crmId: other });
    const events = [{ type: 'ContactUpdated' as const, data }];
    const append = { stream: `contact-${contactId}`, expected: 'any' as const, events };
    await store.appendIn(tx, [{ ...append, context: whose }]);
  });
  const { signal } = new AbortController();
  for (const _ of [1, 2]) await app.get(FindJoinedBefore).run({}, { signal });
  const found = (await listed()).filter(({ kind }) => kind === 'joined-before');
  expect(found).toMatchObject([{ contacts: [contactId], rowRef: 'upgrade' }]);
  const [{ conflictId } = { conflictId: '' }] = found;
  expect((await settle(conflictId, 'moved-to-second')).statusCode).toBe(422);
  expect((await settle(conflictId, 'same-person')).statusCode).toBe(200);
  expect(await ownerOf({ crmId: other })).toBe(contactId);
});

describe('another number of the same record', () => {
  test('is the person’s from now on, and what was refused under the old one goes with it', async () => {
    const [before, after] = [newPhone(), newPhone()];
    const row = (phone: string) => ({ ...link(known), phone: `+${phone}` });
    const known = record();
    const contactId = await idOf(row(before));
    await webhook({
      messages: [
        { id: wamid(), type: 'text', from: before, timestamp: daysAgo(0), text: { body: 'STOP' } },
      ],
    });
    expect(await idOf(row(after))).toBe(contactId);
    const events = await eventsOf(`contact-${contactId}`);
    expect(events.at(-1)).toMatchObject({
      type: 'ContactUpdated',
      data: { identities: { phone: `+${after}` }, replaced: ['phone'] },
    });
    await running()
      .app.get(EventStore)
      .transaction((tx) =>
        running()
          .app.get(FollowMovedNumbers)
          .handle(tx, [{ jobId: 1, payload: { contactId }, runAt: new Date(), attempt: 1 }]),
      );
    await running().app.get(Vault).destroySubject({ tenantId: 'demo', subject: contactId });
    for (const phone of [before, after]) {
      const next = await idOf({ phone: `+${phone}` });
      expect(await typesOf(next)).toEqual(['ContactRegistered', 'RefusalReceived']);
    }
  });

  test('begins the score anew of who is analysed', async () => {
    const known = record();
    const row = () => ({ ...link(known), phone: `+${newPhone()}` });
    const agreed = {
      ...withdrawn,
      purpose: 'signal-analysis',
      channel: 'whatsapp',
      state: 'given',
      proof: exampleProof,
    };
    const { contactId } = await register(row(), { consents: [agreed] });
    await register(row());
    const signals = (await eventsOf(`contact-${contactId}`)).filter(
      ({ type }) => type === 'SignalRecorded',
    );
    expect(signals.map(({ data }) => data.kind)).toEqual(['number-changed']);
  });
});
