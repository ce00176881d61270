import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ContactDecision,
  type DataRequestAccepted,
  type DataRequestView,
  exampleProof,
  type Problem,
  type RecordSignalsResponse,
} from '@tact/contracts';
import { type Answer, type Constellation, startConstellation } from '../constellation.ts';

let tact: Constellation;
beforeAll(async () => {
  tact = await startConstellation({ TACT_CLOCK: '2026-11-20T10:00:00.000Z' });
}, 60_000);
afterAll(() => tact?.stop());

const consent = (purpose: string) => ({
  purpose,
  channel: 'whatsapp',
  state: 'given',
  at: '2026-01-05T09:00:00Z',
  proof: exampleProof,
});
let people = 0;
const newPhone = (): string => `+33639983${String((people += 1)).padStart(3, '0')}`;
const register = async (phone: string): Promise<string> => {
  const consents = ['marketing', 'signal-analysis', 'feedback'].map(consent);
  const given = { identities: { phone }, timeZone: 'Europe/Paris', consents };
  const { body } = await tact.call<{ contactId: string }>('POST', '/v1/contacts', given);
  return body.contactId;
};
const ask = async (right: string, phone: string, more: object = {}): Promise<string> => {
  const body = { right, identities: { phone }, channel: 'post', ...more };
  return (await tact.call<DataRequestAccepted>('POST', '/v1/data-requests', body)).body.requestId;
};
/** Something is known of the contact from which a likelihood is made. */
const called = async (contactId: string): Promise<void> => {
  const at = '2026-11-20T09:00:00Z';
  const signal = {
    id: `${contactId}/1`,
    contact: { contactId },
    kind: 'call-not-ringing',
    occurredAt: at,
  };
  const { body } = await tact.call<RecordSignalsResponse>('POST', '/v1/signals', [signal]);
  expect(body.results.map(({ status }) => status)).toEqual(['accepted']);
};
const likelihoodOf = (contactId: string): Promise<Answer<Problem>> =>
  tact.call('GET', `/v1/contacts/${contactId}/block-likelihood`);
const decide = (contactId: string, purpose = 'marketing'): Promise<Answer<ContactDecision>> =>
  tact.call('POST', '/v1/contact-decisions', { contactId, channel: 'whatsapp', purpose });
const reasonsOf = async (contactId: string, purpose?: string): Promise<readonly string[]> =>
  ((await decide(contactId, purpose)).body.reasons ?? []).map(({ reason }) => reason);
/** Milliseconds until it is so. */
const until = async (isSo: () => Promise<boolean>): Promise<number> => {
  const since = performance.now();
  while (!(await isSo())) await pause(25);
  return performance.now() - since;
};
const completed = async (requestId: string): Promise<void> => {
  await until(async () => {
    const path = `/v1/data-requests/${requestId}`;
    return (await tact.call<DataRequestView>('GET', path)).body.state === 'completed';
  });
};

describe('an objection by a request', () => {
  test('is heard within five seconds, of each of a hundred', async () => {
    const phones = Array.from({ length: 100 }, newPhone);
    const contacts = await Promise.all(phones.map(register));
    await tact.settled();
    expect(await reasonsOf(contacts[0] ?? '')).toEqual(['allowed']);
    const took: { requestId: string; ms: number }[] = [];
    const objects = async (nth: number): Promise<void> => {
      const since = performance.now();
      const requestId = await ask('objection', phones[nth] ?? '');
      await until(async () => (await reasonsOf(contacts[nth] ?? '')).includes('suppressed'));
      took.push({ requestId, ms: performance.now() - since });
    };
    // A few at a time: what asks whether it is in force must not be what delays it.
    for (let nth = 0; nth < phones.length; nth += 5) {
      await Promise.all([0, 1, 2, 3, 4].map((more) => objects(nth + more)));
    }
    const sorted = took.map(({ ms }) => ms).toSorted((one, other) => one - other);
    process.stdout.write(
      `objections by request: P50 ${Math.round(sorted[49] ?? 0)} ms, P99 ${Math.round(sorted[98] ?? 0)} ms\n`,
    );
    expect(sorted[98]).toBeLessThan(5_000);
    await Promise.all(took.map(({ requestId }) => completed(requestId)));
  }, 120_000);

  test('is remembered of whom nobody knew, and binds whoever is registered later', async () => {
    const phone = newPhone();
    await completed(await ask('objection', phone));
    const contactId = await register(phone);
    await tact.settled();
    expect(await reasonsOf(contactId)).toContain('suppressed');
  }, 30_000);

  test('stops the analysis too', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await tact.settled();
    await called(contactId);
    await tact.settled();
    expect((await likelihoodOf(contactId)).status).toBe(200);
    await completed(await ask('objection', phone));
    await tact.settled();
    expect((await likelihoodOf(contactId)).status).toBe(404);
  }, 30_000);
});

