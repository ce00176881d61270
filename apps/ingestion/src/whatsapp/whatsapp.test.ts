import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { signatureMatches } from './signature.ts';
import { WhatsAppWebhook, HOUR_MS } from '@tact/contracts';
import { type Reading, readWebhook } from './whatsapp.ts';

const fixtures = new URL('../../../../packages/testing/fixtures/whatsapp/', import.meta.url);
const bytes = (path: string) => readFileSync(new URL(path, fixtures));

type Case = {
  id: string;
  group: string;
  file: string;
  headers: Record<string, string>;
  expect: { http: number; events: number; distinct_events?: number };
};
const manifest = JSON.parse(bytes('manifest.json').toString('utf8')) as {
  fixture_app_secret: string;
  own_wabas: string[];
  received_at_for_tests: string;
  cases: Case[];
};

const options = {
  wabaIds: new Set(manifest.own_wabas),
  now: new Date(manifest.received_at_for_tests),
};
const read = (file: string) =>
  readWebhook(WhatsAppWebhook.parse(JSON.parse(bytes(file).toString('utf8'))), options);

const factsIn = (reading: Reading) => [
  ...reading.observations,
  ...reading.orphans,
  ...reading.senderObservations,
  ...reading.identityChanges,
];
const kindOf = (fact: ReturnType<typeof factsIn>[number]): string =>
  fact.about === 'identity' ? fact.because : fact.kind;

/** What the corpus shows that is no plain status or message: the kind we make of it, or why there is none. */
const kindsOfCases: Record<string, string[]> = {
  'inbound-text-stop-keyword': ['inbound-message', 'marketing-opt-out'],
  'inbound-button-quick-reply': ['inbound-message', 'marketing-opt-out'],
  'inbound-interactive-button': ['inbound-message'],
  'inbound-interactive-list': ['inbound-message'],
  'status-failed-131048': ['message-failed', 'account-error'],
  'status-failed-131050': ['message-failed'],
  'value-level-errors': ['account-error'],
  'system-user-changed-number': ['number-changed'],
  'system-user-changed-user-id': ['user-id-changed'],
  'user-id-update': ['user-id-changed'],
  'user-preferences-stop': ['marketing-opt-out'],
  'user-preferences-resume': ['marketing-opt-in'],
  'user-preferences-signup': ['marketing-opt-in'],
  'call-status-ringing': ['call-rang'],
  'call-status-accepted': ['call-answered'],
  'call-connect-business': ['call-without-evidence'],
  'call-connect-user': ['inbound-message'],
  'call-terminate-completed': ['call-answered'],
  'call-permission-accept': ['inbound-message'],
  'call-permission-reject': ['inbound-message'],
  'smb-message-echo': ['message-sent'],
  'smb-app-state-sync': ['contact-book', 'contact-book'],
  'history-declined': ['history-declined'],
  'group-participant-joined': ['group-receipt'],
  'group-participant-left': ['group-change'],
  'group-participant-removed-by-us': ['group-change'],
  'template-quality-yellow': ['template-quality-changed'],
  'template-status-disabled': ['template-status-changed'],
  'template-category-update': ['template-category-changed'],
  'phone-quality-throughput': ['phone-quality-changed'],
  'business-capability-string': ['capability-changed'],
  'business-capability-integer': ['capability-changed'],
  'account-restriction': ['account-changed'],
  'account-violation': ['account-changed'],
  'account-disabled': ['account-changed'],
  'unknown-field-name': ['field-not-supported'],
  'unknown-status-value': ['status-unknown'],
};

describe('signatures over raw bytes', () => {
  test.each(manifest.cases)('$id', ({ file, headers, expect: expected }) => {
    const matches = signatureMatches(
      bytes(file),
      headers['x-hub-signature-256'],
      createSecretKey(manifest.fixture_app_secret, 'utf8'),
    );
    expect(matches).toBe(expected.http !== 401);
  });
});

describe('every part of the corpus is read or skipped with a reason', () => {
  const readable = manifest.cases.filter(({ expect: { http } }) => http === 200);
  test.each(readable)('$id', ({ id, file, expect: expected }) => {
    const reading = read(file);
    const { observations, skipped } = reading;
    expect(factsIn(reading).length + skipped.length).toBeGreaterThanOrEqual(expected.events);
    for (const { identities, occurredAt } of observations) {
      expect(Object.keys(identities).length).toBeGreaterThan(0);
      const isAhead = occurredAt > options.now.getTime() + 2 * HOUR_MS;
      expect(isAhead).toBe(id === 'future-timestamp');
    }
  });

  test.each(Object.entries(kindsOfCases))('%s says %s', (id, kinds) => {
    const { file } = manifest.cases.find((one) => one.id === id)!;
    const reading = read(file);
    expect([...factsIn(reading).map(kindOf), ...reading.skipped]).toEqual(kinds);
  });
});

test('the same status in another envelope is the same fact', () => {
  const key = (file: string) => read(file).observations.map(({ factKey }) => factKey.join('|'));
  const within = key('bodies/dup-within-one-body.json');
  expect(within).toHaveLength(2);
  expect(new Set(within).size).toBe(1);
  expect(key('bodies/dup-other-envelope.json')).toContain(within[0]);
});

