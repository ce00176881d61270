import { describe, expect, test } from '@jest/globals';
import { Channel, DAY_MS, HOUR_MS, type Preferences, Purpose } from '@tact/contracts';
import { contactPolicyDecider as decider, type ContactPolicyCommand } from './contact-policy.ts';
import { consentKey, type ContactPolicyState } from './policy-state.ts';
import { throughAfter, voiceOf } from './preferences.ts';
import { reasonsAgainstAsking } from './rules.ts';
import { hasLeft, standingConsent } from './standing-consent.ts';
import { stricterOf } from './stricter.ts';
import { isRefusedEverywhere } from './suppression.ts';
import { carriedOf, stateTakenOver } from './taken-over.ts';

const nowMs = Date.parse('2026-11-30T10:00:00.000Z');
const now = new Date(nowMs);
const daysAgo = (days: number) => new Date(nowMs - days * DAY_MS).toISOString();
const contactId = `ct_${'0'.repeat(32)}`;
const about = { purpose: 'marketing', channel: 'whatsapp' } as const;
const key = consentKey(about.purpose, about.channel);
const consent = (days: number) => ({
  ...about,
  contactId,
  consentId: 'co_0',
  at: daysAgo(days),
  proof: { source: 'form' },
});
const witness = { name: 'Ada', method: 'telephone', evidence: 'call 1' } as const;
const [own, other] = [`ad_${'1'.repeat(40)}`, `ad_${'2'.repeat(40)}`];

const gives = (days: number): ContactPolicyCommand => ({ kind: 'give-consent', ...consent(days) });
const witnesses = (days: number): ContactPolicyCommand => ({
  kind: 'give-consent',
  ...consent(days),
  witness,
});
const confirms = (days: number, through = own): ContactPolicyCommand => ({
  kind: 'give-consent',
  ...consent(days),
  by: 'person',
  through,
});
const withdraws = (days: number): ContactPolicyCommand => ({
  kind: 'withdraw-consent',
  ...consent(days),
});
const leaves = (days: number): ContactPolicyCommand => ({ kind: 'unsubscribe', ...consent(days) });
const leavesMails = (days: number, purpose: Purpose = 'marketing'): ContactPolicyCommand => ({
  kind: 'unsubscribe',
  ...consent(days),
  channel: 'email',
  purpose,
});
const says = (days: number, channel: Channel = 'whatsapp'): ContactPolicyCommand => ({
  kind: 'lift-suppression',
  contactId,
  scope: 'everything',
  ground: 'start-word',
  channel,
  at: daysAgo(days),
});
const refuses = (days: number, scope: 'everything' | 'marketing' = 'everything') =>
  ({ kind: 'object', contactId, scope, ground: 'objection', at: daysAgo(days) }) as const;
const inParis: ContactPolicyCommand = {
  kind: 'set-time-zone',
  contactId,
  timeZone: 'Europe/Paris',
};
const wants = (
  asked: Preferences,
  by: 'person' | 'business' = 'business',
  through: string | undefined = own,
): ContactPolicyCommand => ({
  kind: 'set-preferences',
  contactId,
  ...asked,
  by,
  ...(through === undefined ? {} : { through }),
  at: daysAgo(0),
});
const after = (...commands: readonly ContactPolicyCommand[]): ContactPolicyState =>
  commands.reduce(
    (state, command) => decider.decide(command, state).reduce(decider.evolve, state),
    decider.initial(),
  );
const reasons = (state: ContactPolicyState, addresses?: readonly string[]) => {
  const ask = { kind: 'decide-contact', contactId, decisionId: 'de_0', reserve: false } as const;
  const given = addresses === undefined ? {} : { addresses };
  const [event] = decider.decide({ ...ask, ...about, now, ...given }, state);
  if (event?.type !== 'ContactAllowed' && event?.type !== 'ContactDenied') throw new Error('none');
  return event.data.reasons;
};

