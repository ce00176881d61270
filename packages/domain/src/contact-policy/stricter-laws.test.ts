import { describe, expect, test } from '@jest/globals';
import { Channel, type EventDataOf, Purpose, SuppressionScope } from '@tact/contracts';
import fc from 'fast-check';
import {
  type ContactPolicyCommand,
  contactPolicyDecider,
  type ContactPolicyEvent,
} from './contact-policy.ts';
import type { ContactPolicyState, DecideContact } from './policy-state.ts';
import { stricterOf } from './stricter.ts';
import { carriedOf, stateTakenOver } from './taken-over.ts';

const initial = contactPolicyDecider.initial;
const evolve = (state: ContactPolicyState, event: ContactPolicyEvent) =>
  contactPolicyDecider.evolve(state, event);
const decide = (command: ContactPolicyCommand, state: ContactPolicyState) =>
  contactPolicyDecider.decide(command, state);
const contactId = `ct_${'0'.repeat(32)}`;
const otherContactId = `ct_${'1'.repeat(32)}`;
const mergedAt = '2026-11-20T10:00:00.000Z';
const now = new Date('2026-11-20T10:00:01.000Z');

const afterAll = (commands: readonly ContactPolicyCommand[]): ContactPolicyState =>
  commands.reduce<ContactPolicyState>(
    (state, command) =>
      decide(command, state).reduce(
        (known: ContactPolicyState, event) => evolve(known, event),
        state,
      ),
    initial(),
  );

/** Around the merge, so that much of it still counts: in the last three days, to the second; sometimes ahead. */
const instant = fc
  .integer({ min: -3 * 86_400, max: 3_600 })
  .map((seconds) => new Date(Date.parse(mergedAt) + seconds * 1000).toISOString());
const purpose = fc.constantFrom(...Purpose.options);
const channel = fc.constantFrom(...Channel.options);
const scope = fc.constantFrom(...SuppressionScope.options);
const witness = { name: 'Inès Martin', method: 'in-person', evidence: 'visit book' } as const;

const consent = fc.record({
  contactId: fc.constant(contactId),
  consentId: fc.constant('co_0000000000'),
  purpose,
  channel,
  at: instant,
  proof: fc.constant({ source: 'form' }),
});
const word: fc.Arbitrary<ContactPolicyCommand> = fc.oneof(
  consent.map((one) => ({ kind: 'give-consent' as const, ...one })),
  consent.map((one) => ({ kind: 'give-consent' as const, ...one, witness })),
  consent.map((one) => ({ kind: 'withdraw-consent' as const, ...one })),
  fc.record({ scope, at: instant }).map((one) => ({
    kind: 'suppress' as const,
    contactId,
    ground: 'objection' as const,
    ...one,
  })),
  fc.record({ scope, channel, at: instant }).map((one) => ({
    kind: 'lift-suppression' as const,
    contactId,
    ground: 'start-word' as const,
    ...one,
  })),
  fc
    .constantFrom('Europe/Paris', 'Asia/Kolkata')
    .map((timeZone) => ({ kind: 'set-time-zone' as const, contactId, timeZone })),
  fc
    .record({
      at: instant,
      messageCategory: fc.constantFrom('marketing' as const, 'utility' as const),
    })
    .map((one) => ({ kind: 'count-outbound' as const, contactId, ...one })),
  fc.record({ purpose, channel, at: instant }).map(({ at, ...one }) => ({
    kind: 'decide-contact' as const,
    contactId,
    decisionId: 'de_0000000000',
    reserve: true,
    now: new Date(at),
    ...one,
  })),
);
/** Most histories refuse: some begin with all that is needed, so that there is something to lose. */
const open: readonly ContactPolicyCommand[] = [
  { kind: 'set-time-zone', contactId, timeZone: 'Europe/Paris' },
  ...Channel.options.flatMap((on) =>
    Purpose.options.map((to) => ({
      kind: 'give-consent' as const,
      contactId,
      consentId: 'co_0000000000',
      purpose: to,
      channel: on,
      at: '2026-01-05T09:00:00.000Z',
      proof: { source: 'form' },
    })),
  ),
];
const history = fc
  .tuple(fc.boolean(), fc.array(word, { maxLength: 12 }))
  .map(([isOpen, words]) => [...(isOpen ? open : []), ...words]);

const reasonsOf = (
  state: ContactPolicyState,
  asked: Pick<DecideContact, 'purpose' | 'channel'>,
) => {
  const command: DecideContact = {
    kind: 'decide-contact',
    contactId,
    decisionId: 'de_0000000000',
    reserve: false,
    now,
    ...asked,
  };
  const [event] = decide(command, state);
  if (event?.type !== 'ContactAllowed' && event?.type !== 'ContactDenied')
    throw new Error('no decision');
  return event.data.reasons;
};
const isAllowed = (...given: Parameters<typeof reasonsOf>): boolean =>
  reasonsOf(...given).every((reason) => reason === 'allowed');

/** As outreach does it: the state of one is carried by an event into the stream of the other. */
const takenOver = (
  own: ContactPolicyState,
  other: ContactPolicyState,
  because: EventDataOf<'PolicyTakenOver'>['because'] = 'merge',
): ContactPolicyState => {
  const carried = JSON.parse(JSON.stringify(carriedOf(other))) as ReturnType<typeof carriedOf>;
  const data = { contactId, otherContactId, because, at: mergedAt, ...carried };
  const event: ContactPolicyEvent = { type: 'PolicyTakenOver', data };
  return evolve(own, event);
};

const everyQuestion = Purpose.options.flatMap((to) =>
  Channel.options.map((on) => ({ purpose: to, channel: on })),
);