test('a timestamp may be a number; one in the future keeps its time, for who waits for it', () => {
  expect(read('bodies/numeric-timestamp.json').observations).toHaveLength(1);
  const future = read('bodies/future-timestamp.json');
  expect([factsIn(future).length, future.skipped]).toEqual([1, []]);
  expect(future.observations[0]?.occurredAt).toBeGreaterThan(Date.parse('2027-01-01'));
});

test('a group receipt tells of the phone and is no sign of life towards us', () => {
  const { observations } = read('bodies/status-group-delivered-aggregated.json');
  expect(observations.map(({ kind, wamid }) => [kind, wamid])).toEqual([
    ['group-receipt', undefined],
    ['group-receipt', undefined],
  ]);
  expect(new Set(observations.map(({ factKey }) => factKey.join('|'))).size).toBe(2);
});

test('a body for another account or another product has no effect', () => {
  const foreign = WhatsAppWebhook.parse(
    JSON.parse(bytes('bodies/status-delivered.json').toString('utf8')),
  );
  const reading = readWebhook(foreign, { ...options, wabaIds: new Set(['1']) });
  expect([factsIn(reading), reading.skipped]).toEqual([[], ['foreign-account']]);
  expect(read('bodies/foreign-object.json').skipped).toEqual(['foreign-object']);
});

describe('odd parts', () => {
  type Part = Record<string, unknown>;
  const change = (value: Part) => ({ field: 'messages', value });
  const entry = (...changes: unknown[]) => ({ id: manifest.own_wabas[0], changes });
  const readEntries = (...entries: unknown[]) =>
    readWebhook({ object: 'whatsapp_business_account', entry: entries }, options);
  const status = { id: 'wamid.1', status: 'delivered', timestamp: '1793606409' };
  const known = { ...status, recipient_id: '33639980101' };
  const inbound = { id: 'wamid.2', type: 'text', timestamp: '1793606409', from: '33639980101' };

  test.each([-1e15, -1, 0, '0', '1230767999'])('the time %s is none', (timestamp) => {
    const reading = readEntries(entry(change({ statuses: [{ ...known, timestamp }] })));
    expect([factsIn(reading), reading.skipped]).toEqual([[], ['value-unreadable']]);
  });

  test('a message in a shared group is no sign of life towards us', () => {
    const messages = [inbound, { ...inbound, group_id: 'Y2FwaV9ncm91cDox' }];
    const { observations, skipped } = readEntries(entry(change({ messages })));
    expect([observations.length, skipped]).toEqual([1, ['group-message']]);
  });

  test.each([
    ['a button', { type: 'button_reply', button_reply: { id: 'b1', title: 'Me désabonner' } }],
    ['a row', { type: 'list_reply', list_reply: { id: 'OPT_OUT', title: 'Plus de nouvelles' } }],
  ])('%s that asks to stop is an objection', (_, interactive) => {
    const messages = [{ ...inbound, type: 'interactive', interactive }];
    const { observations } = readEntries(entry(change({ messages })));
    expect(observations.map(({ kind, inboundType }) => [kind, inboundType])).toEqual([
      ['inbound-message', 'interactive'],
      ['marketing-opt-out', 'stop-word'],
    ]);
  });

  test.each([
    ['no code', undefined, ['call-not-ringing']],
    ['no permission', 138_006, ['call-without-evidence']],
    ['the network', 138_020, ['call-without-evidence']],
    ['a code nobody has judged', 138_999, ['call-without-evidence']],
    ['accepted without media', 138_023, ['call-answered']],
    ['many unhappy', 138_014, ['account-error', 'call-without-evidence']],
  ])('a call of ours that failed, with %s', (__, code, kinds) => {
    const errors = code === undefined ? {} : { errors: [{ code }] };
    const call = { id: 'wacid.1', event: 'terminate', status: 'FAILED', to: '33639980101' };
    const calls = [{ ...call, ...errors, direction: 'BUSINESS_INITIATED', timestamp: 1793606409 }];
    const reading = readEntries({ ...entry(), changes: [{ field: 'calls', value: { calls } }] });
    expect([...factsIn(reading).map(kindOf), ...reading.skipped]).toEqual(kinds);
  });

  test('what is nice to know does not lose the fact it comes with', () => {
    const odd = { recipient_user_id: null, pricing: 'none', errors: [{ code: '131026' }] };
    const [observation] = readEntries(
      entry(change({ statuses: [{ ...known, ...odd }], metadata: null })),
    ).observations;
    expect(observation).toMatchObject({ kind: 'message-delivered' });
    expect(observation).not.toHaveProperty('code');
  });

  test.each(['', '9'.repeat(65)])('a sender of %p, which no event may carry, is absent', (id) => {
    const metadata = { phone_number_id: id };
    const [observation] = readEntries(entry(change({ statuses: [known], metadata }))).observations;
    expect(observation).toBeDefined();
    expect(observation).not.toHaveProperty('sender');
  });

  test('an unreadable entry or change does not lose the others', () => {
    const good = change({ statuses: [known] });
    const { observations, skipped } = readEntries(null, { changes: [] }, entry({}, good));
    expect(observations).toHaveLength(1);
    expect(skipped).toEqual(['value-unreadable', 'value-unreadable', 'value-unreadable']);
  });
});
