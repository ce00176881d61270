import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DataRequestChanged,
  DataRequestPage,
  DAY_MS,
  HOUR_MS,
  type Problem,
  RefusalProposed,
  requestFileTyp,
  SignedDataRequestFile,
} from '@tact/contracts';
import { canonicalJson, EventStore, SigningKeys } from '@tact/platform';
import { DataRequests } from './data-requests.ts';
import { RequestProofs } from './request-proofs.ts';
import { requestsUnderTest } from '../testing/requests-under-test.ts';

const now = '2026-11-20T10:00:00.000Z';
let stage: Awaited<ReturnType<typeof requestsUnderTest>>;
beforeAll(async () => {
  stage = await requestsUnderTest(now);
}, 60_000);
afterAll(async () => {
  await stage?.stop();
});

let people = 0;
const somebody = async () => {
  people += 1;
  const names = {
    phone: `+336399811${String(people).padStart(2, '0')}`,
    email: `citizen-${people}@example.org`,
  };
  return { ...names, contactId: await stage.person(names) };
};
const evidence = { method: 'in-person', reference: 'desk 3, 20 November' } as const;
const reason = 'Four hundred letters have to be read.';
const post = (requestId: string, what: string, body: object = {}, key?: string) =>
  stage.call('POST', `/v1/data-requests/${requestId}/${what}`, body, key);
const proven = async (right: string, phone: string, more: object = {}) => {
  const { requestId } = await stage.open(right, { phone }, more);
  await stage.reaching(requestId, 'awaiting-verification');
  await stage.verify(requestId, { evidence });
  return requestId;
};

describe('the dates of a request', () => {
  test('are extended once, and the person is told why at the address on file', async () => {
    const { phone, email } = await somebody();
    const { requestId } = await stage.open('access', { phone });
    await stage.reaching(requestId, 'awaiting-verification');
    const { status, body } = await post(requestId, 'extend', { reason });
    expect(status).toBe(200);
    // Three months from 20 November 2026: a Saturday, so the law gives the Monday.
    expect(DataRequestChanged.parse(body)).toMatchObject({
      internalDue: '2027-02-20T22:59:59.000Z',
      legalDue: '2027-02-22T22:59:59.000Z',
    });
    expect(await stage.mailTo(email)).toContain(reason);
    const again = await post(requestId, 'extend', { reason });
    expect([again.status, (again.body as Problem).type]).toEqual([409, '/problems/not-now']);
    const { extendedUntil } = await stage.reaching(requestId, 'awaiting-verification');
    expect(extendedUntil).toBe('2027-02-22T22:59:59.000Z');
  });

  test('are not extended once the first one has passed', async () => {
    const { phone } = await somebody();
    const late = { receivedAt: '2026-10-15T09:00:00Z' };
    const { requestId } = await stage.open('access', { phone }, late);
    expect((await post(requestId, 'extend', { reason })).status).toBe(409);
    expect((await post(requestId, 'pause', { reason })).status).toBe(409);
  });

  test('stand still while it is paused, and move by its days', async () => {
    const { phone } = await somebody();
    const { requestId, internalDue } = await stage.open('erasure', { phone });
    await stage.reaching(requestId, 'awaiting-verification');
    expect((await post(requestId, 'pause', { reason })).status).toBe(200);
    expect((await stage.show(requestId)).state).toBe('paused');
    stage.clock.moveTo(stage.clock.advancedMs + 3 * DAY_MS);
    const { body } = await post(requestId, 'resume');
    const { internalDue: moved, state } = DataRequestChanged.parse(body);
    expect(Date.parse(moved) - Date.parse(internalDue)).toBe(3 * DAY_MS);
    expect(state).toBe('awaiting-verification');
    expect((await post(requestId, 'resume')).status).toBe(409);
  });
});

