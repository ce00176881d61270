import { describe, expect, test } from '@jest/globals';
import { Channel, Purpose, SuppressionScope } from '@tact/contracts';
import fc from 'fast-check';
import { contactPolicyDecider as decider, type ContactPolicyEvent } from './contact-policy.ts';
import type { ContactPolicyState } from './policy-state.ts';
import { carriedOf } from './taken-over.ts';

const contactId = `ct_${'0'.repeat(32)}`;
const joinedAt = '2026-11-20T10:00:00.000Z';
const now = new Date('2026-11-20T10:00:01.000Z');
const day = (n: number): string => `2026-11-${String(n).padStart(2, '0')}T00:00:00.000Z`;
const marketing = { purpose: 'marketing', channel: 'whatsapp' } as const;
const witness = { name: 'Inès Martin', method: 'in-person', evidence: 'visit book' };

const event = (type: ContactPolicyEvent['type'], data: object): ContactPolicyEvent =>
  ({ type, data: { contactId, ...data } }) as ContactPolicyEvent;
const zone = event('ContactTimeZoneSet', { timeZone: 'Europe/Paris' });
const given = (n: number, more = {}) =>
  event('ConsentGiven', { ...marketing, at: day(n), proof: { source: 'form' }, ...more });
const withdrawn = (n: number) =>
  event('ConsentWithdrawn', { ...marketing, at: day(n), proof: { source: 'form' } });
const stop = (n: number) =>
  event('ContactSuppressed', { scope: 'everything', ground: 'stop-word', at: day(n) });
const start = (n: number) =>
  event('SuppressionLifted', { scope: 'everything', channel: 'whatsapp', at: day(n) });

const fold = (events: readonly ContactPolicyEvent[], from = decider.initial()) =>
  events.reduce(decider.evolve, from);
const joined = (
  own: readonly ContactPolicyEvent[],
  other: readonly ContactPolicyEvent[],
  at = joinedAt,
): ContactPolicyState => {
  const carried = carriedOf(fold([zone, ...other]));
  const takeOver = { otherContactId: 'ct_1', because: 'merge', at, ...carried };
  return fold([zone, ...own, event('PolicyTakenOver', takeOver)]);
};
const reasonsOf = (state: ContactPolicyState, asked: object = marketing): readonly string[] => {
  const ask = { kind: 'decide-contact', contactId, decisionId: 'de_0', reserve: false } as const;
  const [decided] = decider.decide({ ...ask, ...marketing, ...asked, now }, state);
  return decided !== undefined && 'reasons' in decided.data ? decided.data.reasons : [];
};

describe('heard after two contacts became one, a word of before', () => {
  test.each<[string, ContactPolicyState, readonly ContactPolicyEvent[], string]>([
    ['agreed: nobody knows who', joined([], []), [given(5)], 'consent-missing'],
    ['agreed at the very instant', joined([], []), [given(0, { at: joinedAt })], 'consent-missing'],
    ['agreed again, as both had', joined([given(3)], [given(4)]), [given(5)], 'allowed'],
    ['agreed, which one took back', joined([withdrawn(3)], []), [given(5)], 'consent-withdrawn'],
    ['took back', joined([given(3)], [given(4)]), [withdrawn(5)], 'consent-withdrawn'],
    ['took back, before both agreed', joined([given(3)], [given(4)]), [withdrawn(2)], 'allowed'],
    [
      'asked to hear from us again, which the other did not',
      joined([given(3), stop(5)], [given(4)]),
      [start(10)],
      'suppressed',
    ],
    [
      'refused, before the other asked to hear from us again',
      joined([given(3), stop(4), start(10)], [given(4)]),
      [stop(5)],
      'suppressed',
    ],
    [
      'refused, before the last refusal that was lifted',
      joined([given(3), stop(6), start(10)], [given(4)]),
      [stop(5)],
      'suppressed',
    ],
    [
      'refused, once more as it was taken over',
      joined([given(3)], [given(4), stop(5), start(10)]),
      [stop(5)],
      'allowed',
    ],
    [
      'agreed before a witness: it reopens nothing',
      joined([given(3), stop(5)], [given(4)]),
      [given(10, { witness })],
      'suppressed',
    ],
  ])('%s', (_, state, words, reason) => {
    expect(reasonsOf(fold(words, state))).toEqual([reason]);
  });

  test('is weighed by the latest time at which somebody joined', () => {
    const twice = (ats: readonly string[]) =>
      fold(
        ats.map((at) => {
          const takeOver = { otherContactId: 'ct_1', because: 'merge', at };
          return event('PolicyTakenOver', { ...takeOver, ...carriedOf(fold([zone])) });
        }),
        fold([zone]),
      );
    for (const ats of [
      [day(10), day(15)],
      [day(15), day(10)],
    ]) {
      expect(twice(ats).joinedAt).toBe(day(15));
      expect(reasonsOf(fold([given(12)], twice(ats)))).toEqual(['consent-missing']);
      expect(reasonsOf(fold([given(16)], twice(ats)))).toEqual(['allowed']);
    }
  });

  test('leaves what was said afterwards as it is', () => {
    const anew = { at: '2026-11-20T10:00:00.500Z' };
    const state = fold([given(0, anew)], joined([], []));
    expect(fold([given(5)], state)).toEqual(state);
    const refused = joined([given(3), stop(5)], [given(4)]);
    const reopened = event('SuppressionLifted', {
      scope: 'everything',
      channel: 'whatsapp',
      ...anew,
    });
    expect(reasonsOf(fold([reopened, stop(6)], refused))).toEqual(['allowed']);
  });

  test('is kept as an agreement of one alone, since they became one', () => {
    const { consents } = fold([given(5)], joined([], []));
    const alone = { state: 'given', at: joinedAt, ofOneAlone: true };
    expect(consents).toEqual({ 'marketing/whatsapp': alone });
  });
});