describe('what the person took back', () => {
  test('is given again by no file, no connector and no key', () => {
    const state = after(inParis, gives(9), leaves(5), gives(2));
    expect(state.consents[key]?.state).toBe('given');
    expect(standingConsent(state, about)).toEqual({
      state: 'withdrawn',
      at: daysAgo(5),
      leftAt: daysAgo(5),
      withdrawnAt: daysAgo(5),
    });
    expect(reasons(state)).toEqual(['consent-withdrawn']);
  });

  test.each<[string, ContactPolicyCommand]>([
    ['before a witness', witnesses(4)],
    ['by a confirmation', confirms(4)],
    ['by a word on the channel', says(4)],
  ])('is reopened by the person %s', (_, word) => {
    const state = after(inParis, gives(9), leaves(5), word, gives(2));
    expect(standingConsent(state, about)?.state).toBe('given');
    expect(reasons(state, [own])).toEqual(['allowed']);
  });

  test.each<[string, ContactPolicyCommand]>([
    ['a witness of before', witnesses(6)],
    ['a confirmation of before', confirms(6)],
    ['a word of before', says(6)],
    ['a word of the same instant', says(5)],
    ['a word on another channel', says(4, 'email')],
  ])('is not reopened by %s', (_, word) => {
    expect(reasons(after(inParis, word, leaves(5), gives(2)), [own])).toEqual([
      'consent-withdrawn',
    ]);
  });

  test('is told apart from what a business withdrew, which a later consent ends', () => {
    expect(reasons(after(inParis, gives(9), withdraws(5), gives(2)))).toEqual(['allowed']);
    const state = after(inParis, gives(9), withdraws(5), leaves(4), gives(2));
    expect(reasons(state)).toEqual(['consent-withdrawn']);
    expect(standingConsent(decider.initial(), about)).toBeUndefined();
  });

  test('is one event however often it is sent, and another once she reopened', () => {
    const left = after(gives(9), leaves(5));
    expect(decider.decide(leaves(4), left)).toEqual([]);
    expect(decider.decide(leaves(4), after(gives(9), leaves(5), gives(4.5)))).toEqual([]);
    const [again] = decider.decide(leaves(1), after(gives(9), leaves(5), says(3)));
    expect(again).toMatchObject({ type: 'ConsentWithdrawn', data: { by: 'person' } });
    expect(hasLeft({}, {}, 'whatsapp')).toBe(false);
  });

  test('goes with her where two contacts become one, or one goes on as another', () => {
    const left = after(gives(9), leaves(5), gives(2));
    const given = after(gives(3));
    for (const joined of [
      stricterOf(left, given, daysAgo(1)),
      stricterOf(given, left, daysAgo(1)),
    ]) {
      expect(joined.consents[key]).toMatchObject({ state: 'withdrawn', leftAt: daysAgo(5) });
    }
    const carried = carriedOf(left);
    expect(carried.consents).toMatchObject([{ state: 'withdrawn', leftAt: daysAgo(5) }]);
    expect(standingConsent(stateTakenOver(carried), about)?.state).toBe('withdrawn');
  });
});

describe('a confirmation', () => {
  test('counts while the address that was asked is the contact’s', () => {
    const state = after(inParis, confirms(2));
    expect(reasons(state, [other, own])).toEqual(['allowed']);
    expect(reasons(state, [other])).toEqual(['consent-missing']);
    expect(reasons(state)).toEqual(['consent-missing']);
    expect(reasons(after(inParis, confirms(2), gives(1)))).toEqual(['allowed']);
  });

  test('hangs on its address where two contacts become one', () => {
    const plain = after(inParis, gives(3));
    for (const [one, two] of [
      [after(inParis, confirms(2)), plain],
      [plain, after(inParis, confirms(2))],
    ] as const) {
      const joined = stricterOf(one, two, daysAgo(1)).consents[key];
      expect(joined).toMatchObject({ state: 'given', through: own });
      expect(joined).not.toHaveProperty('confirmedAt');
    }
    const both = [after(confirms(3)), after(confirms(2, other))] as const;
    for (const [one, two] of [both, both.toReversed()] as const) {
      const joined = stricterOf(one, two, daysAgo(1)).consents[key];
      expect(joined).toMatchObject({ confirmedAt: daysAgo(3) });
    }
  });
});