describe('a withdrawal by a request', () => {
  test('takes every consent back, and it is the person who did', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await tact.settled();
    expect(await reasonsOf(contactId, 'feedback')).toEqual(['allowed']);
    await completed(await ask('withdrawal', phone));
    await tact.settled();
    expect(await reasonsOf(contactId, 'feedback')).toContain('consent-withdrawn');
    expect(await reasonsOf(contactId)).toContain('suppressed');
    // The business cannot say that it was given after all.
    const again = {
      ...consent('feedback'),
      contactId,
      at: '2026-11-20T09:59:00Z',
      state: undefined,
    };
    await tact.call('POST', '/v1/consents', again);
    await tact.settled();
    expect(await reasonsOf(contactId, 'feedback')).toContain('consent-withdrawn');
  }, 30_000);

  test('may be of one purpose, and leaves the others', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await completed(await ask('withdrawal', phone, { purpose: 'feedback' }));
    await tact.settled();
    expect(await reasonsOf(contactId, 'feedback')).toContain('consent-withdrawn');
    expect(await reasonsOf(contactId)).toEqual(['allowed']);
    const wrong = { right: 'erasure', identities: { phone }, purpose: 'feedback' };
    expect((await tact.call('POST', '/v1/data-requests', wrong)).status).toBe(422);
  }, 30_000);
});

describe('a restriction', () => {
  const evidence = { method: 'in-person', reference: 'desk 3' };
  const reason = 'She disputes what is said of her.';
  const refused = async (contactId: string): Promise<boolean> =>
    (await decide(contactId)).status === 423;

  test('by a request keeps what is known and refuses to use it, until the person was told', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await tact.settled();
    await called(contactId);
    await tact.settled();
    expect((await likelihoodOf(contactId)).status).toBe(200);
    const requestId = await ask('restriction', phone);
    const verify = `/v1/data-requests/${requestId}/verify`;
    await until(async () => (await tact.call('POST', verify, { evidence })).status === 200);
    await completed(requestId);
    await tact.settled();
    await until(() => refused(contactId));
    await until(async () => (await likelihoodOf(contactId)).status === 423);
    const { body } = await likelihoodOf(contactId);
    expect(body.type).toBe('/problems/restricted');
    const path = `/v1/contacts/${contactId}/restrictions`;
    const ahead = { reason, noticedAt: '2026-11-21T09:00:00Z' };
    expect((await tact.call('DELETE', path, ahead)).status).toBe(400);
    const noticed = { reason, noticedAt: '2026-11-19T09:00:00Z' };
    expect((await tact.call('DELETE', path, noticed)).status).toBe(200);
    await until(async () => !(await refused(contactId)));
    await until(async () => (await likelihoodOf(contactId)).status === 200);
    expect((await tact.call('DELETE', path, noticed)).status).toBe(409);
  }, 60_000);

  test('by a member of staff does the same, and of nobody there is none', async () => {
    const contactId = await register(newPhone());
    const path = `/v1/contacts/${contactId}/restrictions`;
    expect((await tact.call('POST', path, { reason })).status).toBe(200);
    await until(() => refused(contactId));
    const nobody = `/v1/contacts/ct_${'0'.repeat(32)}/restrictions`;
    expect((await tact.call('POST', nobody, { reason })).status).toBe(404);
  }, 30_000);
});
