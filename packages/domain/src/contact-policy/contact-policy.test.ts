import { describe, expect, test } from '@jest/globals';
import { erased, DAY_MS } from '@tact/contracts';
import fc from 'fast-check';
import {
  type ContactPolicyCommand,
  contactPolicyDecider as decider,
  type ContactPolicyEvent,
} from './contact-policy.ts';
import { civilDateOf } from '../calendar/civil-days.ts';

const contactId = 'ct_00000000000000000000000000000000';
const zone = 'Europe/Paris';
const proof = { source: 'sign-up form' };
const consent = (kind: 'give-consent' | 'withdraw-consent', at: string) =>
  ({
    kind,
    contactId,
    consentId: 'co_00000000000000000000000000000000',
    purpose: 'marketing',
    channel: 'whatsapp',
    at,
    proof,
  }) as const;
const ask = (now: string, more: Partial<{ reserve: boolean; purpose: 'service-message' }> = {}) =>
  ({
    kind: 'decide-contact',
    contactId,
    decisionId: 'de_00000000000000000000000000000000',
    channel: 'whatsapp',
    purpose: 'marketing',
    reserve: true,
    now: new Date(now),
    ...more,
  }) as const;
const inParis = { kind: 'set-time-zone', contactId, timeZone: zone } as const;
const agreed = [inParis, consent('give-consent', '2026-01-01T00:00:00.000Z')];

/** Given commands, when one more is decided, then these are its events. */
const after = (...commands: readonly ContactPolicyCommand[]): readonly ContactPolicyEvent[] => {
  let state = decider.initial();
  let events: readonly ContactPolicyEvent[] = [];
  for (const command of commands) {
    events = decider.decide(command, state);
    for (const event of events) state = decider.evolve(state, event);
  }
  return events;
};
const reasonsOf = (events: readonly ContactPolicyEvent[]) =>
  events.flatMap(({ type, data }) =>
    type === 'ContactAllowed' || type === 'ContactDenied' ? data.reasons : [],
  );

describe('consent', () => {
  test('nothing is allowed to a person who never agreed', () => {
    expect(reasonsOf(after(inParis, ask('2026-11-02T09:00:00Z')))).toEqual(['consent-missing']);
  });

  test('an agreement opens its own purpose only', () => {
    expect(reasonsOf(after(...agreed, ask('2026-11-02T09:00:00Z')))).toEqual(['allowed']);
    const service = ask('2026-11-02T09:00:00Z', { purpose: 'service-message' });
    expect(reasonsOf(after(...agreed, service))).toEqual(['consent-missing']);
  });

  test('a withdrawal wins over an agreement of the same instant, in either order', () => {
    const at = '2026-02-01T00:00:00.000Z';
    const both = [consent('give-consent', at), consent('withdraw-consent', at)];
    for (const order of [both, both.toReversed()]) {
      expect(reasonsOf(after(inParis, ...order, ask('2026-11-02T09:00:00Z')))).toEqual([
        'consent-withdrawn',
      ]);
    }
  });

  test('an older agreement that arrives late does not undo a withdrawal', () => {
    const late = after(
      ...agreed,
      consent('withdraw-consent', '2026-06-01T00:00:00.000Z'),
      consent('give-consent', '2026-05-01T00:00:00.000Z'),
      ask('2026-11-02T09:00:00Z'),
    );
    expect(reasonsOf(late)).toEqual(['consent-withdrawn']);
  });
});

