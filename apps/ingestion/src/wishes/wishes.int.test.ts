import { describe, expect, jest, test } from '@jest/globals';
import { type EventDataOf, formatId, HOUR_MS } from '@tact/contracts';
import { EventStore, Vault } from '@tact/platform';
import {
  daysAgo,
  ingestionUnderTest,
  newPhone,
  wamid,
} from '../../../../packages/testing/src/ingestion-under-test.ts';
import { LearnIdentities } from '../whatsapp/learn-identities.ts';
import { ReceiveWishes } from './receive-wishes.ts';
import { WishesOfStrangers } from './wishes-of-strangers.ts';

const { call, register, webhook, eventsOf, running } = ingestionUnderTest();

const says = (from: string, body: string) =>
  webhook({
    messages: [{ id: wamid(), type: 'text', from, timestamp: daysAgo(0), text: { body } }],
  });

const wishesOf = async (contactId: string) =>
  (await eventsOf(`contact-${contactId}`))
    .filter(({ type }) => type === 'RefusalReceived' || type === 'ResumptionReceived')
    .map(({ type, data }) => {
      const { scope, channel } = data as unknown as EventDataOf<'RefusalReceived'>;
      return [type, scope, channel];
    });

const refusal = ['RefusalReceived', 'everything', 'whatsapp'];

describe('a wish', () => {
  test('is heard of whoever is analysed, once, beside the signal', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    const message = { id: wamid(), type: 'text', from: phone, timestamp: daysAgo(0) };
    const stop = { messages: [{ ...message, text: { body: 'STOP' } }] };
    await Promise.all([webhook(stop), webhook(stop)]);
    await webhook(stop);
    expect(await wishesOf(contactId)).toEqual([refusal]);
  });

  test('told by the CRM is heard of who is not analysed', async () => {
    const contactId = await register(newPhone(), 'withdrawn');
    const line = { id: wamid(), kind: 'marketing-opt-out', occurredAt: '2026-11-19T10:00:00Z' };
    expect(await call('/v1/signals', { ...line, contact: { contactId } })).toMatchObject({
      accepted: 1,
    });
    expect(await wishesOf(contactId)).toEqual([['RefusalReceived', 'marketing', 'whatsapp']]);
  });
});

test('a line of the CRM that tells of a change of mind opens nothing, and one dated ahead stops nothing', async () => {
  const contactId = await register(newPhone());
  const line = { id: wamid(), contact: { contactId } };
  await call('/v1/signals', [
    { ...line, kind: 'marketing-opt-in', occurredAt: '2026-11-19T10:00:00Z' },
    { ...line, id: wamid(), kind: 'marketing-opt-out', occurredAt: '2099-01-01T00:00:00Z' },
  ]);
  expect(await wishesOf(contactId)).toEqual([]);
});

describe('a refusal of somebody who is erased', () => {
  const erase = (subject: string) =>
    running().app.get(Vault).destroySubject({ tenantId: 'demo', subject });

  test('binds the same number when it is registered again', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await says(phone, 'STOP');
    await erase(contactId);
    const again = await register(phone);
    expect(again).not.toBe(contactId);
    expect(await wishesOf(again)).toEqual([refusal]);
  });

  test('is a stranger’s where the erasure comes between', async () => {
    const phone = newPhone();
    const vault = running().app.get(Vault);
    const contactId = await register(phone);
    const real = vault.resolveMany.bind(vault);
    const resolveMany = jest.spyOn(vault, 'resolveMany').mockImplementation(async (...asked) => {
      const found = await real(...asked);
      if (found.includes(contactId)) await erase(contactId);
      return found;
    });
    try {
      await says(phone, 'STOP');
    } finally {
      resolveMany.mockRestore();
    }
    expect(await wishesOf(await register(phone))).toEqual([refusal]);
  });

  test('is heard though what else the webhook tells of people fails', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    const learning = jest
      .spyOn(running().app.get(LearnIdentities), 'learn')
      .mockRejectedValueOnce(new Error('the gate is stale'));
    await expect(says(phone, 'STOP')).rejects.toThrow();
    learning.mockRestore();
    expect(await wishesOf(contactId)).toEqual([refusal]);
  });
});

