import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Channel, DAY_MS, erased, HOUR_MS, MINUTE_MS, Purpose } from '@tact/contracts';
import { contactPolicyDecider as decider, type ContactPolicyEvent } from './contact-policy.ts';
import { currentPolicy } from './policy-versions.ts';

const nowMs = Date.parse('2026-11-02T09:00:00.000Z');
const contactId = 'ct_00000000000000000000000000000000';
const decisionId = 'de_00000000000000000000000000000000';
const ago = (ms: number) => new Date(nowMs - ms).toISOString();

type EventOf<Type extends ContactPolicyEvent['type']> = Extract<ContactPolicyEvent, { type: Type }>;

const agreement = (atMs: number, purpose: Purpose = 'marketing') => ({
  contactId,
  consentId: 'co_00000000000000000000000000000000',
  purpose,
  channel: 'whatsapp' as const,
  at: ago(atMs),
  proof: { source: 'form' },
});
const gave = (atMs: number, purpose?: Purpose): ContactPolicyEvent => ({
  type: 'ConsentGiven',
  data: agreement(atMs, purpose),
});
const withdrew = (atMs: number): ContactPolicyEvent => ({
  type: 'ConsentWithdrawn',
  data: agreement(atMs),
});
const suppressed = (atMs: number, scope: 'everything' | 'marketing'): ContactPolicyEvent => ({
  type: 'ContactSuppressed',
  data: { contactId, scope, ground: 'stop-word', at: ago(atMs) },
});
const lifted = (atMs: number, scope: 'everything' | 'marketing'): ContactPolicyEvent => ({
  type: 'SuppressionLifted',
  data: { contactId, scope, ground: 'new-consent', at: ago(atMs) },
});
const zone = (timeZone: string): ContactPolicyEvent => ({
  type: 'ContactTimeZoneSet',
  data: { contactId, timeZone },
});
const wants = (stated: Partial<EventOf<'PreferencesSet'>['data']>): ContactPolicyEvent => ({
  type: 'PreferencesSet',
  data: { contactId, ...stated, by: 'person', at: ago(HOUR_MS) },
});
const left = (
  atMs: number,
  more: Partial<EventOf<'OutboundMessageCounted'>['data']> = {},
): ContactPolicyEvent => ({
  type: 'OutboundMessageCounted',
  data: { contactId, at: ago(atMs), ...more },
});
const promised = (
  atMs: number,
  more: Partial<EventOf<'ContactAllowed'>['data']> = {},
): ContactPolicyEvent => ({
  type: 'ContactAllowed',
  data: {
    contactId,
    decisionId,
    channel: 'whatsapp',
    purpose: 'marketing',
    at: ago(atMs),
    policy: 'any',
    reasons: ['allowed'],
    rules: [],
    reserved: true,
    ...more,
  },
});

/** An event some field of which reads as erased, as the store hands it over. */
const asRead = (event: object) => event as ContactPolicyEvent;

const open = [zone('Europe/Paris'), gave(90 * DAY_MS), gave(90 * DAY_MS, 'service-message')];
const needed = { messageCategory: 'utility' } as const;
const many = (count: number, more?: Parameters<typeof left>[1]) =>
  Array.from({ length: count }, (_, nth) => left(nth * MINUTE_MS, more));

/** A promise two hours old, and a message seen leaving around it: at each bound, and just beyond. */
const PROMISE_MS = 2 * HOUR_MS;
const { beforeMs, afterMs } = { beforeMs: 2_000, afterMs: 15 * MINUTE_MS };
const aroundPromise = [beforeMs + 1, beforeMs, 0, -afterMs, -afterMs - 1].flatMap((offsetMs) => [
  [promised(PROMISE_MS), left(PROMISE_MS + offsetMs)],
  [promised(PROMISE_MS), left(PROMISE_MS + offsetMs, needed)],
]);

/** Messages as old as the cap looks back from the newest that is known, to the millisecond. */
const LOOK_BACK_MS = 3 * DAY_MS;
const farAhead = [-1, 0, 1].map((offsetMs) => [
  left(HOUR_MS),
  left(HOUR_MS + offsetMs - LOOK_BACK_MS),
]);