describe('the pressure cap', () => {
  test('the fourth message of a day waits until both counts leave room', () => {
    const three = ['08:00', '10:00', '12:00'].map((hour) => ask(`2026-11-02T${hour}:00Z`));
    const [event] = after(...agreed, ...three, ask('2026-11-02T20:00:00Z'));
    expect(event).toMatchObject({
      type: 'ContactDenied',
      // The first of the three leaves the rolling day then; the local day ended before.
      data: { reasons: ['pressure-cap-reached'], nextAllowedAt: '2026-11-03T08:00:00.000Z' },
    });
  });

  test('an unknown zone is refused, never assumed', () => {
    const [, given] = agreed;
    expect(reasonsOf(after(given!, ask('2026-11-02T09:00:00Z')))).toEqual(['time-zone-unknown']);
  });

  test('never more than three in a rolling day or a local day, whatever is asked when', () => {
    const start = Date.UTC(2026, 9, 23);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 * DAY_MS }), { minLength: 1, maxLength: 60 }),
        (offsets) => {
          let state = agreed.reduce(
            (before, command) => decider.decide(command, before).reduce(decider.evolve, before),
            decider.initial(),
          );
          const allowed: number[] = [];
          for (const offset of offsets.toSorted((left, right) => left - right)) {
            const [event] = decider.decide(ask(new Date(start + offset).toISOString()), state);
            if (event?.type === 'ContactAllowed') allowed.push(start + offset);
            state = event ? decider.evolve(state, event) : state;
          }
          for (const at of allowed) {
            const rolling = allowed.filter((other) => other <= at && other > at - DAY_MS);
            const day = allowed.filter(
              (other) => civilDateOf(other, zone) === civilDateOf(at, zone),
            );
            expect(rolling.length).toBeLessThanOrEqual(3);
            expect(day.length).toBeLessThanOrEqual(3);
          }
        },
      ),
    );
  });

  test('messages a person needs do not use the cap up, and are not held back by it', () => {
    const sent = (nth: number, messageCategory: 'utility' | 'marketing') =>
      ({
        kind: 'count-outbound',
        contactId,
        at: `2026-11-02T0${nth}:00:00.000Z`,
        messageRef: `mr_${String(nth).padStart(26, '0')}`,
        messageCategory,
      }) as const;
    const utility = [1, 2, 3, 4].map((nth) => sent(nth, 'utility'));
    const marketing = [1, 2, 3].map((nth) => sent(nth, 'marketing'));
    const now = '2026-11-02T09:00:00Z';
    expect(reasonsOf(after(...agreed, ...utility, ask(now)))).toEqual(['allowed']);
    expect(reasonsOf(after(...agreed, ...marketing, ask(now)))).toEqual(['pressure-cap-reached']);
  });
});

