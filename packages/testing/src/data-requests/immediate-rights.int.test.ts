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
  tact = await startConstellation({
    TACT_CLOCK: '2026-11-20T10:00:00.000Z',
    DEFAULT_COUNTRY: 'FR',
  });
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
const stateOf = async (requestId: string): Promise<string> =>
  (await tact.call<DataRequestView>('GET', `/v1/data-requests/${requestId}`)).body.state;
const completed = async (requestId: string): Promise<void> => {
  await until(async () => (await stateOf(requestId)) === 'completed');
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

describe('an objection as people write it', () => {
  const asks = async (identities: object, right = 'objection'): Promise<string> => {
    const body = { right, identities, channel: 'post' };
    return (await tact.call<DataRequestAccepted>('POST', '/v1/data-requests', body)).body.requestId;
  };
  const nationally = (phone: string): string =>
    phone.replace('+33', '0').replaceAll(/(..)/g, '$1 ');
  const withAddress = async (email: string): Promise<string> => {
    const given = { identities: { email }, timeZone: 'Europe/Paris', consents: [] };
    return (await tact.call<{ contactId: string }>('POST', '/v1/contacts', given)).body.contactId;
  };
  const isStopped = async (contactId: string): Promise<boolean> =>
    (await reasonsOf(contactId)).includes('suppressed');

  test.each([
    ['in pairs', nationally],
    ['with dots', (phone: string) => nationally(phone).trim().replaceAll(' ', '.')],
    ['without the plus', (phone: string) => phone.slice(1)],
  ])(
    'a number %s is heard of whom we know and remembered of strangers',
    async (_, written) => {
      const [known, strange] = [newPhone(), newPhone()];
      const contactId = await register(known);
      await completed(await asks({ phone: written(known) }));
      await completed(await asks({ phone: written(strange) }));
      const later = await register(strange);
      await tact.settled();
      expect([await isStopped(contactId), await isStopped(later)]).toEqual([true, true]);
    },
    30_000,
  );

  test('a withdrawal takes consents back by a number of the country too', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await completed(await asks({ phone: nationally(phone) }, 'withdrawal'));
    await tact.settled();
    expect(await reasonsOf(contactId, 'feedback')).toContain('consent-withdrawn');
  }, 30_000);

  test('is of everybody whom it names, also by the address beside a number', async () => {
    const [phone, email] = [newPhone(), 'two-contacts@example.com'];
    const [one, other] = [await register(phone), await withAddress(email)];
    await completed(await asks({ phone, email }));
    await tact.settled();
    expect([await isStopped(one), await isStopped(other)]).toEqual([true, true]);
  }, 30_000);

  test('is remembered under the address too, beside a number of somebody else', async () => {
    const [phone, email] = [newPhone(), 'not-yet@example.com'];
    await register(phone);
    await completed(await asks({ phone, email }));
    const later = await withAddress(email);
    await tact.settled();
    expect(await isStopped(later)).toBe(true);
  }, 30_000);

  test('by a number that is none stops what the address names, and stays open for a person', async () => {
    const email = 'mistyped@example.com';
    const contactId = await withAddress(email);
    const requestId = await asks({ phone: '06 39 98 30', email });
    await tact.settled();
    expect(await isStopped(contactId)).toBe(true);
    const path = `/v1/data-requests/${requestId}`;
    await until(async () => (await stateOf(requestId)) === 'in-progress');
    const ended = { reason: 'She gave her number again by telephone.' };
    expect((await tact.call('POST', `${path}/complete`, ended)).status).toBe(200);
    await completed(requestId);
  }, 30_000);

  test.each([{ phone: '12 34' }, { parentBsuid: 'FR.ENT.1234567890' }])(
    'that names nobody is not said to be done',
    async (identities) => {
      const requestId = await asks(identities);
      await tact.settled();
      await until(async () => (await stateOf(requestId)) === 'in-progress');
    },
    30_000,
  );
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
