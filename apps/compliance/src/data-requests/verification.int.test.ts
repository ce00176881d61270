import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataRequestChanged, MINUTE_MS, type Problem } from '@tact/contracts';
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
/** Somebody new, with a number and an address of their own. */
const somebody = async () => {
  people += 1;
  const names = {
    phone: `+336399810${String(people).padStart(2, '0')}`,
    email: `person-${people}@example.org`,
  };
  return { ...names, contactId: await stage.person(names) };
};
/** What an answer says, without what is drawn anew each time. */
const said = ({ status, body }: { status: number; body: unknown }) => {
  const {
    traceId: _,
    instance: __,
    requestId: ___,
    expiresAt: ____,
    ...rest
  } = body as Problem & {
    requestId: string;
    expiresAt: string;
  };
  return { status, rest };
};

describe('a code', () => {
  test('goes to the address on file of whoever is named by their number, and verifies once', async () => {
    const { phone, email } = await somebody();
    const { requestId } = await stage.open('erasure', { phone });
    const code = await stage.codeAt(requestId, email);
    const { status, body } = await stage.verify(requestId, { code });
    expect([status, DataRequestChanged.parse(body).state]).toEqual([200, 'verified']);
    expect((await stage.verify(requestId, { code })).status).toBe(403);
    const { contacts, steps } = await stage.reaching(requestId, 'in-progress');
    expect(contacts).toBe(1);
    expect(steps.map(({ step, state }) => `${step}: ${state}`)).toEqual([
      'received: received',
      'resolved: awaiting-verification',
      'code-sent: awaiting-verification',
      'proven: awaiting-verification',
      'verified: verified',
      'started: in-progress',
    ]);
  });

  test('never goes to an address that the request gave and that is not the one on file', async () => {
    const { phone, email } = await somebody();
    const { requestId } = await stage.open('erasure', { phone, email: 'thief@example.net' });
    await stage.codeAt(requestId, email);
    expect(stage.smtp.mails.filter((mail) => mail.includes('thief'))).toEqual([]);
  });

  test('shows nobody another’s data: an own address beside another’s number proves nothing', async () => {
    const [victim, thief] = [await somebody(), await somebody()];
    const mixed = { phone: victim.phone, email: thief.email };
    const { requestId } = await stage.open('access', mixed);
    expect((await stage.ask(requestId)).status).toBe(202);
    await stage.idle();
    const sent = [victim.email, thief.email].flatMap((address) =>
      stage.smtp.mails.filter((mail) => mail.includes(`To: ${address}`)),
    );
    expect(sent).toEqual([]);
    expect(await stage.show(requestId)).toMatchObject({
      state: 'awaiting-verification',
      isOfSeveralPeople: true,
    });
    const evidence = { method: 'in-person', reference: 'desk 3, 20 November' };
    expect((await stage.verify(requestId, { evidence })).status).toBe(422);
    expect((await stage.verify(requestId, { code: '00000000' })).status).toBe(403);
  });

  test('goes nowhere where several people have the address', async () => {
    const email = 'household@example.org';
    for (const phone of ['+33639981090', '+33639981091']) await stage.person({ phone, email });
    const { requestId } = await stage.open('erasure', { phone: '+33639981090' });
    await stage.ask(requestId);
    await stage.idle();
    expect(stage.smtp.mails.filter((mail) => mail.includes(email))).toEqual([]);
  });

  test('is dead after five wrong ones; fifty at once count as fifty', async () => {
    const { phone, email } = await somebody();
    const { requestId } = await stage.open('erasure', { phone });
    const code = await stage.codeAt(requestId, email);
    const wrong = code === '1111 1111' ? '22222222' : '11111111';
    const tries = await Promise.all(
      Array.from({ length: 50 }, () => stage.verify(requestId, { code: wrong })),
    );
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([403]));
    const [row] = await stage.queryable.query<{ misses: number }>(
      'SELECT misses FROM data_request_codes WHERE request_id = $1',
      [requestId],
    );
    expect(row?.misses).toBe(50);
    expect((await stage.verify(requestId, { code })).status).toBe(403);
    const { steps } = await stage.show(requestId);
    expect(steps.filter(({ step }) => step === 'code-missed')).toHaveLength(5);
    // The next one opens all the same.
    const next = await stage.codeAt(requestId, email, 2);
    expect((await stage.verify(requestId, { code: next })).status).toBe(200);
  }, 30_000);

  test('is the newest one alone, for half an hour; five may be asked for in a day', async () => {
    const { phone, email } = await somebody();
    const { requestId } = await stage.open('erasure', { phone });
    const first = await stage.codeAt(requestId, email);
    const second = await stage.codeAt(requestId, email, 2);
    expect((await stage.verify(requestId, { code: first })).status).toBe(403);
    stage.clock.moveTo(stage.clock.advancedMs + 30 * MINUTE_MS);
    expect((await stage.verify(requestId, { code: second })).status).toBe(403);
    for (let nth = 3; nth <= 5; nth += 1) await stage.codeAt(requestId, email, nth);
    const { status, body } = await stage.ask(requestId);
    expect([status, (body as Problem).type]).toEqual([429, '/problems/rate-limited']);
  }, 30_000);

  test('lies nowhere in clear', async () => {
    const { phone, email } = await somebody();
    const { requestId } = await stage.open('erasure', { phone });
    const code = (await stage.codeAt(requestId, email)).replace(' ', '');
    const rows = await stage.queryable.query(`SELECT c::text FROM data_request_codes c UNION ALL
      SELECT e::text FROM events e UNION ALL SELECT m::text FROM outgoing_mails m UNION ALL
      SELECT a::text FROM addresses_on_file a`);
    expect(rows.length).toBeGreaterThan(3);
    const text = JSON.stringify(rows);
    expect(text).not.toContain(code);
    expect(text).not.toMatch(/person-\d+@example/);
  });
});

