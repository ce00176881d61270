import { describe, expect, test } from '@jest/globals';
import type { EventDataOf } from '@tact/contracts';
import { type ConsumedEvent, Database, Vault } from '@tact/platform';
import {
  ingestionUnderTest,
  newPhone,
  wamid,
} from '../../../../packages/testing/src/ingestion-under-test.ts';
import { RememberRefusalsConsumer } from './remember-refusals.consumer.ts';

const { call, eventsOf, running } = ingestionUnderTest();

const at = '2026-11-19T10:00:00.000Z';
const person = () => ({
  phone: `+${newPhone()}`,
  email: `${wamid()}@reader.example`,
  crmId: `crm-${wamid()}`,
});
const register = async (identities: object) =>
  ((await call('/v1/contacts', { identities })) as { contactId: string }).contactId;
type RecordedType = 'ConsentWithdrawn' | 'ContactSuppressed' | 'ConsentGiven' | 'SuppressionLifted';
/** The ledger told it, of a contact that was named by its id alone. */
const tell = (type: RecordedType, data: object) =>
  running()
    .app.get(Database)
    .transaction((tx) =>
      running()
        .app.get(RememberRefusalsConsumer)
        .handle(tx, [
          { type, tenantid: 'demo', data: { at, ...data } } as unknown as ConsumedEvent<
            typeof type
          >,
        ]),
    );
const erase = (subject: string) =>
  running().app.get(Vault).destroySubject({ tenantId: 'demo', subject });
const refusalsOf = async (contactId: string) =>
  (await eventsOf(`contact-${contactId}`))
    .filter(({ type }) => type === 'RefusalReceived')
    .map(({ data }) => (data as unknown as EventDataOf<'RefusalReceived'>).scope);
/** Who is registered with these once the contact was erased, and what they are bound by. */
const again = async (contactId: string, identities: object) => {
  await erase(contactId);
  const next = await register(identities);
  expect(next).not.toBe(contactId);
  return refusalsOf(next);
};

describe('what was refused of a contact named by its id', () => {
  test('binds the same number when it is registered again after an erasure, and no other', async () => {
    const { phone, email, crmId } = person();
    const contactId = await register({ phone, email, crmId });
    await tell('ContactSuppressed', { contactId, scope: 'everything', ground: 'objection' });
    await tell('ContactSuppressed', { contactId, scope: 'everything', ground: 'objection' });
    expect(await again(contactId, { phone })).toEqual(['everything']);
    expect(await refusalsOf(await register({ crmId }))).toEqual(['everything']);
    expect(await refusalsOf(await register({ email }))).toEqual([]);
    expect(await refusalsOf(await register(person()))).toEqual([]);
  });

  test('under the address, where nothing else is known of the person', async () => {
    const { email } = person();
    const contactId = await register({ email });
    await tell('ContactSuppressed', { contactId, scope: 'everything', ground: 'objection' });
    expect(await again(contactId, { email })).toEqual(['everything']);
  });

  test('of promotions, under the address or the number that the channel goes to', async () => {
    const byMail = person();
    const first = await register(byMail);
    const offers = { purpose: 'marketing', consentId: 'co_1', proof: {} };
    await tell('ConsentWithdrawn', { contactId: first, ...offers, channel: 'email' });
    expect(await again(first, { phone: byMail.phone })).toEqual([]);
    expect(await refusalsOf(await register({ email: byMail.email }))).toEqual(['marketing']);
    const byPhone = person();
    const second = await register(byPhone);
    await tell('ConsentWithdrawn', { contactId: second, ...offers, channel: 'whatsapp' });
    expect(await again(second, { phone: byPhone.phone })).toEqual(['marketing']);
    expect(await refusalsOf(await register({ email: byPhone.email }))).toEqual([]);
  });

  test('a withdrawal for another purpose leaves nothing behind, nor one told of the erased', async () => {
    const { phone } = person();
    const contactId = await register({ phone });
    const withdrawn = { contactId, consentId: 'co_1', proof: {}, channel: 'whatsapp' };
    await tell('ConsentWithdrawn', { ...withdrawn, purpose: 'feedback' });
    await erase(contactId);
    await tell('ConsentWithdrawn', { ...withdrawn, purpose: 'marketing' });
    expect(await refusalsOf(await register({ phone }))).toEqual([]);
  });
});

describe('what the person took back by a later word of her own', () => {
  const later = '2026-11-19T12:00:00.000Z';
  const wishesOf = async (contactId: string) =>
    (await eventsOf(`contact-${contactId}`)).flatMap(({ type, data }) => {
      if (type !== 'RefusalReceived' && type !== 'ResumptionReceived') return [];
      const wish = data as unknown as EventDataOf<'ResumptionReceived'>;
      return [[type, wish.scope, wish.channel, wish.at]];
    });
  const stop = ['RefusalReceived', 'everything', 'whatsapp', at];

  test('by a word binds nobody who is registered with the number later', async () => {
    const { phone } = person();
    const contactId = await register({ phone });
    await tell('ContactSuppressed', { contactId, scope: 'everything', ground: 'objection' });
    const lift = { contactId, scope: 'everything', ground: 'start-word', channel: 'whatsapp' };
    await tell('SuppressionLifted', { ...lift, at: later });
    await erase(contactId);
    expect(await wishesOf(await register({ phone }))).toEqual(
      expect.arrayContaining([stop, ['ResumptionReceived', 'everything', 'whatsapp', later]]),
    );
  });

  test('by a consent of her own, and not by what a file or a key says of one', async () => {
    const offers = { purpose: 'marketing', consentId: 'co_1', proof: {}, channel: 'email' };
    const isLifted = async (act: object) => {
      const { email } = person();
      const contactId = await register({ email });
      await tell('ConsentWithdrawn', { contactId, ...offers });
      await tell('ConsentGiven', { contactId, ...offers, ...act, at: later });
      await erase(contactId);
      const wishes = await wishesOf(await register({ email }));
      expect(wishes).toContainEqual(['RefusalReceived', 'marketing', 'email', at]);
      return wishes.some((wish) => wish[0] === 'ResumptionReceived');
    };
    expect(await isLifted({ by: 'person' })).toBe(true);
    expect(await isLifted({})).toBe(false);
  });
});
