import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Channel, type ConsentState, Purpose, SignalKind, HOUR_MS } from '@tact/contracts';
import { messageErrors } from '../signals/error-codes.ts';
import { channels } from './channels.ts';
import { messageCategories } from './message-categories.ts';
import {
  consentKey,
  type ConsentEntry,
  type ContactPolicyState,
  type Suppressions,
} from './policy-state.ts';
import { currentPolicy, policyVersions } from './policy-versions.ts';
import type { Outbound } from './pressure-cap.ts';
import { purposes } from './purposes.ts';
import { walkRules } from './rules.ts';
import { scopes } from './suppression.ts';
import { wishOf } from '../signals/wishes.ts';

const now = new Date('2026-11-02T09:00:00.000Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * HOUR_MS).toISOString();

const consentOf = (state: ConsentState, hours: number): ConsentEntry => ({
  state,
  at: hoursAgo(hours),
});
const consents: readonly (ConsentEntry | undefined)[] = [
  undefined,
  consentOf('given', 100),
  consentOf('withdrawn', 100),
  consentOf('given', -1),
  { ...consentOf('given', 100), unreadable: true },
  { ...consentOf('given', 100), witnessedAt: hoursAgo(100) },
  { ...consentOf('given', 30), witnessedAt: hoursAgo(40) },
  { ...consentOf('given', 10), witnessedAt: hoursAgo(40), withdrawnAt: hoursAgo(35) },
  { ...consentOf('given', 10), leftAt: hoursAgo(35) },
  { ...consentOf('given', 10), leftAt: hoursAgo(35), witnessedAt: hoursAgo(30) },
  { ...consentOf('given', 10), leftAt: hoursAgo(35), confirmedAt: hoursAgo(30) },
  { ...consentOf('given', 10), through: 'ad_0' },
];

const word = (suppressed: number, lifted?: number) => ({
  suppressedAt: hoursAgo(suppressed),
  liftedOn: lifted === undefined ? {} : { whatsapp: hoursAgo(lifted) },
});
const suppressions: readonly Suppressions[] = [
  {},
  { marketing: word(50) },
  { everything: word(50) },
  { everything: word(200) },
  { everything: word(50, 20), marketing: word(50, 60) },
];

const sent = (hours: number, more: Partial<Outbound> = {}): Outbound => ({
  atMs: now.getTime() - hours * HOUR_MS,
  messageRef: undefined,
  isFree: false,
  ...more,
});
const outbounds: readonly (readonly Outbound[])[] = [
  [],
  [sent(5), sent(3)],
  [sent(23), sent(22), sent(2)],
  [sent(25), sent(24), sent(2)],
  [sent(9), sent(1), sent(0.5), sent(0.2, { isFree: true })],
];
const zones = [undefined, 'Europe/Paris', 'Pacific/Auckland'];

type Stated = NonNullable<ContactPolicyState['preferences']>;
const statedPreferences: readonly Stated[] = [
  { channels: ['email', 'whatsapp'] },
  { purposes: ['service-message'] },
  { channels: [], purposes: [] },
  { quietHours: [{ from: '08:00', to: '12:00' }] },
  { quietHours: [{ from: '21:00', to: '09:30' }], perDayMax: 1 },
  { quietHours: [{ from: '00:00', to: '00:00' }] },
  { perDayMax: 2 },
  { perDayMax: 0 },
];

/** What they answer to who said how they want to be written to. */
const answersToPreferences = () =>
  statedPreferences.flatMap((preferences) =>
    Purpose.options.flatMap((purpose) =>
      Channel.options.flatMap((channel) =>
        outbounds.flatMap((outbound) =>
          zones.map((timeZone) => {
            const key = consentKey(purpose, channel);
            const given = { [key]: consentOf('given', 100) };
            const state = { suppressions: {}, timeZone, outbound, consents: given, preferences };
            const asked = { contactId: 'ct_0', decisionId: 'de_0', reserve: true, now };
            return walkRules({ kind: 'decide-contact', channel, purpose, ...asked }, state);
          }),
        ),
      ),
    ),
  );

/** What the rules answer in every situation that they tell apart. */
const answers = () => [...answersToAnyone(), ...answersToPreferences()];

const answersToAnyone = () =>
  Purpose.options.flatMap((purpose) =>
    Channel.options.flatMap((channel) =>
      consents.flatMap((consent) =>
        suppressions.flatMap((suppression) =>
          outbounds.flatMap((outbound) =>
            zones.map((timeZone) => {
              const key = consentKey(purpose, channel);
              const state: ContactPolicyState = {
                suppressions: suppression,
                timeZone,
                outbound,
                consents: consent === undefined ? {} : { [key]: consent },
              };
              const asked = { contactId: 'ct_0', decisionId: 'de_0', reserve: true, now };
              return walkRules({ kind: 'decide-contact', channel, purpose, ...asked }, state);
            }),
          ),
        ),
      ),
    ),
  );

/** What every kind of signal wishes, as it says and as it is followed; only judged codes can wish. */
const wishesOfSignals = () =>
  SignalKind.options.flatMap((kind) =>
    [undefined, ...Object.keys(messageErrors).map(Number)].flatMap((code) =>
      [undefined, 'stop-word', 'doubtful-stop-word', 'start-word', 'text'].flatMap((inboundType) =>
        [undefined, true as const].flatMap((effectSuspended) => {
          const signal = { kind, code, inboundType, effectSuspended };
          const wish = wishOf(signal);
          return wish === undefined ? [] : [{ signal, wish }];
        }),
      ),
    ),
  );

const digestOf = (value: unknown) =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

type Digests = Record<'limits' | 'answers' | 'histories' | 'wishes', string>;
const golden = new URL('./golden/policy-digests.json', import.meta.url);
/** By version, the oldest first. */
const released = JSON.parse(readFileSync(golden, 'utf8')) as Record<string, Digests>;

// A version that decided is never changed: give the rules a new version, and add its digests beneath.
test('every version has its digests, in the order in which they came', () => {
  const versions = policyVersions.map(({ version }) => version).toReversed();
  expect(Object.keys(released)).toEqual(versions);
});

test.each(policyVersions)(
  'the limits, order and reasons of $version stay as they were',
  (policy) => {
    expect(digestOf(policy)).toBe(released[policy.version]?.limits);
  },
);

test('a changed rule is a new version: its answers are those of its digests', () => {
  const wishes = [wishesOfSignals(), scopes];
  const meanings = [purposes, channels, messageCategories];
  expect({
    limits: digestOf(currentPolicy),
    answers: digestOf([meanings, answers()]),
    wishes: digestOf(wishes),
  }).toEqual({ ...released[currentPolicy.version], histories: undefined });
});

test('a rule denies by its own reasons alone', () => {
  const own = new Map(currentPolicy.rules.map(({ id, denies }) => [id as string, denies]));
  const denials = answers().flatMap(({ rules, reasons }) => {
    const denied = rules.filter(({ verdict }) => verdict === 'denied');
    return denied.map(({ id }, nth) => ({ id, reason: reasons[nth] }));
  });
  const odd = denials.filter(({ id, reason }) => !own.get(id)?.some((one) => one === reason));
  expect(odd).toEqual([]);
  const used = new Set(denials.map(({ reason }) => reason));
  expect([...own.values()].flat().filter((reason) => !used.has(reason))).toEqual([]);
});