const histories: readonly (readonly ContactPolicyEvent[])[] = [
  [],
  ...aroundPromise,
  ...farAhead,
  // Which of two promises a message keeps, shown by when there is room again.
  [promised(130 * MINUTE_MS), promised(125 * MINUTE_MS), left(120 * MINUTE_MS), left(HOUR_MS)],
  [promised(130 * MINUTE_MS), left(125 * MINUTE_MS), left(120 * MINUTE_MS)],
  [promised(PROMISE_MS, { channel: 'email' }), left(PROMISE_MS)],
  [promised(PROMISE_MS, { reserved: false }), promised(HOUR_MS, { purpose: 'service-message' })],
  // The same message told twice, one of an unknown category, and one whose time is erased.
  [left(HOUR_MS, { messageRef: 'mr_1' }), left(MINUTE_MS, { messageRef: 'mr_1' })],
  [
    left(HOUR_MS, { messageCategory: 'marketing' }),
    left(MINUTE_MS, { messageCategory: 'service' }),
  ],
  [asRead({ ...left(HOUR_MS), data: { contactId, at: erased } })],
  // As many as are kept, of each sort, and one more.
  ...[100, 101].flatMap((count) => [many(count), many(count, needed)]),
  [...many(101, needed), ...many(99)],
  // The cap at the edge of its rolling day.
  [left(DAY_MS), left(HOUR_MS), left(MINUTE_MS)],
  [left(DAY_MS - 1), left(HOUR_MS), left(MINUTE_MS)],
  // Words of one instant.
  [gave(HOUR_MS), withdrew(HOUR_MS)],
  [withdrew(HOUR_MS), gave(HOUR_MS - 1)],
  [suppressed(HOUR_MS, 'marketing'), lifted(HOUR_MS, 'marketing')],
  [suppressed(HOUR_MS, 'everything'), lifted(HOUR_MS - 1, 'everything')],
  [suppressed(HOUR_MS, 'everything'), gave(HOUR_MS)],
  [suppressed(HOUR_MS, 'everything'), gave(HOUR_MS - 1)],
  [asRead({ type: 'ConsentGiven', data: { ...agreement(HOUR_MS), proof: erased } })],
  [gave(0)],
  [gave(-1)],
  [zone('Mars/Olympus')],
  [wants({ channels: ['whatsapp'], quietHours: [{ from: '20:00', to: '12:00' }] })],
  [wants({ perDayMax: 1 }), left(HOUR_MS)],
  [wants({ purposes: ['marketing'] }), wants({ purposes: [] })],
  [zone('Pacific/Auckland'), left(10 * HOUR_MS), left(21 * HOUR_MS), left(23 * HOUR_MS)],
];

const decisionsAfter = (events: readonly ContactPolicyEvent[]) => {
  const state = events.reduce(decider.evolve, decider.initial());
  return Purpose.options.flatMap((purpose) =>
    Channel.options.flatMap((channel) => {
      const asked = { contactId, decisionId, channel, purpose, reserve: true };
      return decider.decide({ kind: 'decide-contact', ...asked, now: new Date(nowMs) }, state);
    }),
  );
};

/** Every history in the order it was told and in the opposite one: facts come late. */
const decided = () =>
  histories.flatMap((history) => [
    decisionsAfter([...open, ...history]),
    decisionsAfter([...open, ...history.toReversed()]),
  ]);

test('a changed fold is a new version: what is decided after fixed histories is what its digest says', () => {
  const digest = createHash('sha256').update(JSON.stringify(decided())).digest('hex');
  const golden = new URL('./golden/policy-digests.json', import.meta.url);
  const released = JSON.parse(readFileSync(golden, 'utf8')) as Record<
    string,
    { readonly histories: string }
  >;
  // A version that decided is never changed: give the rules a new version, and add its digests beneath.
  expect(digest).toBe(released[currentPolicy.version]?.histories);
});
