import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DataRequestView } from '@tact/contracts';
import { Vault } from '@tact/platform';
import { requestsUnderTest } from '../testing/requests-under-test.ts';

let stage: Awaited<ReturnType<typeof requestsUnderTest>>;
beforeAll(async () => {
  stage = await requestsUnderTest('2026-11-20T10:00:00.000Z');
}, 60_000);
afterAll(async () => {
  await stage?.stop();
});

let people = 0;
const somebody = async () => {
  people += 1;
  const names = {
    phone: `+336399830${String(people).padStart(2, '0')}`,
    email: `reader-${people}@example.org`,
  };
  return { ...names, contactId: await stage.person(names) };
};

test('a request reads the same of known, unknown and erased people, and reading it writes nothing', async () => {
  const agent = await stage.keyOf('reader', ['data-requests:write']);
  for (const right of ['access', 'erasure', 'objection']) {
    const [byPhone, byEmail, mixed, another, gone] = [
      await somebody(),
      await somebody(),
      await somebody(),
      await somebody(),
      await somebody(),
    ];
    await stage.app.get(Vault).destroySubject({ tenantId: 'demo', subject: gone.contactId });
    const everybody = [
      { phone: byPhone.phone },
      { email: byEmail.email },
      { phone: mixed.phone, email: another.email },
      { phone: '+33639989998' },
      { phone: gone.phone },
    ];
    const seen: string[] = [];
    for (const identities of everybody) {
      const { requestId } = await stage.open(right, identities);
      await stage.ask(requestId);
      await stage.idle();
      await stage.verify(requestId, { code: '00000000' });
      const url = `/v1/data-requests/${requestId}`;
      const { body } = await stage.call('GET', url, undefined, agent);
      const { asOf: _, requestId: __, ...rest } = body as DataRequestView;
      seen.push(JSON.stringify(rest).replaceAll(/[0-9-]{10}T[0-9:.]{12}Z/g, 'an instant'));
    }
    expect([...new Set(seen)]).toEqual([expect.stringContaining('resolved')]);
    expect(seen[0]).not.toMatch(/code-sent|lackingProofs|isOfSeveralPeople|contacts/);
  }
  const known = await somebody();
  const { requestId } = await stage.open('access', { phone: known.phone });
  await stage.codeAt(requestId, known.email);
  await stage.idle();
  const cards = () => stage.queryable.query('SELECT a::text FROM addresses_on_file a ORDER BY 1');
  const before = await cards();
  const { steps, lackingProofs } = await stage.show(requestId);
  expect([steps.map(({ step }) => step), lackingProofs]).toEqual([
    ['received', 'resolved', 'code-sent'],
    2,
  ]);
  expect(await cards()).toEqual(before);
}, 60_000);

test('whoever passes on what proves a person reads all of it then', async () => {
  const { phone, email } = await somebody();
  const agent = await stage.keyOf('passing', ['data-requests:write']);
  const { requestId } = await stage.open('erasure', { phone });
  await stage.verify(requestId, { code: await stage.codeAt(requestId, email) }, agent);
  await stage.reaching(requestId, 'in-progress');
  const { body } = await stage.call('GET', `/v1/data-requests/${requestId}`, undefined, agent);
  const { contacts, steps } = body as DataRequestView;
  expect([contacts, steps.some(({ step }) => step === 'code-sent')]).toEqual([1, true]);
});