describe('what was tightened is loosened through the address of then', () => {
  const tight = after(wants({ channels: ['email'], perDayMax: 1 }, 'person'));
  const wide: Preferences = { channels: Channel.options, perDayMax: 3 };

  test('and through no other, which only asks for less', () => {
    expect(tight.preferences?.through).toBe(own);
    expect(decider.decide(wants(wide, 'person', other), tight)).toEqual([]);
    const less = decider.decide(wants({ perDayMax: 0 }, 'person', other), tight);
    expect(less).toMatchObject([{ data: { perDayMax: 0, by: 'person', through: own } }]);
    expect(decider.decide(wants(wide, 'person'), tight)).toHaveLength(1);
    expect(decider.decide(wants(wide, 'business'), tight)).toEqual([]);
  });

  test('whoever tightened it: a business writes the address on file', () => {
    const state = after(wants({ channels: ['email'] }, 'business', own));
    expect(decider.decide(wants(wide, 'person', other), state)).toEqual([]);
    expect(decider.decide(wants(wide, 'person', own), state)).toHaveLength(1);
    const none = after({ ...wants({ channels: ['email'] }), through: undefined } as never);
    expect(none.preferences).not.toHaveProperty('through');
    expect(decider.decide(wants(wide, 'person', own), none)).toEqual([]);
  });

  test('anew once nothing is tight any more', () => {
    const open = after(wants({ perDayMax: 1 }, 'person'), wants({ perDayMax: 3 }, 'person'));
    expect(voiceOf(open.preferences ?? {}, { by: 'person', through: other })).toBe('person');
    expect(throughAfter(open.preferences ?? {}, { by: 'person', through: other })).toBe(other);
    expect(voiceOf({}, { by: 'person' })).toBe('business');
    expect(voiceOf({}, { by: 'business', through: own })).toBe('business');
    for (const standing of [
      { channels: ['email' as const] },
      { purposes: [] },
      { quietHours: [{ from: '21:00', to: '08:00' }] },
      { perDayMax: 2 },
    ]) {
      expect(voiceOf(standing, { by: 'person', through: own })).toBe('business');
    }
  });

  test('by neither alone where two contacts become one', () => {
    const theirs = after(wants({ perDayMax: 2 }, 'person', other));
    const nobodys = decider.initial();
    const through = (one: ContactPolicyState, two: ContactPolicyState) =>
      stricterOf(one, two, daysAgo(1)).preferences?.through;
    expect(through(tight, theirs)).toBeUndefined();
    expect(through(tight, tight)).toBe(own);
    expect([through(tight, nobodys), through(nobodys, theirs)]).toEqual([own, other]);
    expect(stateTakenOver(carriedOf(tight)).preferences?.through).toBe(own);
  });
});

describe('refused everywhere', () => {
  test('is what decisions say of every purpose and channel, and she can say it again', () => {
    const refused = after(refuses(5));
    expect(isRefusedEverywhere(refused, 'everything')).toBe(true);
    expect(decider.decide(refuses(4), refused)).toEqual([]);
    for (const word of [witnesses(3), says(3)]) {
      const reopened = after(refuses(5), word);
      expect(isRefusedEverywhere(reopened, 'everything')).toBe(false);
      expect(decider.decide(refuses(1), reopened)).toHaveLength(1);
    }
  });

  test('of promotions says nothing of the rest', () => {
    const refused = after(refuses(5, 'marketing'));
    expect(isRefusedEverywhere(refused, 'marketing')).toBe(true);
    expect(isRefusedEverywhere(refused, 'everything')).toBe(false);
    expect(isRefusedEverywhere(decider.initial(), 'marketing')).toBe(false);
  });
});