test('a request that waits is taken back, and what has begun is not', async () => {
  const { phone } = await somebody();
  const waiting = await stage.open('erasure', { phone });
  const url = `/v1/data-requests/${waiting.requestId}`;
  expect((await stage.call('DELETE', url)).body).toMatchObject({ state: 'cancelled' });
  expect((await stage.call('DELETE', url)).status).toBe(409);
  expect((await stage.ask(waiting.requestId)).status).toBe(409);
  const begun = await proven('erasure', phone);
  await stage.reaching(begun, 'in-progress');
  expect((await stage.call('DELETE', `/v1/data-requests/${begun}`)).status).toBe(409);
  // Nor by way of a pause: there is none once it is proven who asks.
  expect((await post(begun, 'pause', { reason })).status).toBe(409);
  expect((await stage.call('DELETE', `/v1/data-requests/${begun}`)).status).toBe(409);
  expect((await stage.show(begun)).state).toBe('in-progress');
});

test('a proof ends the pause, and the request begins; it is not taken back then', async () => {
  const { phone } = await somebody();
  const { requestId, internalDue } = await stage.open('erasure', { phone });
  await stage.reaching(requestId, 'awaiting-verification');
  expect((await post(requestId, 'pause', { reason })).status).toBe(200);
  stage.clock.moveTo(stage.clock.advancedMs + 2 * DAY_MS);
  expect((await post(requestId, 'verify', { evidence })).status).toBe(200);
  const begun = await stage.reaching(requestId, 'in-progress');
  expect(Date.parse(begun.internalDue) - Date.parse(internalDue)).toBe(2 * DAY_MS);
  expect((await stage.call('DELETE', `/v1/data-requests/${requestId}`)).status).toBe(409);
});

describe('a refusal', () => {
  const refusal = { ground: 'excessive', evidence: 'The ninth copy this month.' };

  test('is two people’s, and tells the person how to complain', async () => {
    const { phone, email } = await somebody();
    const { requestId } = await stage.open('access', { phone });
    await stage.reaching(requestId, 'awaiting-verification');
    const by = { ...refusal, proposedBy: 'Inès Martin' };
    const { status, body } = await post(requestId, 'refuse', by);
    expect(status).toBe(202);
    const { proposedAt, complaint } = RefusalProposed.parse(body);
    expect(complaint).toContain('CNIL');
    expect(await stage.show(requestId)).toMatchObject({
      state: 'awaiting-verification',
      refusal: { ground: 'excessive', proposedAt },
    });
    const approve = (more: object, key?: string) =>
      post(requestId, 'refuse/approvals', { proposedAt, approvedBy: 'Karim Benali', ...more }, key);
    const second = await stage.keyOf('second');
    expect((await approve({})).status).toBe(422);
    expect((await approve({ approvedBy: 'Ines  Martin.' }, second)).status).toBe(422);
    expect((await approve({ proposedAt: now }, second)).status).toBe(422);
    expect((await approve({}, second)).body).toMatchObject({ state: 'refused' });
    expect(await stage.mailTo(email)).toContain('CNIL');
    expect((await approve({}, second)).status).toBe(409);
  });

  test('has evidence, and a ground that the law knows for the right', async () => {
    const { phone } = await somebody();
    const { requestId } = await stage.open('objection', { phone });
    const by = { ...refusal, proposedBy: 'Inès Martin' };
    expect((await post(requestId, 'refuse', by)).status).toBe(422);
    const access = await stage.open('access', { phone });
    const { ground, proposedBy } = by;
    expect((await post(access.requestId, 'refuse', { ground, proposedBy })).status).toBe(400);
    const unnamed = await post(access.requestId, 'refuse', refusal);
    expect((unnamed.body as Problem).errors?.[0]?.pointer).toBe('/proposedBy');
  });
});

test('what a person decides on is said to be done by a person, and nothing else is', async () => {
  const { phone } = await somebody();
  const requestId = await proven('rectification', phone);
  await stage.reaching(requestId, 'in-progress');
  const part = await post(requestId, 'complete', {
    reason: 'The CRM; not the archive.',
    isInPart: true,
  });
  expect(part.body).toMatchObject({ state: 'incomplete' });
  expect((await post(requestId, 'complete', { reason })).body).toMatchObject({
    state: 'completed',
  });
  const erasure = await proven('erasure', phone);
  await stage.reaching(erasure, 'in-progress');
  expect((await post(erasure, 'complete', { reason })).status).toBe(409);
});

