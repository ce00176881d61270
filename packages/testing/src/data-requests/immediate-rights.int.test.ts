import { describe, expect, test } from '@jest/globals';
import { rightsUnderTest } from './rights-under-test.ts';

const {
  platform,
  consent,
  newPhone,
  register,
  ask,
  called,
  likelihoodOf,
  decide,
  reasonsOf,
  until,
  completed,
} = rightsUnderTest();

describe('an objection by a request', () => {
  test('is heard within five seconds, of each of a hundred', async () => {
    const phones = Array.from({ length: 100 }, newPhone);
    const contacts = await Promise.all(phones.map(register));
    await platform().settled();
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
    await platform().settled();
    expect(await reasonsOf(contactId)).toContain('suppressed');
  }, 30_000);

  test('stops the analysis too', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await platform().settled();
    await called(contactId);
    await platform().settled();
    expect((await likelihoodOf(contactId)).status).toBe(200);
    await completed(await ask('objection', phone));
    await platform().settled();
    expect((await likelihoodOf(contactId)).status).toBe(404);
  }, 30_000);
});

describe('a withdrawal by a request', () => {
  test('takes every consent back, and it is the person who did', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await platform().settled();
    expect(await reasonsOf(contactId, 'feedback')).toEqual(['allowed']);
    await completed(await ask('withdrawal', phone));
    await platform().settled();
    expect(await reasonsOf(contactId, 'feedback')).toContain('consent-withdrawn');
    expect(await reasonsOf(contactId)).toContain('suppressed');
    // The business cannot say that it was given after all.
    const again = {
      ...consent('feedback'),
      contactId,
      at: '2026-11-20T09:59:00Z',
      state: undefined,
    };
    await platform().call('POST', '/v1/consents', again);
    await platform().settled();
    expect(await reasonsOf(contactId, 'feedback')).toContain('consent-withdrawn');
  }, 30_000);

  test('may be of one purpose, and leaves the others', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await completed(await ask('withdrawal', phone, { purpose: 'feedback' }));
    await platform().settled();
    expect(await reasonsOf(contactId, 'feedback')).toContain('consent-withdrawn');
    expect(await reasonsOf(contactId)).toEqual(['allowed']);
    const wrong = { right: 'erasure', identities: { phone }, purpose: 'feedback' };
    expect((await platform().call('POST', '/v1/data-requests', wrong)).status).toBe(422);
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
    await platform().settled();
    await called(contactId);
    await platform().settled();
    expect((await likelihoodOf(contactId)).status).toBe(200);
    const requestId = await ask('restriction', phone);
    const verify = `/v1/data-requests/${requestId}/verify`;
    await until(async () => (await platform().call('POST', verify, { evidence })).status === 200);
    await completed(requestId);
    await platform().settled();
    await until(() => refused(contactId));
    await until(async () => (await likelihoodOf(contactId)).status === 423);
    const { body } = await likelihoodOf(contactId);
    expect(body.type).toBe('/problems/restricted');
    const path = `/v1/contacts/${contactId}/restrictions`;
    const ahead = { reason, noticedAt: '2026-11-21T09:00:00Z' };
    expect((await platform().call('POST', `${path}/lifts`, ahead)).status).toBe(400);
    const noticed = { reason, noticedAt: '2026-11-19T09:00:00Z' };
    expect((await platform().call('POST', `${path}/lifts`, noticed)).status).toBe(200);
    await until(async () => !(await refused(contactId)));
    await until(async () => (await likelihoodOf(contactId)).status === 200);
    expect((await platform().call('POST', `${path}/lifts`, noticed)).status).toBe(409);
  }, 60_000);

  test('by a member of staff does the same, and of nobody there is none', async () => {
    const contactId = await register(newPhone());
    const path = `/v1/contacts/${contactId}/restrictions`;
    expect((await platform().call('POST', path, { reason })).status).toBe(200);
    await until(() => refused(contactId));
    const nobody = `/v1/contacts/ct_${'0'.repeat(32)}/restrictions`;
    expect((await platform().call('POST', nobody, { reason })).status).toBe(404);
  }, 30_000);
});
