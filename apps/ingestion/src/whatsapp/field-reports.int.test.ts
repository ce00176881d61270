import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  daysAgo,
  ingestionUnderTest,
  newPhone,
  now,
  wamid,
} from '../../../../packages/testing/src/ingestion-under-test.ts';

const { call, register, webhook, eventsOf, kindsOf } = ingestionUnderTest();

type Case = {
  contacts: { ref: string; identities: { phone: string } }[];
  webhooks: { field: string; value: Record<string, unknown> }[];
};
const fixtures = new URL('../../../../packages/testing/fixtures/field-reports/', import.meta.url);
const seconds = Math.floor(Date.parse(now) / 1000);
const caseOf = (name: string): Case =>
  JSON.parse(
    readFileSync(new URL(`${name}.json`, fixtures), 'utf8').replaceAll(
      /\{\{now-(\d+)\}\}/g,
      (_, ago: string) => String(seconds - Number(ago)),
    ),
  ) as Case;

const run = async (name: string): Promise<Record<string, string>> => {
  const { contacts, webhooks } = caseOf(name);
  const ids: Record<string, string> = {};
  for (const { ref, identities } of contacts) ids[ref] = await register(identities.phone.slice(1));
  for (const { field, value } of webhooks) await webhook(value, field);
  return ids;
};

const contactOf = async (identities: object): Promise<string | undefined> =>
  ((await call('/v1/contacts/search', { identity: identities })) as { contactId?: string })
    .contactId;
const signalsOf = async (contactId: string) =>
  (await eventsOf(`contact-${contactId}`))
    .filter(({ type }) => type === 'SignalRecorded')
    .map(({ data: { kind, inboundType } }) => [kind, inboundType].filter(Boolean).join(' '));

const at = { timestamp: daysAgo(1) };
const text = (named: object, body = 'hi') => ({
  id: wamid(),
  type: 'text',
  text: { body },
  ...at,
  ...named,
});
const newBsuid = () => `FR.${wamid().slice(6)}`;

describe('the id that WhatsApp knows a person by is learnt', () => {
  test('from a webhook that names it beside the number, and is enough from then on', async () => {
    const { p = '' } = await run('01-bsuid-learned');
    expect(await signalsOf(p)).toEqual([
      'inbound-message text',
      'message-delivered',
      'inbound-message text',
      'marketing-opt-out stop-word',
    ]);
    expect(await contactOf({ bsuid: 'FR.700000000000000601' })).toBe(p);
  });

  test.each([
    [
      'a status',
      (phone: string, bsuid: string) => ({
        statuses: [
          { id: wamid(), status: 'sent', ...at, recipient_id: phone, recipient_user_id: bsuid },
        ],
      }),
      'messages',
    ],
    [
      'contacts beside nothing',
      (phone: string, bsuid: string) => ({ contacts: [{ wa_id: phone, user_id: bsuid }] }),
      'messages',
    ],
    [
      'an echo',
      (phone: string, bsuid: string) => ({
        contacts: [{ wa_id: phone, user_id: bsuid }],
        message_echoes: [{ id: wamid(), type: 'text', to: phone, ...at }],
      }),
      'smb_message_echoes',
    ],
    [
      'an id that changed',
      (phone: string, bsuid: string) => ({
        user_id_update: [
          { wa_id: phone, user_id: { previous: newBsuid(), current: bsuid }, ...at },
        ],
      }),
      'user_id_update',
    ],
    [
      'a message of an id that changed',
      (phone: string, bsuid: string) => ({
        messages: [
          {
            id: wamid(),
            type: 'system',
            from: phone,
            ...at,
            system: { type: 'user_changed_user_id', user_id: bsuid },
          },
        ],
      }),
      'messages',
    ],
  ])('from %s', async (_, value, field) => {
    const [phone, bsuid] = [newPhone(), newBsuid()];
    const contactId = await register(phone);
    await webhook(value(phone, bsuid), field);
    await webhook({ messages: [text({ from_user_id: bsuid }, 'STOP')] });
    expect(await signalsOf(contactId)).toContain('marketing-opt-out stop-word');
  });

  test('also of who is not analysed: only so a refusal finds its person', async () => {
    const [phone, bsuid] = [newPhone(), newBsuid()];
    const contactId = await register(phone, 'withdrawn');
    await webhook({ messages: [text({ from: phone, from_user_id: bsuid })] });
    expect(await kindsOf(contactId)).toEqual([]);
    expect(await contactOf({ bsuid })).toBe(contactId);
  });

  test('and is nobody else’s: it is not taken from whose it is, nor given to who has one', async () => {
    const [[mine, own], [theirs, other]] = [
      [newPhone(), newBsuid()],
      [newPhone(), newBsuid()],
    ] as const;
    const [me, they] = [await register(mine), await register(theirs)];
    await webhook({
      contacts: [
        { wa_id: mine, user_id: own },
        { wa_id: theirs, user_id: other },
      ],
    });
    await webhook({ contacts: [{ wa_id: mine, user_id: other }] });
    const stranger = newBsuid();
    await webhook({ contacts: [{ wa_id: mine, user_id: stranger }] });
    expect(await contactOf({ bsuid: own })).toBe(me);
    expect(await contactOf({ bsuid: other })).toBe(they);
    expect(await contactOf({ bsuid: stranger })).toBeUndefined();
  });

  test('once, however many webhooks tell of it at the same time', async () => {
    const [phone, bsuid] = [newPhone(), newBsuid()];
    const contactId = await register(phone);
    await Promise.all(
      Array.from({ length: 20 }, () => webhook({ contacts: [{ wa_id: phone, user_id: bsuid }] })),
    );
    const events = await eventsOf(`contact-${contactId}`);
    expect(events.filter(({ type }) => type === 'ContactUpdated')).toHaveLength(1);
  });
});

