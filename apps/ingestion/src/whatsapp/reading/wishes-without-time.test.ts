import { describe, expect, test } from '@jest/globals';
import { readWebhook } from '../whatsapp.ts';

const wabaId = '990010000000101';
const ENTRY_SECONDS = 1_793_606_400;
const reader = { wabaIds: new Set([wabaId]), now: new Date('2026-11-20T10:00:00Z') };
const read = (field: string, value: object) => {
  const entry = [{ id: wabaId, time: ENTRY_SECONDS, changes: [{ field, value }] }];
  return readWebhook({ object: 'whatsapp_business_account', entry }, reader);
};
const person = '33639980601';
const bsuid = 'FR.13491208655302741918';
const metadata = { phone_number_id: '1', display_phone_number: '+33 1 99 00 00 10' };

const unreadable = [undefined, null, '1793606409000', '', 'yesterday'];

describe('a time that cannot be read loses no stop, and moves no word that lets us write again', () => {
  test.each(unreadable)('a choice in the settings, at %p', (timestamp) => {
    const choice = (value: string) =>
      read('user_preferences', { user_preferences: [{ wa_id: person, value, timestamp }] });
    expect(choice('stop').observations).toMatchObject([
      {
        kind: 'marketing-opt-out',
        occurredAt: ENTRY_SECONDS * 1000,
        identities: { phone: `+${person}` },
      },
    ]);
    expect(choice('resume')).toMatchObject({ observations: [], skipped: ['value-unreadable'] });
  });

  test.each(unreadable)('an error code, at %p', (timestamp) => {
    const failed = { id: 'wamid.1', status: 'failed', timestamp };
    const status = (more: object) => read('messages', { statuses: [{ ...failed, ...more }] });
    const [stop, other] = [131_050, 131_026].map((code) => ({ errors: [{ code }] }));
    const failure = { kind: 'message-failed', code: 131_050, occurredAt: ENTRY_SECONDS * 1000 };
    expect(status({ ...stop, recipient_id: person }).observations).toMatchObject([failure]);
    expect(status({ ...stop }).orphans).toMatchObject([failure]);
    expect(status({ ...other, recipient_id: person })).toMatchObject({
      observations: [],
      skipped: ['value-unreadable'],
    });
  });

  test.each(unreadable)('words in a history, at %p', (timestamp) => {
    const said = (body: string) => {
      const messages = [{ id: 'wamid.1', from: person, type: 'text', text: { body }, timestamp }];
      return read('history', { metadata, history: [{ threads: [{ id: person, messages }] }] });
    };
    expect(said('STOP').observations).toMatchObject([
      { kind: 'marketing-opt-out', inboundType: 'stop-word', occurredAt: ENTRY_SECONDS * 1000 },
    ]);
    expect(said('START')).toMatchObject({ observations: [], skipped: ['value-unreadable'] });
  });
});

test('the code by which a person asks us to stop is heard wherever it stands among the errors', () => {
  const errors = [{ code: 131_026 }, {}, null, { code: 131_050 }];
  const status = { id: 'wamid.1', status: 'failed', timestamp: '1793606409', recipient_id: person };
  expect(read('messages', { statuses: [{ ...status, errors }] }).observations).toMatchObject([
    { kind: 'message-failed', code: 131_050 },
  ]);
});

describe('who wrote a message of a history', () => {
  const timestamp = '1793606409';
  const said = (id: unknown, more: object) => {
    const message = { id: 'wamid.1', type: 'text', timestamp, text: { body: 'STOP' }, ...more };
    const history = [{ threads: [{ id, messages: [message] }] }];
    const { observations } = read('history', { metadata, history });
    return observations.map(({ kind, identities }) => [kind, identities]);
  };
  const stopOf = (identities: object) => [
    ['inbound-message', identities],
    ['marketing-opt-out', identities],
  ];
  const sent = { history_context: { status: 'READ' } };
  const ours = '33199000010';

  test.each([
    [person, { from: `+${person}` }],
    [`+${person}`, { from: person }],
    [`+${person}`, { from: Number(person) }],
    [Number(person), { from: person }],
    [person, { from: '+33 6 39 98 06 01' }],
  ])('thread %p: the person, by %p', (thread, from) => {
    expect(said(thread, { ...sent, ...from })).toEqual(stopOf({ phone: `+${person}` }));
  });

  test.each([{ from: bsuid }, { from: person, from_user_id: bsuid }, { from: person }])(
    'a thread named by a user id: the person, by %p',
    (from) => {
      expect(said(bsuid, { ...sent, ...from })).toEqual(stopOf({ bsuid }));
    },
  );

  test.each([
    [person, { from: ours }],
    [bsuid, { from: ours }],
    [bsuid, { from: `+${ours}` }],
    [bsuid, { from: '33199000011', to: person }],
    [bsuid, {}],
  ])('thread %p: we, by %p', (thread, from) => {
    expect(said(thread, { ...sent, ...from }).map(([kind]) => kind)).toEqual(['message-read']);
  });
});
