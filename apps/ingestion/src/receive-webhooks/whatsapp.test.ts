import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { signatureMatches } from './signature.ts';
import { readWebhook } from './whatsapp.ts';
import { WebhookBody } from './whatsapp-payload.ts';

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
  readWebhook(WebhookBody.parse(JSON.parse(bytes(file).toString('utf8'))), options);

describe('signatures over raw bytes', () => {
  test.each(manifest.cases)('$id', ({ file, headers, expect: expected }) => {
    const matches = signatureMatches(
      bytes(file),
      headers['x-hub-signature-256'],
      manifest.fixture_app_secret,
    );
    expect(matches).toBe(expected.http !== 401);
  });
});

describe('every part of the corpus is read or skipped with a reason', () => {
  const readable = manifest.cases.filter(({ expect: { http } }) => http === 200);
  test.each(readable)('$id', ({ file, expect: expected }) => {
    const { observations, skipped } = read(file);
    expect(observations.length + skipped.length).toBeGreaterThanOrEqual(
      Math.min(expected.events, 1),
    );
    for (const { identities, occurredAt } of observations) {
      expect(Object.keys(identities).length).toBeGreaterThan(0);
      expect(occurredAt).toBeLessThanOrEqual(options.now.getTime() + 300_000);
    }
  });

  test.each(
    readable.filter(
      ({ group, id }) =>
        ['status', 'failure', 'inbound'].includes(group) && !id.startsWith('status-group'),
    ),
  )('$id gives its facts', ({ file, expect: expected }) => {
    if (file.includes('value-level-errors')) {
      expect(read(file)).toEqual({ observations: [], skipped: ['account-error'] });
      return;
    }
    expect(read(file).observations).toHaveLength(expected.events);
  });
});

test('the same status in another envelope is the same fact', () => {
  const key = (file: string) => read(file).observations.map(({ factKey }) => factKey.join('|'));
  const within = key('bodies/dup-within-one-body.json');
  expect(within).toHaveLength(2);
  expect(new Set(within).size).toBe(1);
  expect(key('bodies/dup-other-envelope.json')).toContain(within[0]);
});

test('a timestamp may be a number, and one in the future is held back', () => {
  expect(read('bodies/numeric-timestamp.json').observations).toHaveLength(1);
  expect(read('bodies/future-timestamp.json')).toEqual({
    observations: [],
    skipped: ['timestamp-in-future'],
  });
});

test('a group receipt is no sign of life towards us', () => {
  expect(read('bodies/status-group-delivered-aggregated.json')).toEqual({
    observations: [],
    skipped: ['group-message', 'group-message'],
  });
});

test('a body for another account or another product has no effect', () => {
  const foreign = WebhookBody.parse(
    JSON.parse(bytes('bodies/status-delivered.json').toString('utf8')),
  );
  expect(readWebhook(foreign, { ...options, wabaIds: new Set(['1']) })).toEqual({
    observations: [],
    skipped: ['foreign-account'],
  });
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
    expect(reading).toEqual({ observations: [], skipped: ['value-unreadable'] });
  });

  test('a message in a shared group is no sign of life towards us', () => {
    const messages = [inbound, { ...inbound, group_id: 'Y2FwaV9ncm91cDox' }];
    const { observations, skipped } = readEntries(entry(change({ messages })));
    expect([observations.length, skipped]).toEqual([1, ['group-message']]);
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