describe('a refusal under several names', () => {
  const names = () => ({
    phone: `+${newPhone()}`,
    crmId: `crm-${wamid()}`,
    email: `${wamid()}@example.fr`,
  });
  const known = async (identities: object) =>
    ((await call('/v1/contacts', { identities })) as { contactId: string }).contactId;
  const optsOut = (contact: object) =>
    call('/v1/signals', {
      id: wamid(),
      kind: 'marketing-opt-out',
      occurredAt: '2026-11-19T10:00:00Z',
      contact,
    });
  const marketing = ['RefusalReceived', 'marketing', 'whatsapp'];

  test('is of everybody whom one of them names', async () => {
    const [{ phone }, { crmId }] = [names(), names()];
    const [one, two] = [await known({ phone }), await known({ crmId })];
    await optsOut({ phone, crmId });
    expect([await wishesOf(one), await wishesOf(two)]).toEqual([[marketing], [marketing]]);
  });

  test('is remembered under the number nobody has, and is not of who shares the address', async () => {
    const { phone, email } = names();
    const other = await known({ email });
    await optsOut({ phone, email });
    expect(await wishesOf(other)).toEqual([]);
    expect(await wishesOf(await known({ phone }))).toEqual([marketing]);
  });

  test('is not of a colleague with the same parent id', async () => {
    const [parent, from, user] = [`FR.ENT.${wamid()}`, newPhone(), `FR.${wamid()}`];
    const colleague = await known({ parentBsuid: parent });
    await webhook({
      messages: [
        {
          id: wamid(),
          type: 'text',
          from,
          from_user_id: user,
          from_parent_user_id: parent,
          timestamp: daysAgo(0),
          text: { body: 'STOP' },
        },
      ],
    });
    expect(await wishesOf(colleague)).toEqual([]);
    expect(await wishesOf(await known({ phone: `+${from}` }))).toEqual([refusal]);
    expect(await wishesOf(await known({ bsuid: user }))).toEqual([refusal]);
  });

  test('is of who is called so beside a contact id that is nobody’s', async () => {
    const { phone } = names();
    const contactId = await known({ phone });
    await optsOut({ contactId: formatId('contact', new Uint8Array(16)), phone });
    expect(await wishesOf(contactId)).toEqual([marketing]);
  });
});