describe('what must not be misread', () => {
  const sent = (at: string, messageRef: string, messageCategory?: 'utility') =>
    ({
      kind: 'count-outbound',
      contactId,
      at,
      messageRef,
      ...(messageCategory ? { messageCategory } : {}),
    }) as const;

  test('instants are compared as instants, whatever digits they are written with', () => {
    const withdrawn = after(
      inParis,
      consent('give-consent', '2026-02-01T00:00:00Z'),
      consent('withdraw-consent', '2026-02-01T00:00:00.500Z'),
      ask('2026-11-02T09:00:00Z'),
    );
    expect(reasonsOf(withdrawn)).toEqual(['consent-withdrawn']);
  });

  test('an agreement dated in the future is not one yet', () => {
    const early = [inParis, consent('give-consent', '2027-01-01T00:00:00.000Z')];
    expect(reasonsOf(after(...early, ask('2026-11-02T09:00:00Z')))).toEqual(['consent-missing']);
    expect(reasonsOf(after(...early, ask('2027-01-01T00:00:00Z')))).toEqual(['allowed']);
  });

  test('a withdrawal dated in the future is one at once', () => {
    const early = [...agreed, consent('withdraw-consent', '2027-01-01T00:00:00.000Z')];
    expect(reasonsOf(after(...early, ask('2026-11-02T09:00:00Z')))).toEqual(['consent-withdrawn']);
  });

  test('an agreement whose proof is erased opens nothing; an erased zone is unknown', () => {
    const events = agreed.flatMap((command) => decider.decide(command, decider.initial()));
    const erase = (event: ContactPolicyEvent): ContactPolicyEvent => {
      if (event.type === 'ConsentGiven') {
        return { ...event, data: { ...event.data, proof: { source: erased as never } } };
      }
      return event.type === 'ContactTimeZoneSet'
        ? { ...event, data: { ...event.data, timeZone: erased as never } }
        : event;
    };
    const state = events.map(erase).reduce(decider.evolve, decider.initial());
    expect(reasonsOf(decider.decide(ask('2026-11-02T09:00:00Z'), state))).toEqual([
      'consent-unreadable',
      'time-zone-unknown',
    ]);
  });

  test('a zone the runtime does not know is unknown, not a crash', () => {
    const nowhere = { kind: 'set-time-zone', contactId, timeZone: 'Europe/Nowhere' } as const;
    const [, given] = agreed;
    expect(reasonsOf(after(nowhere, given!, ask('2026-11-02T09:00:00Z')))).toEqual([
      'time-zone-unknown',
    ]);
  });

  test('a message sent only to observe is refused, consent or not', () => {
    const probe = { ...ask('2026-11-02T09:00:00Z'), purpose: 'signal-analysis' } as const;
    const analysed = { ...agreed[1], purpose: 'signal-analysis' } as ContactPolicyCommand;
    expect(reasonsOf(after(inParis, analysed, probe))).toEqual(['no-probing']);
  });

  test('a promised message that is seen leaving counts once, and the same message twice is one', () => {
    const ref = (nth: number) => `mr_${String(nth).padStart(26, '0')}`;
    const story = [1, 2].flatMap((nth) => [
      ask(`2026-11-02T0${nth}:00:00.400Z`),
      sent(`2026-11-02T0${nth}:00:00.000Z`, ref(nth)),
      sent(`2026-11-02T0${nth}:00:00.000Z`, ref(nth)),
    ]);
    const third = ask('2026-11-02T09:00:00Z');
    expect(reasonsOf(after(...agreed, ...story, third))).toEqual(['allowed']);
    expect(reasonsOf(after(...agreed, ...story, third, third))).toEqual(['pressure-cap-reached']);
  });

  test('thousands of messages in a day leave a small state, and push nothing out that counts', () => {
    const many = (count: number, messageCategory?: 'utility') =>
      Array.from({ length: count }, (_, nth) => {
        const messageRef = `mr_${String(nth + count).padStart(26, '0')}`;
        return sent('2026-11-02T08:00:00.000Z', messageRef, messageCategory);
      });
    const marketing = many(3).map((one) => ({ ...one, at: '2026-11-02T01:00:00.000Z' }));
    const commands = [...agreed, ...marketing, ...many(2000, 'utility')];
    const state = commands
      .flatMap((command) => decider.decide(command, decider.initial()))
      .reduce(decider.evolve, decider.initial());
    expect(state.outbound.length).toBeLessThan(250);
    const asked = decider.decide(ask('2026-11-02T09:00:00Z'), state);
    expect(reasonsOf(asked)).toEqual(['pressure-cap-reached']);
  });

  test('messages the person needs are shown beside the cap', () => {
    const utility = sent('2026-11-02T08:00:00.000Z', 'mr_00000000000000000000000009', 'utility');
    const [event] = after(...agreed, utility, ask('2026-11-02T09:00:00Z'));
    const rules = event?.type === 'ContactAllowed' ? event.data.rules : [];
    expect(rules.find(({ id }) => id === 'pressure-cap')?.inputs).toMatchObject({
      rolling24h: 0,
      localDay: 0,
      free24h: 1,
    });
  });
});

test('one more message, or a withdrawal, never opens what was closed', () => {
  const start = Date.UTC(2026, 2, 28);
  const instants = fc.array(fc.integer({ min: 0, max: 48 * 60 }), { maxLength: 8 });
  const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
  const count = (minutes: number, nth: number) =>
    ({
      kind: 'count-outbound',
      contactId,
      at: at(minutes),
      messageRef: `mr_${String(nth).padStart(26, '0')}`,
    }) as const;
  fc.assert(
    fc.property(
      instants,
      fc.integer({ min: 0, max: 48 * 60 }),
      fc.boolean(),
      (sent, now, withdraws) => {
        const before = [...agreed, ...sent.map(count)];
        const more = withdraws ? consent('withdraw-consent', at(0)) : count(now, 99);
        const closed = reasonsOf(after(...before, ask(at(now)))).every((one) => one !== 'allowed');
        const still = reasonsOf(after(...before, more, ask(at(now)))).every(
          (one) => one !== 'allowed',
        );
        expect(!closed || still).toBe(true);
      },
    ),
  );
});
