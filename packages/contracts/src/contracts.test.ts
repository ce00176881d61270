import { describe, expect, test } from '@jest/globals';
import { eventDefinitions } from './events/registry.ts';
import { personalPaths, unclassifiedPaths } from './personal.ts';
import { RegisterContactRequest } from './http/contacts.ts';
import { reasonTexts } from './reasons.ts';
import { serviceOfPath } from './routes.ts';
import { topicOf, topics } from './topics.ts';

describe('every stored field is classified', () => {
  test.each(Object.values(eventDefinitions))('$type', ({ data }) => {
    expect(unclassifiedPaths(data)).toEqual([]);
  });
});

test('the personal fields of a registration are known by path', () => {
  const paths = personalPaths(eventDefinitions.ContactRegistered.data).map(({ path }) =>
    path.join('.'),
  );
  expect(paths).toEqual([
    'identities.phone',
    'identities.bsuid',
    'identities.parentBsuid',
    'identities.email',
    'identities.crmId',
    'identities.link.id',
    'timeZone',
    'language',
    'attributes',
  ]);
});

test('every topic carries an event type, and a type travels on one topic at most', () => {
  const used = new Set(Object.keys(eventDefinitions).flatMap((type) => topicOf(type) ?? []));
  expect([...used].toSorted()).toEqual(Object.keys(topics).toSorted());
  expect(topicOf('SignalRecorded')).toBe('contact-signals.v1');
  expect(topicOf('OutboundMessageCounted')).toBeUndefined();
});

test.each([
  ['/v1/webhooks/whatsapp', 'ingestion'],
  ['/v1/contacts', 'ingestion'],
  ['/v1/contacts/search', 'ingestion'],
  ['/v1/contacts/ct_00/block-likelihood', 'scoring'],
  ['/v1/contacts/ct_00/block-likelihood/history', 'scoring'],
  ['/v1/contacts/ct_00/consents', 'outreach'],
  ['/v1/contact-decisions', 'outreach'],
  ['/v1/data-requests/dr_00', 'compliance'],
  ['/v1/api-keys', 'compliance'],
  ['/v1/api-keys/ak_00/rotate', 'compliance'],
  ['/v1/outcomes', 'scoring'],
  ['/v1/models/2026-11-assumed-1/reliability.svg', 'scoring'],
  ['/v1/unknown', undefined],
])('%s is answered by %s', (path, service) => {
  expect(serviceOfPath(path)).toBe(service);
});

test.each([
  'Europe/Paris',
  'UTC',
  'Asia/Kolkata',
  'Asia/Calcutta',
  'Europe/Kyiv',
  'America/Argentina/Buenos_Aires',
  'Asia/Ho_Chi_Minh',
  'America/Port-au-Prince',
])('%s is a time zone', (timeZone) => {
  const request = { identities: { crmId: 'c-1' }, timeZone };
  expect(RegisterContactRequest.safeParse(request).success).toBe(true);
});

test.each(['Europe/Nowhere', 'Paris', '+02:00', 'Etc/GMT+5', 'EST', '', 'Europe/Paris '])(
  '%p is none',
  (timeZone) => {
    const request = { identities: { crmId: 'c-1' }, timeZone };
    expect(RegisterContactRequest.safeParse(request).success).toBe(false);
  },
);

test('what was never heard here is not said never to have been', () => {
  expect(reasonTexts['consent-missing'].en).not.toMatch(/never/i);
  expect(reasonTexts['consent-missing'].fr).not.toMatch(/jamais/i);
});
