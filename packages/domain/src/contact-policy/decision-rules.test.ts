import { describe, expect, test } from '@jest/globals';
import { erased, type Purpose, type SuppressionScope } from '@tact/contracts';
import {
  type ContactPolicyCommand,
  contactPolicyDecider as decider,
  type ContactPolicyEvent,
} from './contact-policy.ts';
import type { ContactPolicyState } from './policy-state.ts';
import { currentPolicy } from './policy-versions.ts';

const contactId = 'ct_00000000000000000000000000000000';
const now = '2026-11-02T09:00:00.000Z';
const ask = (
  more: Partial<{ reserve: boolean; purpose: Purpose; now: Date; missed: readonly string[] }> = {},
): ContactPolicyCommand => ({
  kind: 'decide-contact',
  contactId,
  decisionId: 'de_00000000000000000000000000000000',
  channel: 'whatsapp',
  purpose: 'marketing',
  reserve: true,
  now: new Date(now),
  ...more,
});
const consent = (
  kind: 'give-consent' | 'withdraw-consent',
  at: string,
  purpose: Purpose = 'marketing',
): ContactPolicyCommand => ({
  kind,
  contactId,
  consentId: 'co_00000000000000000000000000000000',
  purpose,
  channel: 'whatsapp',
  at,
  proof: { source: 'sign-up form' },
});
const suppress = (at: string, scope: SuppressionScope = 'everything'): ContactPolicyCommand => ({
  kind: 'suppress',
  contactId,
  scope,
  ground: 'stop-word',
  at,
});
const inParis: ContactPolicyCommand = {
  kind: 'set-time-zone',
  contactId,
  timeZone: 'Europe/Paris',
};
const sent = (
  at: string,
  more: Partial<Extract<ContactPolicyCommand, { kind: 'count-outbound' }>> = {},
): ContactPolicyCommand => ({ kind: 'count-outbound', contactId, at, ...more });

const given = (...commands: readonly ContactPolicyCommand[]): ContactPolicyState =>
  commands.reduce(
    (state, command) => decider.decide(command, state).reduce(decider.evolve, state),
    decider.initial(),
  );
const agreed = [inParis, consent('give-consent', '2026-01-01T00:00:00.000Z')];
const decided = (state: ContactPolicyState, command = ask()) => {
  const [event] = decider.decide(command, state);
  if (event?.type !== 'ContactAllowed' && event?.type !== 'ContactDenied')
    throw new Error('A decision is an event');
  return event;
};
const reasons = (...commands: readonly ContactPolicyCommand[]) => [
  ...decided(given(...commands)).data.reasons,
];
const ruleOf = (id: string, state: ContactPolicyState, command = ask()) =>
  decided(state, command).data.rules.find((rule) => rule.id === id);

describe('a decision shows every rule it walked', () => {
  test('with what each was judged by, when it allows', () => {
    const { type, data } = decided(given(...agreed));
    expect(type).toBe('ContactAllowed');
    expect(data.policy).toBe(`consent-and-pressure@${currentPolicy.version}`);
    expect(data.rules).toEqual([
      { id: 'no-probing', verdict: 'passed', inputs: { purpose: 'marketing' } },
      { id: 'suppression', verdict: 'passed', inputs: { scope: null, since: null } },
      {
        id: 'consent',
        verdict: 'passed',
        inputs: {
          purpose: 'marketing',
          channel: 'whatsapp',
          state: 'given',
          since: '2026-01-01T00:00:00.000Z',
        },
      },
      {
        id: 'preferences',
        verdict: 'passed',
        inputs: { isChannelAllowed: true, isPurposeAllowed: true },
      },
      { id: 'time-zone', verdict: 'passed', inputs: { known: true } },
      { id: 'quiet-hours', verdict: 'passed', inputs: { hours: 0, isQuiet: false } },
      {
        id: 'pressure-cap',
        verdict: 'passed',
        inputs: { messagesPerDayMax: 3, rolling24h: 0, localDay: 0, free24h: 0 },
      },
    ]);
  });

  test('and all that stands against it, when nothing is known of the person but their word', () => {
    const { type, data } = decided(given(suppress('2026-02-01T00:00:00.000Z')));
    expect(type).toBe('ContactDenied');
    expect(data.reasons).toEqual(['suppressed', 'consent-missing', 'time-zone-unknown']);
    expect(data.rules.slice(1)).toEqual([
      {
        id: 'suppression',
        verdict: 'denied',
        inputs: { scope: 'everything', since: '2026-02-01T00:00:00.000Z' },
      },
      {
        id: 'consent',
        verdict: 'denied',
        inputs: { purpose: 'marketing', channel: 'whatsapp', state: null, since: null },
      },
      {
        id: 'preferences',
        verdict: 'passed',
        inputs: { isChannelAllowed: true, isPurposeAllowed: true },
      },
      { id: 'time-zone', verdict: 'denied', inputs: { known: false } },
      { id: 'quiet-hours', verdict: 'passed', inputs: { hours: 0 } },
      // A day that nobody can count is not said to be full.
      { id: 'pressure-cap', verdict: 'passed', inputs: {} },
    ]);
  });
});

