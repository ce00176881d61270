import { describe, expect, test } from '@jest/globals';
import { readWebhook } from '../whatsapp.ts';

const wabaId = '990010000000101';
const reader = { wabaIds: new Set([wabaId]), now: new Date('2026-11-20T10:00:00Z') };
const read = (value: object, field = 'messages') =>
  readWebhook(
    { object: 'whatsapp_business_account', entry: [{ id: wabaId, changes: [{ field, value }] }] },
    reader,
  );
const [ann, bea] = [
  { wa_id: '33639980601', user_id: 'FR.601' },
  { wa_id: '33639980602', user_id: 'FR.602' },
];
const annKnown = { phone: '+33639980601', bsuid: 'FR.601' };
const beaKnown = { phone: '+33639980602', bsuid: 'FR.602' };
const at = { timestamp: '1793606409' };
const text = (named: object) => ({
  id: 'wamid.1',
  type: 'text',
  text: { body: 'hi' },
  ...at,
  ...named,
});
const learnt = (value: object, field?: string) =>
  read(value, field).acquaintances.map(({ identities }) => identities);
const namedIn = (value: object, field?: string) =>
  read(value, field).observations.map(({ identities }) => identities);

describe('names of one person are found beside each other', () => {
  test.each([
    ['contacts', 'messages', { contacts: [ann], messages: [text({ from: ann.wa_id })] }],
    ['a message', 'messages', { messages: [text({ from: ann.wa_id, from_user_id: ann.user_id })] }],
    [
      'a status',
      'messages',
      {
        statuses: [
          {
            id: 'w',
            status: 'read',
            ...at,
            recipient_id: ann.wa_id,
            recipient_user_id: ann.user_id,
          },
        ],
      },
    ],
    [
      'a status, by contacts',
      'messages',
      {
        contacts: [ann],
        statuses: [{ id: 'w', status: 'read', ...at, recipient_user_id: ann.user_id }],
      },
    ],
    [
      'an echo',
      'smb_message_echoes',
      { message_echoes: [{ id: 'w', to: ann.wa_id, to_user_id: ann.user_id, ...at }] },
    ],
    ['a preference', 'user_preferences', { user_preferences: [{ ...ann, value: 'stop', ...at }] }],
    [
      'a call',
      'calls',
      {
        statuses: [
          {
            id: 'w',
            status: 'RINGING',
            ...at,
            recipient_id: ann.wa_id,
            recipient_user_id: ann.user_id,
          },
        ],
      },
    ],
  ])('in %s', (_, field, value) => {
    expect(learnt(value, field)).toEqual([annKnown]);
    expect(namedIn(value, field)).toEqual([annKnown]);
  });

  test('where nothing else is told', () => {
    expect(learnt({ contacts: [{ ...ann, parent_user_id: 'FR.ENT.1' }] })).toEqual([
      { ...annKnown, parentBsuid: 'FR.ENT.1' },
    ]);
  });
});

describe('two people in one webhook are not crossed', () => {
  test('whatever the order', () => {
    const messages = [
      text({ from: bea.wa_id }),
      { ...text({ from_user_id: ann.user_id }), id: 'wamid.2' },
    ];
    const value = { contacts: [ann, bea], messages };
    expect(namedIn(value)).toEqual([beaKnown, annKnown]);
    expect(learnt(value)).toEqual([annKnown, beaKnown]);
  });

  test('nor where a contact names neither of a message’s identities', () => {
    const value = { contacts: [ann], messages: [text({ from: bea.wa_id })] };
    expect(namedIn(value)).toEqual([{ phone: beaKnown.phone }]);
  });

  test('nor where contacts contradict each other or the message', () => {
    const value = {
      contacts: [ann, { ...ann, user_id: 'FR.999' }],
      messages: [
        text({ from: ann.wa_id }),
        { ...text({ from: ann.wa_id, from_user_id: 'FR.7' }), id: 'w' },
      ],
    };
    expect(namedIn(value)).toEqual([
      { phone: annKnown.phone },
      { phone: annKnown.phone, bsuid: 'FR.7' },
    ]);
  });
});

test('odd contacts are no trouble, and one identity alone introduces nobody', () => {
  for (const contacts of [null, 'x', 7, [null, 'x', {}, { wa_id: {} }, { user_id: 'FR.1' }]]) {
    const value = { contacts, messages: [text({ from: ann.wa_id })] };
    expect([namedIn(value), learnt(value)]).toEqual([[{ phone: annKnown.phone }], []]);
  }
});