describe('nobody is asked for a consent', () => {
  const against = (state: ContactPolicyState, asked: { purpose?: Purpose } = {}) =>
    reasonsAgainstAsking({ ...about, ...asked, now }, state);
  const sent = (hours: number): ContactPolicyCommand => ({
    kind: 'count-outbound',
    contactId,
    at: new Date(nowMs - hours * HOUR_MS).toISOString(),
  });

  test('against a rule of decisions, but that none was given yet', () => {
    expect(against(after(inParis))).toEqual({
      reasons: [],
      lasting: [],
      nextAllowedAt: undefined,
      quietUntil: undefined,
    });
    expect(against(after(inParis, withdraws(2))).reasons).toEqual([]);
    expect(against(after(inParis), { purpose: 'signal-analysis' }).reasons).toEqual([]);
  });

  test.each<[string, readonly ContactPolicyCommand[], string]>([
    ['who refused', [refuses(2)], 'suppressed'],
    ['who took it back', [leaves(2), gives(1)], 'consent-withdrawn'],
    ['who took it back of mails', [leavesMails(2)], 'consent-withdrawn'],
    ['who wants no mail', [wants({ channels: ['whatsapp'] })], 'channel-unwanted'],
    ['who wants none there', [wants({ channels: ['email'] })], 'channel-unwanted'],
    ['who wants none of it', [wants({ purposes: ['feedback'] })], 'purpose-unwanted'],
    ['who wants none at all', [wants({ perDayMax: 0 })], 'pressure-cap-reached'],
    [
      'in quiet hours without an end',
      [
        wants({
          quietHours: [
            { from: '00:00', to: '12:00' },
            { from: '12:00', to: '00:00' },
          ],
        }),
      ],
      'quiet-hours',
    ],
  ])('%s, for as long as it stands', (_, commands, reason) => {
    const { reasons: all, lasting, nextAllowedAt } = against(after(inParis, ...commands));
    expect([all, lasting, nextAllowedAt]).toEqual([[reason], [reason], undefined]);
  });

  test('but for what was taken back elsewhere, or of another purpose', () => {
    const onPhone = { ...leavesMails(2), channel: 'phone' } as ContactPolicyCommand;
    expect(against(after(inParis, onPhone)).reasons).toEqual([]);
    expect(against(after(inParis, leavesMails(2, 'feedback'))).reasons).toEqual([]);
    expect(against(after(inParis, leavesMails(3), says(2, 'email'))).reasons).toEqual([]);
  });

  test('who refused on the mail’s own channel', () => {
    const state = after(inParis, refuses(3), says(2, 'whatsapp'));
    expect(against(state).lasting).toEqual(['suppressed']);
    expect(against(after(inParis, refuses(3), says(2), says(2, 'email'))).reasons).toEqual([]);
  });

  test('in quiet hours, or beyond the cap, until then', () => {
    const quiet = after(inParis, wants({ quietHours: [{ from: '10:00', to: '12:30' }] }));
    const ends = '2026-11-30T11:30:00.000Z';
    expect(against(quiet)).toEqual({
      reasons: ['quiet-hours'],
      lasting: [],
      nextAllowedAt: ends,
      quietUntil: ends,
    });
    const full = after(inParis, sent(3), sent(2), sent(1));
    for (const purpose of ['marketing', 'service-message'] as const) {
      const { reasons: all, lasting, nextAllowedAt } = against(full, { purpose });
      expect([all, lasting]).toEqual([['pressure-cap-reached'], []]);
      expect(nextAllowedAt).toBe('2026-12-01T07:00:00.000Z');
    }
  });

  test('by whose clock nobody knows', () => {
    expect(against(decider.initial())).toMatchObject({
      reasons: ['time-zone-unknown'],
      lasting: [],
    });
  });
});