describe('a time to try again', () => {
  const full = ['06:00', '07:00', '08:00'].map((at) => sent(`2026-11-02T${at}:00.000Z`));

  test('is told when waiting is all that is needed', () => {
    expect(decided(given(...agreed, ...full)).data).toMatchObject({
      nextAllowedAt: '2026-11-03T06:00:00.000Z',
    });
  });

  test('is not told, not even as nothing, when something else stands against the message', () => {
    const { data } = decided(given(inParis, ...full));
    expect(data.reasons).toEqual(['consent-missing', 'pressure-cap-reached']);
    expect('nextAllowedAt' in data).toBe(false);
  });
});

describe('the cap is used up', () => {
  const atNoon = new Date('2026-11-02T12:00:00.000Z');
  const hourly = (more: Parameters<typeof ask>[0] = {}) =>
    ['06:00', '07:00', '08:00'].map((at) =>
      ask({ ...more, now: new Date(`2026-11-02T${at}:00.000Z`) }),
    );
  const service = consent('give-consent', '2026-01-01T00:00:00.000Z', 'service-message');

  test('by what a decision promised', () => {
    const { data } = decided(given(...agreed, ...hourly()), ask({ now: atNoon }));
    expect(data.reasons).toEqual(['pressure-cap-reached']);
  });

  test('not by a question that promised nothing', () => {
    const { data } = decided(given(...agreed, ...hourly({ reserve: false })), ask({ now: atNoon }));
    expect(data.reasons).toEqual(['allowed']);
  });

  test('not by a service message, promised or not', () => {
    const asked = hourly({ purpose: 'service-message' });
    const state = given(...agreed, service, ...asked);
    expect(decided(state, ask({ now: atNoon })).data.reasons).toEqual(['allowed']);
    expect(state.outbound).toHaveLength(0);
  });

  test('and holds no service message back, which shows how full it is', () => {
    const state = given(...agreed, service, ...hourly());
    const message = ask({ purpose: 'service-message', now: atNoon });
    expect(decided(state, message).data.reasons).toEqual(['allowed']);
    expect(ruleOf('pressure-cap', state, message)).toEqual({
      id: 'pressure-cap',
      verdict: 'passed',
      inputs: { messagesPerDayMax: 3, rolling24h: 3, localDay: 3, free24h: 0 },
    });
  });

  test('by the third message of a day of twenty-five hours, though the first left the rolling day', () => {
    const early = ['22:10', '22:20', '22:30'].map((at) => sent(`2026-10-24T${at}:00.000Z`));
    const late = ask({ now: new Date('2026-10-25T22:45:00.000Z') });
    expect(decided(given(...agreed, ...early), late).data.reasons).toEqual([
      'pressure-cap-reached',
    ]);
  });

  test.each(['utility', 'authentication', 'service'] as const)(
    'not by a message of the category %s, which the person needs',
    (messageCategory) => {
      const needed = [1, 2, 3].map((nth) =>
        sent(`2026-11-02T0${nth}:00:00.000Z`, { messageCategory }),
      );
      expect(reasons(...agreed, ...needed)).toEqual(['allowed']);
    },
  );

  test('by messages of an unknown category, and of no reference, each on its own', () => {
    const unknown = [1, 2, 3].map((nth) => sent(`2026-11-02T0${nth}:00:00.000Z`));
    expect(reasons(...agreed, ...unknown)).toEqual(['pressure-cap-reached']);
    expect(given(...agreed, ...unknown).outbound).toHaveLength(3);
  });
});