describe('over random histories', () => {
  test('after a merge no decision is more permissive than the stricter of both', () => {
    fc.assert(
      fc.property(history, history, (one, two) => {
        const [own, other] = [afterAll(one), afterAll(two)];
        const merged = takenOver(own, other);
        for (const asked of everyQuestion) {
          if (!isAllowed(merged, asked)) continue;
          expect([isAllowed(own, asked), isAllowed(other, asked)]).toEqual([true, true]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('it does not matter which of the two stays', () => {
    fc.assert(
      fc.property(history, history, (one, two) => {
        const [own, other] = [afterAll(one), afterAll(two)];
        const [here, there] = [takenOver(own, other), takenOver(other, own)];
        for (const asked of everyQuestion) {
          expect(reasonsOf(here, asked)).toEqual(reasonsOf(there, asked));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('after a split neither side is more permissive than before', () => {
    fc.assert(
      fc.property(history, history, (before, own) => {
        const whole = afterAll(before);
        for (const left of [
          takenOver(initial(), whole, 'split'),
          takenOver(afterAll(own), whole, 'split'),
        ]) {
          for (const asked of everyQuestion) {
            if (isAllowed(left, asked)) expect(isAllowed(whole, asked)).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a merge with somebody who is alike, allowed and refused, changes no answer', () => {
    fc.assert(
      fc.property(
        fc
          .array(
            word.filter((one) => !('at' in one) || one.at <= mergedAt),
            { maxLength: 6 },
          )
          .map((words) => [...open, ...words]),
        (one) => {
          // An agreement dated ahead is none yet, and messages count twice: neither is about who is asked.
          const own = { ...afterAll(one), outbound: [] };
          const merged = takenOver(own, own);
          for (const asked of everyQuestion)
            expect(reasonsOf(merged, asked)).toEqual(reasonsOf(own, asked));
        },
      ),
      { numRuns: 100 },
    );
  });
});

const asking = { purpose: 'marketing', channel: 'whatsapp' } as const;
const agreed = afterAll(open);

test('what one of two agreed to is asked for anew, and given anew it counts', () => {
  const merged = takenOver(agreed, afterAll(open.slice(0, 1)));
  expect(reasonsOf(merged, asking)).toEqual(['consent-missing']);
  const given = { contactId, consentId: 'co_0000000000', ...asking, proof: { source: 'form' } };
  const again = {
    type: 'ConsentGiven',
    data: { ...given, at: '2026-01-05T09:00:00.000Z' },
  } as const;
  expect(reasonsOf(evolve(merged, again), asking)).toEqual(['consent-missing']);
  const anew = {
    type: 'ConsentGiven',
    data: { ...given, at: '2026-11-20T10:00:00.500Z' },
  } as const;
  expect(reasonsOf(evolve(merged, anew), asking)).toEqual(['allowed']);
});

test('a refusal of one holds on every channel where it stood, though the other asked to hear from us again', () => {
  const refusal = {
    kind: 'suppress',
    contactId,
    scope: 'everything',
    ground: 'stop-word',
  } as const;
  const refused = afterAll([...open, { ...refusal, at: '2026-11-01T00:00:00.000Z' }]);
  const reopened = afterAll([
    ...open,
    { ...refusal, at: '2026-11-02T00:00:00.000Z' },
    {
      kind: 'lift-suppression',
      contactId,
      scope: 'everything',
      ground: 'start-word',
      channel: 'whatsapp',
      at: '2026-11-03T00:00:00.000Z',
    },
  ]);
  expect(reasonsOf(reopened, asking)).toEqual(['allowed']);
  expect(reasonsOf(takenOver(reopened, refused), asking)).toEqual(['suppressed']);
  expect(reasonsOf(takenOver(reopened, agreed), asking)).toEqual(['allowed']);
});

test('messages of both use the cap up, and promises stay promised', () => {
  const sent = (minute: number): ContactPolicyCommand => ({
    kind: 'count-outbound',
    contactId,
    at: `2026-11-20T09:0${minute}:00.000Z`,
    messageRef: `mr_${minute}${'0'.repeat(30)}`,
  });
  const one = afterAll([...open, sent(1), sent(2)]);
  expect(reasonsOf(one, asking)).toEqual(['allowed']);
  expect(reasonsOf(takenOver(one, afterAll([...open, sent(3)])), asking)).toEqual([
    'pressure-cap-reached',
  ]);
  const promised = afterAll([
    ...open,
    {
      kind: 'decide-contact',
      contactId,
      decisionId: 'de_0000000000',
      ...asking,
      reserve: true,
      now: new Date('2026-11-20T09:01:00.000Z'),
    },
  ]);
  expect(promised.outbound).toHaveLength(1);
  expect(reasonsOf(takenOver(one, promised), asking)).toEqual(['pressure-cap-reached']);
});

test('a day is counted in the zone of both, and in none where they differ', () => {
  const kolkata = afterAll([
    ...open,
    { kind: 'set-time-zone', contactId, timeZone: 'Asia/Kolkata' },
  ]);
  expect(stricterOf(agreed, agreed, mergedAt).timeZone).toBe('Europe/Paris');
  expect(reasonsOf(takenOver(agreed, kolkata), asking)).toEqual(['time-zone-unknown']);
});

test('what is carried is the state, but for messages that are erased and a zone that is none', () => {
  const state = afterAll([
    ...open,
    { kind: 'suppress', contactId, scope: 'marketing', ground: 'objection', at: mergedAt },
  ]);
  expect(stateTakenOver(carriedOf(state))).toEqual(state);
  const unreadable = { ...carriedOf(state), messages: { $erased: true }, timeZone: 'Nowhere' };
  const read = stateTakenOver(unreadable as unknown as ReturnType<typeof carriedOf>);
  expect(read).toEqual({ ...state, outbound: [], timeZone: undefined });
});