test('known, unknown and erased: whoever asks is answered the same', async () => {
  const { phone, email } = await somebody();
  const gone = await somebody();
  await stage.app.get(Vault).destroySubject({ tenantId: 'demo', subject: gone.contactId });
  const strangers = { phone: '+33639989999' };
  const answers = [];
  const everybody = [
    { phone },
    { email },
    strangers,
    { email: 'nobody@example.org' },
    { phone: gone.phone },
    { email: gone.email },
  ];
  for (const identities of everybody) {
    const { requestId } = await stage.open('access', identities);
    const asked = await stage.ask(requestId);
    const whatsapp = await stage.ask(requestId, 'whatsapp');
    await stage.idle();
    const tried = await stage.verify(requestId, { code: '00000000' });
    const { state } = await stage.show(requestId);
    answers.push(JSON.stringify([said(asked), said(whatsapp), said(tried), state]));
  }
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('awaiting-verification');
}, 30_000);

describe('copies of data', () => {
  const evidence = { method: 'call-back', reference: 'called back on the number on file' };

  test('take a second proof of another kind, which a member of staff records', async () => {
    const { phone, email } = await somebody();
    const { requestId } = await stage.open('access', { phone });
    const code = await stage.codeAt(requestId, email);
    await stage.verify(requestId, { code });
    expect(await stage.show(requestId)).toMatchObject({
      state: 'awaiting-verification',
      lackingProofs: 1,
    });
    expect((await stage.verify(requestId, { evidence })).status).toBe(200);
    await stage.reaching(requestId, 'in-progress');
  });

  test('take a code alone where the address was proven in the last 90 days', async () => {
    const { phone, email, contactId } = await somebody();
    const first = await stage.open('access', { phone });
    await stage.verify(first.requestId, { code: await stage.codeAt(first.requestId, email) });
    await stage.verify(first.requestId, { evidence });
    const second = await stage.open('portability', { phone });
    const code = await stage.codeAt(second.requestId, email, 2);
    await stage.verify(second.requestId, { code });
    expect((await stage.show(second.requestId)).lackingProofs).toBeUndefined();
    await stage.reaching(second.requestId, 'verified', 'in-progress');
    const moved = 'UPDATE addresses_on_file SET verified_on = $2 WHERE contact_id = $1';
    await stage.queryable.query(moved, [contactId, new Date('2026-08-01T00:00:00Z')]);
    const third = await stage.open('access', { phone });
    await stage.verify(third.requestId, { code: await stage.codeAt(third.requestId, email, 3) });
    expect(await stage.show(third.requestId)).toMatchObject({ lackingProofs: 1 });
  }, 30_000);

  test('are not had by a code of another request: whoever has the address now may not be the person', async () => {
    const { phone, email } = await somebody();
    const erasure = await stage.open('rectification', { phone });
    await stage.verify(erasure.requestId, { code: await stage.codeAt(erasure.requestId, email) });
    const access = await stage.open('access', { phone });
    await stage.verify(access.requestId, { code: await stage.codeAt(access.requestId, email, 2) });
    expect(await stage.show(access.requestId)).toMatchObject({ lackingProofs: 1 });
  }, 30_000);

  test('evidence is recorded by whoever may decide, and by nobody else', async () => {
    const { phone } = await somebody();
    const { requestId } = await stage.open('erasure', { phone });
    await stage.reaching(requestId, 'awaiting-verification');
    const agent = await stage.keyOf('agent', ['data-requests:write']);
    const { status, body } = await stage.verify(requestId, { evidence }, agent);
    expect([status, (body as Problem).type]).toEqual([403, '/problems/scope-missing']);
    expect((await stage.verify(requestId, { evidence })).status).toBe(200);
  });
});
