import { describe, expect, test } from '@jest/globals';
import { type Channel, erased, type Purpose } from '@tact/contracts';
import fc from 'fast-check';
import { type ContactPolicyCommand, contactPolicyDecider as decider } from './contact-policy.ts';
import {
  listedSuppressions,
  scopes,
  suppressedSince,
  suppressionScopes,
  withLift,
  withSuppression,
} from './suppression.ts';

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

/** As the store hands over the time of somebody whose key is gone. */
const unreadable = erased as unknown as string;

describe('a word whose time cannot be read any more', () => {
  const refused = { scope: 'marketing', ground: 'stop-word', at: unreadable } as const;
  const resumed = { scope: 'marketing', channel: 'whatsapp', at: unreadable } as const;

  test('refuses for good: nothing is later', () => {
    const known = withSuppression({}, refused);
    const lifted = withLift(known, { ...resumed, at: '9998-01-01T00:00:00Z' });
    expect(suppressedSince(lifted, 'marketing', 'whatsapp')).toBe('9999-12-31T23:00:00.000Z');
    expect(withSuppression(known, { ...refused, at: day(1) })).toEqual(known);
  });

  test('lifts nothing', () => {
    const known = withSuppression({}, { ...refused, at: day(1) });
    expect(withLift(known, resumed)).toEqual(known);
  });
});

describe('what a person asked us to stop', () => {
  const marketing = { scope: 'marketing', at: day(2) } as const;

  test('is listed, the widest first, with where it was lifted', () => {
    const known = withLift(
      withSuppression(withSuppression({}, { ...marketing, ground: 'objection' }), {
        scope: 'everything',
        ground: 'stop-word',
        at: day(1),
      }),
      { scope: 'everything', channel: 'email', at: day(3) },
    );
    expect(listedSuppressions(known)).toEqual([
      { scope: 'everything', ground: 'stop-word', at: day(1), liftedOn: ['email'] },
      { scope: 'marketing', ground: 'objection', at: day(2), liftedOn: [] },
    ]);
    expect(listedSuppressions({})).toEqual([]);
    const ofNoGround = { suppressedAt: day(1), liftedOn: {} };
    expect(listedSuppressions({ marketing: ofNoGround })).toMatchObject([{ ground: 'objection' }]);
    expect(listedSuppressions(withLift({}, { ...marketing, channel: 'email' }))).toEqual([]);
  });

  test('told of twice at one instant stands as it was told first, and so does a lift', () => {
    const again = '2026-03-02T09:00:00Z';
    const known = withSuppression({}, { ...marketing, ground: 'objection' });
    expect(withSuppression(known, { ...marketing, ground: 'objection', at: again })).toEqual(known);
    const resumed = { ...marketing, channel: 'email' } as const;
    const lifted = withLift(known, resumed);
    expect(withLift(lifted, { ...resumed, at: again })).toEqual(lifted);
  });

  test('has the ground of the latest word, and of two at one instant always the same', () => {
    const grounds = ['stop-word', 'objection'] as const;
    const words = grounds.map((ground) => ({ ...marketing, ground }));
    const later = { ...marketing, ground: 'marketing-preference', at: day(9) } as const;
    const fold = (list: readonly Parameters<typeof withSuppression>[1][]) =>
      listedSuppressions(list.reduce(withSuppression, {}))[0]?.ground;
    expect([fold(words), fold(words.toReversed())]).toEqual(['objection', 'objection']);
    expect([fold([...words, later]), fold([later, ...words])]).toEqual([
      'marketing-preference',
      'marketing-preference',
    ]);
  });
});