describe('requests of one person', () => {
  test('go in the order in which they were asked, a hundred pairs at once', async () => {
    const pairs = Array.from({ length: 100 }, (_, nth) => nth);
    const phones = pairs.map((nth) => `+33639982${String(nth).padStart(3, '0')}`);
    for (const phone of phones) await stage.person({ phone });
    const opened = await Promise.all(
      phones.map(async (phone) => {
        const access = await stage.open(
          'rectification',
          { phone },
          { receivedAt: '2026-11-19T09:00:00Z' },
        );
        const erasure = await stage.open(
          'erasure',
          { phone },
          { receivedAt: '2026-11-19T10:00:00Z' },
        );
        return [access.requestId, erasure.requestId] as const;
      }),
    );
    const all = opened.flat();
    await stage.idle();
    // The later one first, and both at once.
    const requests = stage.app.get(DataRequests);
    const proofs = stage.app.get(RequestProofs);
    const proof = { kind: 'evidence', ...evidence } as const;
    const taken = await Promise.all(
      all
        .toReversed()
        .map((requestId) =>
          requests.within((tx) => proofs.take(tx, { tenantId: 'demo', requestId }, proof)),
        ),
    );
    for (const decided of taken) expect(decided).toMatchObject({ state: { state: 'verified' } });
    await stage.idle();
    const begun = await stage.queryable.query<{ requestId: string }>(
      `SELECT request_id AS "requestId" FROM data_request_claims WHERE is_held`,
    );
    const held = new Set(begun.map(({ requestId }) => requestId));
    for (const [first, second] of opened)
      expect([held.has(first), held.has(second)]).toEqual([true, false]);
    const done = { kind: 'complete', by: 'person' } as const;
    await Promise.all(
      opened.map(([requestId]) =>
        requests.within((tx) => requests.actIn(tx, { tenantId: 'demo', requestId }, done)),
      ),
    );
    await stage.idle();
    const rows = await stage.queryable.query<{ requestId: string; isHeld: boolean }>(
      `SELECT request_id AS "requestId", is_held AS "isHeld" FROM data_request_claims
        WHERE request_id = ANY ($1)`,
      [all],
    );
    const left = new Map(rows.map(({ requestId, isHeld }) => [requestId, isHeld]));
    expect(left).toEqual(new Map(opened.map(([, second]) => [second, true])));
  }, 120_000);

  test('an erasure lets an earlier request that nobody proved go first for a day, and no longer', async () => {
    const { phone } = await somebody();
    const access = await stage.open('access', { phone });
    await stage.reaching(access.requestId, 'awaiting-verification');
    const erasure = await proven('erasure', phone);
    await stage.idle();
    expect((await stage.show(erasure)).state).toBe('verified');
    stage.clock.moveTo(stage.clock.advancedMs + DAY_MS);
    await stage.reaching(erasure, 'in-progress');
  });
});

test('a person is told 14, 7 and 2 days before the date, whatever the clock does', async () => {
  const { phone } = await somebody();
  const { requestId } = await stage.open('access', { phone });
  const raised = async () => {
    await stage.idle();
    const rows = await stage.queryable.query<{ count: number; until: Date | null }>(
      `SELECT count, until FROM alerts WHERE kind = 'data-request-due' AND about LIKE $1 || ' %' ORDER BY count DESC`,
      [requestId],
    );
    return rows.map(({ count, until }) => `${until === null ? 'open' : 'closed'} ${count}`);
  };
  const { internalDue } = await stage.show(requestId);
  const before = (days: number) => {
    const at = Date.parse(internalDue) - days * DAY_MS + HOUR_MS;
    stage.clock.moveTo(at - Date.parse(now));
  };
  expect(await raised()).toEqual([]);
  before(14);
  expect(await raised()).toEqual(['open 14']);
  before(7);
  expect(await raised()).toEqual(['closed 14', 'open 7']);
  before(2);
  expect(await raised()).toEqual(['closed 14', 'closed 7', 'open 2']);
  await stage.call('DELETE', `/v1/data-requests/${requestId}`);
  expect((await raised()).filter((alert) => alert.startsWith('open'))).toEqual([]);
}, 60_000);