describe('who changes number goes on', () => {
  test('in every spelling of the change', async () => {
    const ids = await run('09-number-change-shapes');
    expect(await contactOf({ phone: '+33639983609' })).toBe(ids['rtl']);
    expect(await contactOf({ phone: '+33639984609' })).toBe(ids['oldType']);
    expect(await contactOf({ phone: '+33639985609' })).toBe(ids['newWaId']);
    expect(await kindsOf(ids['rtl'] ?? '')).toEqual(['number-changed']);
  });

  const changeOf = (old: string, next: string) => ({
    messages: [
      {
        id: wamid(),
        type: 'system',
        from: old,
        ...at,
        system: { type: 'user_changed_number', wa_id: next },
      },
    ],
  });

  test('with the refusal, also who is not analysed, and once', async () => {
    const [old, next] = [newPhone(), newPhone()];
    const contactId = await register(old, 'withdrawn');
    const change = changeOf(old, next);
    await webhook(change);
    await webhook(change);
    expect(await contactOf({ phone: `+${next}` })).toBe(contactId);
    expect(await kindsOf(contactId)).toEqual([]);
    const owner = await register(old);
    expect(owner).not.toBe(contactId);
    await webhook(change);
    const types = async (id: string) =>
      (await eventsOf(`contact-${id}`))
        .map(({ type }) => type)
        .filter((type) => type.startsWith('Contact'));
    expect(await types(owner)).toEqual(['ContactRegistered']);
    expect(await types(contactId)).toEqual(['ContactRegistered', 'ContactUpdated']);
  });

  test('to another contact is linked, also who is not analysed', async () => {
    const [old, next] = [newPhone(), newPhone()];
    const [before, after] = [await register(old, 'withdrawn'), await register(next)];
    await webhook(changeOf(old, next));
    const types = async (id: string) => (await eventsOf(`contact-${id}`)).map(({ type }) => type);
    expect(await types(before)).toContain('ContactLinked');
    expect(await types(after)).toContain('ContactLinked');
  });

  test('under a new id, which is learnt though the old one was known', async () => {
    const [old, next, was, is] = [newPhone(), newPhone(), newBsuid(), newBsuid()];
    const contactId = await register(old);
    await webhook({ contacts: [{ wa_id: old, user_id: was }] });
    await webhook(changeOf(old, next));
    await webhook({ contacts: [{ wa_id: next, user_id: is }] });
    expect(await contactOf({ bsuid: is })).toBe(contactId);
  });
});

describe('one odd part loses none of the others', () => {
  test('a batch with what is malformed, and a text that no text holds', async () => {
    const { p = '', nul = '', half = '' } = await run('10-batch-and-nul');
    expect(await kindsOf(p)).toEqual(['message-read']);
    for (const id of [nul, half])
      expect(await signalsOf(id)).toEqual(['inbound-message text', 'marketing-opt-out stop-word']);
  });

  test.each([
    ['statuses that are no list', { statuses: 'x' }],
    ['statuses that are null', { statuses: null }],
    ['errors that are an object', { errors: { code: 1 } }],
    ['contacts with U+0000', { contacts: [{ wa_id: '\u0000', user_id: 'FR.\ud83d' }, null] }],
    ['metadata with U+0000', { metadata: { phone_number_id: '\u0000' } }],
    [
      'a status of U+0000',
      {
        statuses: [
          { id: '\u0000', status: 'read', timestamp: '1793606409', recipient_id: '\ud83d' },
        ],
      },
    ],
    [
      'a message whose every text is odd',
      { statuses: [{ id: 'w', status: '\u0000', timestamp: {}, errors: [{ code: '\u0000' }] }] },
    ],
  ])('%s', async (_, odd) => {
    const phone = newPhone();
    const contactId = await register(phone);
    await webhook({ ...odd, messages: [7, text({ from: phone }, 'ST\u0000OP \udc00')] });
    expect(await signalsOf(contactId)).toEqual([
      'inbound-message text',
      'marketing-opt-out stop-word',
    ]);
    await webhook({ messages: [text({ from: phone }, 'still here')] });
  });
});

test('an edit and a deletion of an echo are no messages, and their statuses no more', async () => {
  const { p = '', base = '' } = await run('05-echo-edit-revoke');
  const ofMessages = (kinds: readonly string[]) => kinds.filter((kind) => kind !== 'reaction-sent');
  expect(ofMessages(await kindsOf(p))).toEqual(await kindsOf(base));
});