describe('told to the ledger after two contacts became one, a word of before', () => {
  const refusal = {
    kind: 'suppress',
    contactId,
    scope: 'everything',
    ground: 'stop-word',
  } as const;
  const lift = {
    kind: 'lift-suppression',
    contactId,
    scope: 'everything',
    channel: 'whatsapp',
    ground: 'start-word',
  } as const;
  const state = joined([given(3)], [given(4), stop(6), start(10)]);
  const timesOf = (command: Parameters<typeof decider.decide>[0], of = state) =>
    decider.decide(command, of).map(({ data }) => ('at' in data ? data.at : undefined));

  test('refuses since they are one, for everybody who follows', () => {
    expect(timesOf({ ...refusal, at: day(5) })).toEqual([joinedAt]);
    expect(timesOf({ ...refusal, at: day(6) })).toEqual([day(6)]);
    expect(timesOf({ ...refusal, at: day(25) })).toEqual([day(25)]);
    expect(timesOf({ ...refusal, at: day(5) }, decider.initial())).toEqual([day(5)]);
  });

  test('lifts nothing, and is no lift', () => {
    expect(timesOf({ ...lift, at: day(12) })).toEqual([]);
    expect(timesOf({ ...lift, at: day(25) })).toEqual([day(25)]);
    expect(timesOf({ ...lift, at: day(12) }, decider.initial())).toEqual([day(12)]);
  });
});

/** One word, whose it is, and whether it is heard only after the two became one. */
type Whose = {
  readonly word: ContactPolicyEvent;
  readonly isOwn: boolean;
  readonly isLate: boolean;
};

const consentWord = fc
  .record({
    type: fc.constantFrom('ConsentGiven' as const, 'ConsentWithdrawn' as const),
    purpose: fc.constantFrom('marketing' as const, 'service-message' as const),
    channel: fc.constantFrom('whatsapp' as const, 'email' as const),
    isWitnessed: fc.boolean(),
  })
  .map(({ type, isWitnessed, ...said }) => ({
    type,
    data: { ...said, proof: {}, ...(isWitnessed && type === 'ConsentGiven' ? { witness } : {}) },
  }));
const refusalWord = fc
  .record({
    type: fc.constantFrom('ContactSuppressed' as const, 'SuppressionLifted' as const),
    scope: fc.constantFrom(...SuppressionScope.options),
    channel: fc.constantFrom('whatsapp' as const, 'email' as const),
  })
  .map(({ type, ...said }) => ({ type, data: { ...said, ground: 'objection' } }));
const word = fc.oneof({ weight: 3, arbitrary: consentWord }, refusalWord);
/** No two at one instant: of one scope, that is one word said twice. */
const history = fc
  .array(fc.record({ said: word, isOwn: fc.boolean(), isLate: fc.boolean() }), { maxLength: 14 })
  .chain((words) =>
    fc.shuffledSubarray([...words.keys()], { minLength: words.length }).map((order) =>
      words.map(({ said: { type, data }, ...whose }, nth): Whose => {
        const at = new Date(Date.parse(joinedAt) - (order[nth] ?? 0) * 60_000).toISOString();
        return { word: event(type, { ...data, at }), ...whose };
      }),
    ),
  );
const afterwards = fc.array(word, { maxLength: 2 }).map((words) =>
  words.map(({ type, data }, nth) => {
    const at = new Date(Date.parse(joinedAt) + 1 + nth).toISOString();
    return event(type, { ...data, at });
  }),
);
const agreed = Purpose.options.flatMap((purpose) =>
  Channel.options.map((channel) => given(1, { purpose, channel })),
);

test('a word that is heard late never allows more than heard in time', () => {
  fc.assert(
    fc.property(
      history,
      afterwards,
      fc.constantFrom([true, true], [true, false], [false, false]),
      (words, then, [ownAgreed, otherAgreed]) => {
        const wordsOf = (isOwn: boolean, late: readonly boolean[]) => [
          ...((isOwn ? ownAgreed : otherAgreed) ? agreed : []),
          ...words
            .filter((one) => one.isOwn === isOwn && late.includes(one.isLate))
            .map((one) => one.word),
        ];
        const lateOnes = words.filter(({ isLate }) => isLate).map((one) => one.word);
        const inTime = joined(wordsOf(true, [true, false]), wordsOf(false, [true, false]));
        const late = fold(lateOnes, joined(wordsOf(true, [false]), wordsOf(false, [false])));
        for (const purpose of ['marketing', 'service-message'] as const) {
          for (const channel of ['whatsapp', 'email'] as const) {
            if (reasonsOf(fold(then, late), { purpose, channel })[0] !== 'allowed') continue;
            expect(reasonsOf(fold(then, inTime), { purpose, channel })).toEqual(['allowed']);
          }
        }
      },
    ),
    { numRuns: 400 },
  );
});