describe('the order of acts, not of their arrival, decides', () => {
  test('an older withdrawal does not undo a later agreement', () => {
    const late = consent('withdraw-consent', '2025-12-31T00:00:00.000Z');
    expect(reasons(...agreed, late)).toEqual(['allowed']);
  });

  test('the latest of two objections is the one that speaks', () => {
    const two = [suppress('2026-03-02T00:00:00.000Z'), suppress('2026-03-05T00:00:00.000Z')];
    for (const order of [two, two.toReversed()]) {
      expect(ruleOf('suppression', given(...agreed, ...order))?.inputs).toEqual({
        scope: 'everything',
        since: '2026-03-05T00:00:00.000Z',
      });
    }
  });

  test('an objection told twice stands as it was told first', () => {
    const twice = [suppress('2026-03-02T00:00:00Z'), suppress('2026-03-02T00:00:00.000Z')];
    const { everything } = given(...agreed, ...twice).suppressions;
    expect(everything?.suppressedAt).toBe('2026-03-02T00:00:00Z');
  });

  test('an objection is told of by its hour: a decision stands in clear', () => {
    const said = suppress('2026-03-02T10:20:30.400Z');
    expect(ruleOf('suppression', given(...agreed, said))?.inputs).toMatchObject({
      since: '2026-03-02T10:00:00.000Z',
    });
  });

  test('an agreement of the same instant as an objection does not reopen', () => {
    const at = '2026-03-02T00:00:00.000Z';
    expect(reasons(inParis, suppress(at), consent('give-consent', at))).toEqual(['suppressed']);
  });
});

describe('nothing is told anew that is known', () => {
  test('of a person whose zone is set to what it is', () => {
    expect(decider.decide(inParis, given(inParis))).toHaveLength(0);
    expect(decider.decide({ ...inParis, timeZone: 'Europe/Rome' }, given(inParis))).toHaveLength(1);
  });

  test('of a message that has been counted; one without a reference may be any', () => {
    const known = sent('2026-11-02T08:00:00.000Z', { messageRef: 'mr_00000000000000000000000001' });
    expect(decider.decide(known, given(...agreed, known))).toHaveLength(0);
    const anyone = sent('2026-11-02T08:00:00.000Z');
    expect(decider.decide(anyone, given(...agreed, ask()))).toHaveLength(1);
  });
});

test('a person of whom nothing is known has no message, no consent and no objection', () => {
  const { outbound, consents, suppressions, timeZone } = decider.initial();
  expect(outbound).toHaveLength(0);
  expect({ consents, suppressions, timeZone }).toEqual({
    consents: {},
    suppressions: {},
    timeZone: undefined,
  });
});

test('a counted message whose time is erased changes nothing', () => {
  const state = given(...agreed);
  const event: ContactPolicyEvent = {
    type: 'OutboundMessageCounted',
    data: { contactId, at: erased as never },
  };
  expect(decider.evolve(state, event)).toBe(state);
});

test('a message that was counted is not counted again, whatever it says of itself', () => {
  const counted = (at: string): ContactPolicyEvent => ({
    type: 'OutboundMessageCounted',
    data: { contactId, at, messageRef: 'mr_00000000000000000000000001' },
  });
  const once = decider.evolve(given(...agreed), counted('2026-03-02T09:00:00.000Z'));
  expect(once.outbound).toHaveLength(1);
  expect(decider.evolve(once, counted('2026-03-02T10:00:00.000Z'))).toBe(once);
});

describe('where a refusal may have been missed', () => {
  const missed = ['outreach.wishes', 'outreach.contacts'];

  test('nothing is allowed, and no time is given', () => {
    const { type, data } = decided(given(...agreed), ask({ missed }));
    expect(type).toBe('ContactDenied');
    expect(data.reasons).toEqual(['policy-unknown']);
    expect(data.rules[0]).toEqual({
      id: 'policy-known',
      verdict: 'denied',
      inputs: { missed: 'outreach.wishes outreach.contacts' },
    });
    expect(data.rules.slice(1)).toEqual(decided(given(...agreed)).data.rules);
    expect(data).not.toHaveProperty('nextAllowedAt');
  });

  test('what else stands against the message is told too', () => {
    const hours = ['08:00', '08:10', '08:20'].map((at) => sent(`2026-11-02T${at}:00.000Z`));
    const state = given(...agreed, ...hours);
    expect(decided(state).data).toHaveProperty('nextAllowedAt');
    const { data } = decided(state, ask({ missed }));
    expect(data.reasons).toEqual(['policy-unknown', 'pressure-cap-reached']);
    expect(data).not.toHaveProperty('nextAllowedAt');
  });

  test('a service that missed nothing decides as ever', () => {
    expect(decided(given(...agreed), ask({ missed: [] }))).toEqual(decided(given(...agreed)));
  });
});
