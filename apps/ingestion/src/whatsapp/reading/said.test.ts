import { describe, expect, test } from '@jest/globals';
import { readWebhook } from '../whatsapp.ts';

const wabaId = '990010000000101';
const reader = { wabaIds: new Set([wabaId]), now: new Date('2026-11-20T10:00:00Z') };
const read = (value: object, field = 'messages') =>
  readWebhook(
    { object: 'whatsapp_business_account', entry: [{ id: wabaId, changes: [{ field, value }] }] },
    reader,
  );
const message = (content: object) => ({
  id: 'wamid.1',
  from: '33639980601',
  timestamp: '1793606409',
  ...content,
});
const typesIn = (content: object) =>
  read({ messages: [message(content)] }).observations.map(({ inboundType }) => inboundType);

describe('a request is heard whatever it comes in', () => {
  test.each([
    ['text', { type: 'text', text: { body: 'STOP' } }],
    ['image', { type: 'image', image: { id: '1', caption: 'Stop !' } }],
    ['video', { type: 'video', video: { caption: 'arrêt' } }],
    ['document', { type: 'document', document: { filename: 'a.pdf', caption: 'BAJA' } }],
    ['order', { type: 'order', order: { text: 'Sair', product_items: [] } }],
    ['button', { type: 'button', button: { text: 'Stop promos', payload: 'p-1' } }],
    ['button', { type: 'button', button: { text: 'Non', payload: 'STOP' } }],
    [
      'interactive',
      { type: 'interactive', interactive: { button_reply: { id: 'x', title: 'Désabonner' } } },
    ],
    [
      'interactive',
      { type: 'interactive', interactive: { list_reply: { id: 'OPT_OUT', title: 'Non' } } },
    ],
    [
      'interactive',
      {
        type: 'interactive',
        interactive: { nfm_reply: { response_json: '{"a":{"choice":"Unsubscribe"}}' } },
      },
    ],
    [
      'interactive',
      { type: 'interactive', interactive: { nfm_reply: { response_json: '{"opt_out":true}' } } },
    ],
    ['reaction', { type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '🛑' } }],
    [
      'edit',
      {
        type: 'edit',
        edit: { original_message_id: 'wamid.0', message: { type: 'text', text: { body: 'Stop' } } },
      },
    ],
    ['edit', { type: 'edit', edit: { message: { type: 'image', image: { caption: 'إيقاف' } } } }],
    ['future_type', { type: 'future_type', text: { body: 'STOP' } }],
  ])('%s: %j', (type, content) => {
    expect(typesIn(content)).toEqual([type, 'stop-word']);
  });

  test('without a type, or with content that is odd beside it', () => {
    expect(typesIn({ text: { body: 'STOP' } })).toEqual(['other', 'stop-word']);
    expect(typesIn({ type: 'text', text: { body: 'STOP' }, image: 7, interactive: [] })).toEqual([
      'text',
      'stop-word',
    ]);
  });

  test('where nothing says when: the wish alone, dated by the entry', () => {
    const { observations, skipped } = read({
      messages: [message({ timestamp: 'soon', text: { body: 'STOP' } })],
    });
    expect(observations).toMatchObject([
      { inboundType: 'stop-word', occurredAt: reader.now.getTime() },
    ]);
    expect(skipped).toEqual([]);
    expect(
      read({ messages: [message({ timestamp: 'soon', text: { body: 'hi' } })] }).skipped,
    ).toEqual(['value-unreadable']);
  });

  test('in a group it is in doubt, and who asks to go on there is not heard', () => {
    const groupOf = (body: string) =>
      read({ messages: [message({ type: 'text', group_id: 'g', text: { body } })] });
    expect(groupOf('STOP').observations.map(({ inboundType }) => inboundType)).toEqual([
      'doubtful-stop-word',
    ]);
    expect(groupOf('STOP').skipped).toEqual(['group-message']);
    expect(groupOf('START').observations).toEqual([]);
  });

  test('in a history, with the time it was said', () => {
    const past = (body: string, from: string) => ({
      ...message({ text: { body } }),
      from,
      history_context: { status: 'READ' },
    });
    const messages = [past('STOP', '33639980601'), past('STOP', '33180000001')];
    const history = [{ threads: [{ id: '33639980601', messages }] }];
    const { observations } = read({ history }, 'history');
    expect(observations.map(({ kind, inboundType }) => [kind, inboundType])).toEqual([
      ['inbound-message', 'history'],
      ['marketing-opt-out', 'stop-word'],
      ['message-read', undefined],
    ]);
    expect(observations[1]?.occurredAt).toBe(1_793_606_409_000);
  });
});

describe('what is not the person’s own words is not heard', () => {
  test.each([
    [
      'the advertisement they came from',
      { type: 'text', text: { body: 'hi' }, referral: { body: 'STOP', headline: 'STOP' } },
    ],
    ['the name of a file', { type: 'document', document: { filename: 'STOP' } }],
    ['a card of somebody', { type: 'contacts', contacts: [{ name: { formatted_name: 'STOP' } }] }],
    [
      'a form that ticks nothing',
      {
        type: 'interactive',
        interactive: { nfm_reply: { response_json: '{"stop":false,"n":1}', body: 'Sent' } },
      },
    ],
    ['a reaction that is taken back', { type: 'reaction', reaction: { message_id: 'wamid.0' } }],
    [
      'a message that is taken back',
      { type: 'revoke', revoke: { original_message_id: 'wamid.0' } },
    ],
  ])('%s', (_, content) => {
    expect(typesIn(content)).toEqual([content.type]);
  });
});

test('a word that asks to go on is heard where it is typed, as its own fact', () => {
  const [, wish] = read({
    messages: [message({ type: 'text', text: { body: 'START' } })],
  }).observations;
  expect(wish).toMatchObject({
    kind: 'marketing-opt-in',
    inboundType: 'start-word',
    factKey: ['', 'wamid.1', 'resume'],
  });
});

describe('what an app tells of our own that is no message', () => {
  const echo = (type: string | undefined) => ({
    id: 'wamid.9',
    to: '33639980601',
    timestamp: '1793606409',
    type,
  });
  const kindOf = (type: string | undefined) =>
    read({ message_echoes: [echo(type)] }, 'smb_message_echoes').observations.map(
      ({ kind }) => kind,
    );

  test.each(['edit', 'revoke', 'reaction', 'REACTION', 'read', 'typing'])('%s', (type) => {
    expect(kindOf(type)).toEqual(['reaction-sent']);
  });

  test.each(['text', 'image', 'poll', undefined])('%s is one', (type) => {
    expect(kindOf(type)).toEqual(['message-sent']);
  });

  test('in a history leaves nothing', () => {
    const messages = [
      { ...echo('edit'), from: '33180000001', history_context: { status: 'READ' } },
    ];
    const history = [{ threads: [{ id: '33639980601', messages }] }];
    expect(read({ history }, 'history')).toMatchObject({
      observations: [],
      skipped: ['not-a-message'],
    });
  });
});
