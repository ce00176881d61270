import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Channel, type ConsentState, Purpose, HOUR_MS } from '@tact/contracts';
import { channels } from './channels.ts';
import { messageCategories } from './message-categories.ts';
import {
  consentKey,
  type ConsentEntry,
  type ContactPolicyState,
  type Suppressions,
} from './policy-state.ts';
import { currentPolicy } from './policy-versions.ts';
import type { Outbound } from './pressure-cap.ts';
import { purposes } from './purposes.ts';
import { walkRules } from './rules.ts';

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
];

const word = (suppressed: number, lifted?: number) => ({
  suppressedAt: hoursAgo(suppressed),
  liftedAt: lifted === undefined ? undefined : hoursAgo(lifted),
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

/** What the rules answer in every situation that they tell apart. */
const answers = () =>
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

test('a changed rule is a new version: limits, order, reasons and answers are those of its digest', () => {
  const rules = { currentPolicy, purposes, channels, messageCategories, answers: answers() };
  const digest = createHash('sha256').update(JSON.stringify(rules)).digest('hex');
  const golden = new URL('./golden/policy-digests.json', import.meta.url);
  const released = JSON.parse(readFileSync(golden, 'utf8')) as Record<string, string>;
  // A version that decided is never changed: give the rules a new version, and add its digest beneath.
  expect(released[currentPolicy.version]).toBe(digest);
  expect(Object.keys(released).at(-1)).toBe(currentPolicy.version);
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
