import { describe, expect, test } from '@jest/globals';
import { DAY_MS, MINUTE_MS } from '@tact/contracts';
import { Clock, Database } from '@tact/platform';
import { askedPeopleUnderTest } from '../testing/asked-people-under-test.ts';
import { wayOutIn } from '../testing/mailed-people.ts';
import { ForgetConfirmations } from './forget-confirmations.ts';

const { stage, about, ask, asked, moveOn, withdraw, noticeId } = askedPeopleUnderTest();

describe('nobody is pressed', () => {
  const reasonsOf = async (contactId: string, more?: object) => {
    const { body } = await ask(contactId, more);
    return (body['reasons'] as { reason: string }[]).map(({ reason }) => reason);
  };

  test('one question at a time, and who leaves two without an answer is left in peace', async () => {
    const { contactId } = await asked();
    moveOn(DAY_MS);
    expect(await reasonsOf(contactId)).toEqual(['asked-recently']);
    expect(await reasonsOf(contactId, { channel: 'email' })).toEqual(['allowed']);
    moveOn(8 * DAY_MS);
    for (const purpose of ['marketing', 'feedback']) {
      expect(await reasonsOf(contactId, { purpose })).toEqual(['asked-recently']);
    }
    moveOn(22 * DAY_MS);
    expect(await reasonsOf(contactId)).toEqual(['allowed']);
  });

  test('what a business withdraws meanwhile makes no room for a third question', async () => {
    const { contactId } = await asked();
    for (const expected of ['allowed', 'asked-recently', 'asked-recently']) {
      moveOn(11 * MINUTE_MS);
      await withdraw(contactId);
      expect(await reasonsOf(contactId)).toEqual([expected]);
    }
  });

  test('an ask is a message: it obeys the rules of decisions, and uses the cap', async () => {
    const wanting = async (payload: object) => {
      const { contactId } = await stage().newPerson();
      await stage().call('PUT', `/v1/contacts/${contactId}/preferences`, { payload });
      return reasonsOf(contactId);
    };
    expect(await wanting({ purposes: ['feedback'] })).toEqual(['purpose-unwanted']);
    expect(await wanting({ perDayMax: 0 })).toEqual(['pressure-cap-reached']);
    const always = { from: '00:00', to: '12:00' };
    const quietHours = [always, { from: '12:00', to: '00:00' }];
    expect(await wanting({ quietHours })).toEqual(['quiet-hours']);
    const { contactId } = await stage().newPerson();
    await stage().call('PUT', `/v1/contacts/${contactId}/preferences`, {
      payload: { perDayMax: 1 },
    });
    expect(await reasonsOf(contactId)).toEqual(['allowed']);
    expect(await reasonsOf(contactId, { channel: 'email' })).toEqual(['pressure-cap-reached']);
  });

  test('who took it back is not asked for it again, whatever a key says since', async () => {
    const { contactId, mail } = await asked();
    await stage().browse(wayOutIn(mail), { form: { 'List-Unsubscribe': 'One-Click' } });
    moveOn(40 * DAY_MS);
    expect(await reasonsOf(contactId)).toEqual(['consent-withdrawn']);
    const at = stage().service.app.get(Clock).now().toISOString();
    const proof = { source: 'form', method: 'form', noticeId: noticeId() };
    await stage().call('POST', '/v1/consents', { payload: { contactId, ...about, at, proof } });
    expect(await reasonsOf(contactId)).toEqual(['consent-withdrawn']);
    expect(await reasonsOf(contactId, { channel: 'phone' })).toEqual(['allowed']);
  });

  test('many who ask at once ask once', async () => {
    const { contactId } = await stage().newPerson();
    const all = await Promise.all(Array.from({ length: 8 }, () => ask(contactId)));
    expect(all.filter(({ body }) => body['decision'] === 'allowed')).toHaveLength(1);
  });

  test('who refused is not asked, and who has no address cannot be', async () => {
    const { contactId } = await stage().newPerson();
    await stage().call('PUT', `/v1/contacts/${contactId}/preferences`, {
      payload: { channels: ['whatsapp'] },
    });
    expect((await ask(contactId)).body['reasons']).toMatchObject([{ reason: 'channel-unwanted' }]);
    const none = await stage().register({
      identities: { crmId: `no-mail-${Math.random()}` },
      timeZone: 'Europe/Paris',
    });
    expect((await ask(none)).body['reasons']).toMatchObject([{ reason: 'address-unknown' }]);
    expect((await ask(none, { noticeId: `nt_${'0'.repeat(32)}` })).status).toBe(422);
    const foreign = await stage().call('POST', '/v1/consents/confirmations', {
      payload: { contactId, ...about, noticeId: noticeId() },
      key: stage().stranger,
    });
    expect(foreign.status).toBe(404);
  });
});

test('what was asked for is forgotten after ninety days, answered or not', async () => {
  const { app } = stage().service;
  const queryable = app.get(Database).queryable;
  const nowMs = app.get(Clock).now().getTime();
  const askedBefore = async (id: string, days: number) => {
    const at = new Date(nowMs - days * DAY_MS);
    await queryable.query(
      `INSERT INTO confirmations
         (confirmation_id, tenant_id, contact_id, purpose, channel, notice_id, asked_at, expires_at)
       VALUES ($1, 'other', 'ct', 'marketing', 'email', 'nt', $2, $2)`,
      [id, at],
    );
  };
  await askedBefore('older', 91);
  await askedBefore('newer', 89);
  await app.get(ForgetConfirmations).run();
  const kept = await queryable.query<{ id: string }>(
    "SELECT confirmation_id AS id FROM confirmations WHERE tenant_id = 'other'",
  );
  expect(kept).toEqual([{ id: 'newer' }]);
});