test('a person is told of a request that is paused too, and anew by the dates that the pause moved', async () => {
  const { phone } = await somebody();
  const { requestId, internalDue } = await stage.open('access', { phone });
  await stage.reaching(requestId, 'awaiting-verification');
  expect((await post(requestId, 'pause', { reason })).status).toBe(200);
  const open = async () => {
    await stage.idle();
    const rows = await stage.queryable.query<{ count: number }>(
      `SELECT count FROM alerts WHERE kind = 'data-request-due' AND about LIKE $1 || ' %' AND until IS NULL`,
      [requestId],
    );
    return rows.map(({ count }) => count);
  };
  const before = (days: number, due: string) => {
    const at = Date.parse(due) - days * DAY_MS + HOUR_MS;
    stage.clock.moveTo(at - Date.parse(now));
  };
  before(14, internalDue);
  expect(await open()).toEqual([14]);
  before(7, internalDue);
  expect(await open()).toEqual([7]);
  const { body } = await post(requestId, 'resume');
  const { internalDue: moved } = DataRequestChanged.parse(body);
  expect(await open()).toEqual([]);
  before(14, moved);
  expect(await open()).toEqual([14]);
}, 60_000);

test('requests are listed by state and date, the earliest due first, page by page', async () => {
  const { phone } = await somebody();
  const receivedAt = '2026-01-05T09:00:00Z';
  const { requestId } = await stage.open('access', { phone }, { receivedAt });
  await stage.reaching(requestId, 'awaiting-verification');
  await stage.idle();
  const list = async (query: string) =>
    DataRequestPage.parse((await stage.call('GET', `/v1/data-requests?${query}`)).body);
  const late = await list('dueBefore=2026-03-01T00:00:00Z');
  expect(late.items.map((one) => one.requestId)).toEqual([requestId]);
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await list(`limit=50${cursor}`);
    seen.push(...page.items.map(({ internalDue, requestId: id }) => `${internalDue} ${id}`));
    cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  expect(seen).toEqual(seen.toSorted());
  expect(new Set(seen).size).toBe(seen.length);
  const cancelled = await list('state=cancelled');
  expect(new Set(cancelled.items.map(({ state }) => state))).toEqual(new Set(['cancelled']));
  const stranger = await stage.keyOf('stranger', ['admin'], 'other');
  const foreign = await stage.call('GET', '/v1/data-requests', undefined, stranger);
  expect(DataRequestPage.parse(foreign.body).items).toEqual([]);
});

test('the file of a request is exported as evidence that is signed and chained', async () => {
  const { phone, email } = await somebody();
  const agent = { name: 'Maître Durand', kind: 'lawyer', reference: 'mandate of 2 November' };
  const asked = { statement: 'Tout effacer.', agent };
  const { requestId } = await stage.open('erasure', { phone }, asked);
  await stage.codeAt(requestId, email);
  await stage.verify(requestId, { code: '00000000' });
  const { status, body } = await stage.call('GET', `/v1/data-requests/${requestId}/file`);
  expect(status).toBe(200);
  const { file, jws } = SignedDataRequestFile.parse(body);
  expect(await stage.app.get(SigningKeys).verify(jws, { typ: requestFileTyp })).toEqual(file);
  expect(file.law.name).toBe('gdpr-2018');
  expect(file.codes).toMatchObject([{ channel: 'email', misses: 1 }]);
  expect(file.events[0]?.data).toMatchObject({
    identities: { phone },
    agent,
    statement: 'Tout effacer.',
  });
  expect(file.events[0]?.actorId).toMatch(/^ak_/);
  let before = '';
  for (const { hash, ...entry } of file.events) {
    before = createHash('sha256').update(before).update(canonicalJson(entry)).digest('hex');
    expect(hash).toBe(before);
  }
  const rows = await stage.queryable.query('SELECT e::text FROM events e');
  expect(JSON.stringify(rows)).not.toMatch(/Durand|mandate of/);
  const acts = await stage.app.get(EventStore).load('acts-demo');
  expect(JSON.stringify(acts.events)).toContain(requestId);
});