describe('a refusal of somebody whom we do not know', () => {
  test('binds who is registered with that number later, whatever the file says', async () => {
    const phone = newPhone();
    await says(phone, 'STOP');
    const contactId = await register(phone);
    expect(await wishesOf(contactId)).toEqual([refusal]);
    // Registering again adds nothing.
    await register(phone);
    expect(await wishesOf(contactId)).toEqual([refusal]);
  });

  test('is told apart from every other that is bound in the same request', async () => {
    const phones = [newPhone(), newPhone()];
    for (const phone of phones) await says(phone, 'STOP');
    const { app } = running();
    const strangers = app.get(WishesOfStrangers);
    const appends = await app.get(EventStore).transaction((tx) =>
      strangers.appendsOf(
        tx,
        'demo',
        phones.map((phone, nth) => ({
          contactId: `ct_${String(nth).repeat(32)}`,
          identities: { phone: `+${phone}` },
        })),
      ),
    );
    const causes = appends.map(({ context }) => context.causationId);
    expect(new Set(causes).size).toBe(2);
    expect(causes).toEqual(appends.map(({ events }) => events[0]?.id));
  });

  test('binds in every spelling of the number', async () => {
    await says('5511987650101', 'STOP');
    const contactId = await register('551187650101');
    expect(await wishesOf(contactId)).toEqual([refusal]);
  });

  test.each([
    ['22507123456', '+2250707123456'],
    ['22997123456', '+2290197123456'],
  ])('binds in the spelling of before a country renumbered: %s', async (from, phone) => {
    await says(from, 'STOP');
    const { contactId } = (await call('/v1/contacts', { identities: { phone } })) as {
      contactId: string;
    };
    expect(await wishesOf(contactId)).toEqual([refusal]);
  });

  test('under a number that no plan knows yet is kept by its digits', async () => {
    const vault = running().app.get(Vault);
    const fingerprints = vault.refusals.of('demo', { phone: '+2291234567' });
    await says('2291234567', 'STOP');
    const rows = await running()
      .app.get(EventStore)
      .transaction((tx) =>
        tx.query(`SELECT 1 FROM wishes_of_strangers WHERE fingerprint = ANY ($1::bytea[])`, [
          fingerprints,
        ]),
      );
    expect(fingerprints.length).toBeGreaterThan(0);
    expect(rows.length).toBe(fingerprints.length);
  });

  test('binds a contact that gets the number later', async () => {
    const [known, later] = [newPhone(), newPhone()];
    const contactId = await register(known);
    await says(later, 'STOP');
    const change = { type: 'user_changed_number', body: 'changed', wa_id: later };
    await webhook({
      messages: [
        { id: wamid(), type: 'system', from: known, timestamp: daysAgo(0), system: change },
      ],
    });
    expect(await wishesOf(contactId)).toEqual([refusal]);
  });

  test.each([
    ['within the hour before', '2026-11-20T09:20:00Z', '2026-11-20T10:00:00.000Z'],
    ['on the hour', '2026-11-20T09:00:00Z', '2026-11-20T09:00:00.000Z'],
  ])(
    'said %s, is no older than it was, though the hour alone is kept',
    async (_, at, receivedAt) => {
      const phone = newPhone();
      const timestamp = String(Date.parse(at) / 1000);
      await webhook({
        messages: [{ id: wamid(), type: 'text', from: phone, timestamp, text: { body: 'STOP' } }],
      });
      const events = await eventsOf(`contact-${await register(phone)}`);
      const refusals = events.filter(({ type }) => type === 'RefusalReceived');
      expect(refusals.map(({ data }) => (data as unknown as { at: string }).at)).toEqual([
        receivedAt,
      ]);
    },
  );

  const changes = (from: string, to: string) =>
    webhook({
      messages: [
        {
          id: wamid(),
          type: 'system',
          from,
          timestamp: daysAgo(0),
          system: { type: 'user_changed_number', body: 'changed', wa_id: to },
        },
      ],
    });

  test('goes on under the number they change to', async () => {
    const [before, after] = [newPhone(), newPhone()];
    await says(before, 'STOP');
    await changes(before, after);
    expect(await wishesOf(await register(after))).toEqual([refusal]);
  });

  test('binds the contact whose number they change to', async () => {
    const [before, after] = [newPhone(), newPhone()];
    const contactId = await register(after);
    await says(before, 'STOP');
    await changes(before, after);
    expect(await wishesOf(contactId)).toEqual([refusal]);
  });

  test('leaves nothing of the person but a fingerprint and the hour', async () => {
    const phone = newPhone();
    await says(phone, 'STOP');
    const rows = await running()
      .app.get(EventStore)
      .transaction((tx) =>
        tx.query<{ row: string; receivedAt: Date }>(
          `SELECT s::text AS row, received_at AS "receivedAt" FROM wishes_of_strangers AS s`,
        ),
      );
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(phone.slice(2));
    expect(rows.map(({ receivedAt }) => receivedAt.getTime() % HOUR_MS)).toEqual(rows.map(() => 0));
  });

  test('is not lost between a registration that is not done and a look that does not see it', async () => {
    const { app } = running();
    const [store, vault, strangers] = [EventStore, Vault, WishesOfStrangers].map((part) =>
      app.get(part as never),
    ) as unknown as [EventStore, Vault, WishesOfStrangers];
    const phone = `+${newPhone()}`;
    const identities = { phone };
    const [registering, received] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const registration = store.transaction(async (tx) => {
      await strangers.shareLock(tx, 'demo');
      const done = await vault.register(tx, 'demo', identities);
      const before = await strangers.appendsOf(tx, 'demo', [
        { contactId: 'contactId' in done ? done.contactId : '', identities },
      ]);
      registering.resolve();
      // As long as it is not committed, whoever hears the stranger must wait for it.
      await Promise.race([received.promise, new Promise((resolve) => setTimeout(resolve, 300))]);
      return { done, before };
    });
    await registering.promise;
    const hearing = app
      .get(ReceiveWishes)
      .receive('demo', [
        {
          who: identities,
          eventId: vault.factId('demo', wamid()),
          signal: {
            kind: 'marketing-opt-out',
            inboundType: 'stop-word',
            occurredAt: '2026-11-20T09:00:00Z',
          },
        },
      ])
      .then(() => received.resolve());
    const { done, before } = await registration;
    await hearing;
    expect(before).toEqual([]);
    expect(await wishesOf('contactId' in done ? done.contactId : '')).toEqual([refusal]);
  });
});
