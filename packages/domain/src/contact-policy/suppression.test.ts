import { describe, expect, test } from '@jest/globals';
import type { Channel, Purpose } from '@tact/contracts';
import fc from 'fast-check';
import { type ContactPolicyCommand, contactPolicyDecider as decider } from './contact-policy.ts';
import { scopes, suppressionScopes } from './suppression.ts';

const contactId = 'ct_00000000000000000000000000000000';
const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T09:00:00.000Z`;
const given = (
  at: string,
  purpose: Purpose = 'marketing',
  channel: Channel = 'whatsapp',
): ContactPolicyCommand => ({
  kind: 'give-consent',
  contactId,
  consentId: 'co_00000000000000000000000000000000',
  purpose,
  channel,
  at,
  proof: { source: 'form' },
});
const witnessed = (at: string): ContactPolicyCommand =>
  ({
    ...given(at),
    witness: { name: 'Inès Martin', method: 'in-person', evidence: 'visit book' },
  }) as ContactPolicyCommand;
const withdrawn = (at: string): ContactPolicyCommand =>
  ({
    ...given(at),
    kind: 'withdraw-consent',
  }) as ContactPolicyCommand;
const suppress = (scope: 'everything' | 'marketing', at: string): ContactPolicyCommand => ({
  kind: 'suppress',
  contactId,
  scope,
  ground: 'stop-word',
  at,
});
const lift = (
  at: string,
  scope: 'everything' | 'marketing' = 'marketing',
  channel: Channel = 'whatsapp',
): ContactPolicyCommand => ({
  kind: 'lift-suppression',
  contactId,
  scope,
  channel,
  at,
  ground: 'start-word',
});
const zone: ContactPolicyCommand = {
  kind: 'set-time-zone',
  contactId,
  timeZone: 'Europe/Paris',
};

const decided = (
  commands: readonly ContactPolicyCommand[],
  purpose: Purpose = 'marketing',
  channel: Channel = 'whatsapp',
): readonly string[] => {
  const state = commands
    .flatMap((command) => decider.decide(command, decider.initial()))
    .reduce(decider.evolve, decider.initial());
  const now = new Date(day(28));
  const ask = { kind: 'decide-contact', contactId, purpose, channel, reserve: false, now } as const;
  return decider
    .decide({ ...ask, decisionId: 'de_00000000000000000000000000000000' }, state)
    .flatMap(({ type, data }) =>
      type === 'ContactAllowed' || type === 'ContactDenied' ? data.reasons : [],
    );
};

describe('who asked to be left alone', () => {
  const everywhere = (['whatsapp', 'email', 'phone'] as const).flatMap((channel) =>
    (['marketing', 'service-message', 'feedback'] as const).map((purpose) => [purpose, channel]),
  ) as [Purpose, Channel][];

  test.each(everywhere)('is not written to for %s by %s after an objection', (purpose, channel) => {
    const reported = [zone, given(day(1), purpose, channel), suppress('everything', day(2))];
    expect(decided(reported, purpose, channel)).toEqual(['suppressed']);
  });

  test('about marketing may still be told what they need', () => {
    const reported = [
      zone,
      given(day(1)),
      given(day(1), 'service-message'),
      suppress('marketing', day(2)),
    ];
    expect(decided(reported)).toEqual(['suppressed']);
    expect(decided(reported, 'service-message')).toEqual(['allowed']);
  });

  test('stays so whatever a file, a connector or a key tells of an agreement', () => {
    const reported = [zone, suppress('everything', day(5)), given(day(4))];
    expect(decided(reported)).toEqual(['suppressed']);
    expect(decided([...reported, given(day(6))])).toEqual(['suppressed']);
  });

  test('is heard when they agree anew before a witness, later than the refusal', () => {
    const reported = [zone, suppress('everything', day(5)), given(day(9))];
    expect(decided([...reported, witnessed(day(5))])).toEqual(['suppressed']);
    expect(decided([...reported, witnessed(day(6))])).toEqual(['allowed']);
    expect(decided([...reported, witnessed(day(6)), withdrawn(day(7))])).toEqual(['suppressed']);
    expect(decided([...reported, witnessed(day(6)), suppress('marketing', day(6))])).toEqual([
      'suppressed',
    ]);
  });

  test('opens again by a word on the channel where it was said, and nowhere else', () => {
    const reported = [
      zone,
      given(day(1)),
      given(day(1), 'marketing', 'email'),
      suppress('everything', day(2)),
      lift(day(3), 'everything'),
    ];
    expect(decided(reported)).toEqual(['allowed']);
    expect(decided(reported, 'marketing', 'email')).toEqual(['suppressed']);
    expect(decided([...reported, suppress('everything', day(4))])).toEqual(['suppressed']);
  });

  test('in WhatsApp’s settings is heard when they turn them back', () => {
    const reported = [zone, given(day(1)), suppress('marketing', day(2))];
    expect(decided([...reported, lift(day(3))])).toEqual(['allowed']);
    expect(decided([...reported, lift(day(2))])).toEqual(['suppressed']);
  });

  test('is left alone in whatever order it was told', () => {
    const word = fc.oneof(
      fc.integer({ min: 1, max: 27 }).map((n) => given(day(n))),
      fc.integer({ min: 1, max: 27 }).map((n) => witnessed(day(n))),
      fc.integer({ min: 1, max: 27 }).map((n) => withdrawn(day(n))),
      fc.integer({ min: 1, max: 27 }).map((n) => lift(day(n), 'everything', 'email')),
      fc.integer({ min: 1, max: 27 }).map((n) => suppress('marketing', day(n))),
      fc.integer({ min: 1, max: 27 }).map((n) => suppress('everything', day(n))),
      fc.integer({ min: 1, max: 27 }).map((n) => lift(day(n))),
    );
    const shuffled = fc
      .array(word, { maxLength: 8 })
      .chain((words) =>
        fc.tuple(fc.constant(words), fc.shuffledSubarray(words, { minLength: words.length })),
      );
    fc.assert(
      fc.property(shuffled, ([words, other]) => {
        expect(decided([zone, ...other])).toEqual(decided([zone, ...words]));
      }),
    );
  });
});

test('an objection to everything closes analysis too, one to marketing does not', () => {
  const closing = suppressionScopes.filter((scope) => scopes[scope].closesAnalysis);
  expect(closing).toEqual(['everything']);
});
