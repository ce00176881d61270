import { describe, expect, test } from '@jest/globals';
import {
  type ContactPolicyCommand,
  contactPolicyDecider as decider,
  type ContactPolicyEvent,
} from './contact-policy.ts';

const contactId = 'ct_00000000000000000000000000000000';
const consent = (kind: 'give-consent' | 'withdraw-consent' | 'unsubscribe', at: string) =>
  ({
    kind,
    contactId,
    consentId: 'co_00000000000000000000000000000000',
    purpose: 'marketing',
    channel: 'whatsapp',
    at,
    proof: {},
  }) as const;
const objection = (at: string, scope: 'everything' | 'marketing' = 'everything') =>
  ({ kind: 'object', contactId, scope, ground: 'objection', at }) as const;

/** Given commands, when one more is decided, then these are its events. */
const after = (...commands: readonly ContactPolicyCommand[]): readonly ContactPolicyEvent[] => {
  let state = decider.initial();
  let events: readonly ContactPolicyEvent[] = [];
  for (const command of commands) {
    events = decider.decide(command, state);
    state = events.reduce(decider.evolve, state);
  }
  return events;
};
const [first, second, third] = ['2026-11-01', '2026-11-02', '2026-11-03'].map(
  (day) => `${day}T00:00:00.000Z`,
) as [string, string, string];

describe('one click', () => {
  test('withdraws what was agreed to, and what nobody ever agreed to', () => {
    const { kind: _, ...data } = consent('unsubscribe', second);
    const withdrawn = [{ type: 'ConsentWithdrawn', data: { ...data, by: 'person' } }];
    expect(after(consent('give-consent', first), consent('unsubscribe', second))).toEqual(
      withdrawn,
    );
    expect(after(consent('unsubscribe', second))).toEqual(withdrawn);
  });

  test('again says nothing new, whatever a key says since, until she reopened it', () => {
    const left = [consent('give-consent', first), consent('unsubscribe', second)];
    expect(after(...left, consent('unsubscribe', third))).toEqual([]);
    // What a business withdrew becomes her own word.
    expect(after(consent('withdraw-consent', first), consent('unsubscribe', second))).toHaveLength(
      1,
    );
    const claimed = consent('give-consent', third);
    expect(after(...left, claimed, consent('unsubscribe', '2026-11-04T00:00:00.000Z'))).toEqual([]);
    const back = [...left, { ...claimed, by: 'person' as const }];
    expect(after(...back, consent('unsubscribe', '2026-11-04T00:00:00.000Z'))).toHaveLength(1);
  });

  test('a withdrawal that is recorded is a word of its own each time', () => {
    const twice = [consent('withdraw-consent', first), consent('withdraw-consent', second)];
    expect(after(...twice)).toHaveLength(1);
  });
});

describe('an objection on the page', () => {
  test('stands once, each scope by itself', () => {
    const { kind: _, ...data } = objection(first);
    expect(after(objection(first))).toEqual([{ type: 'ContactSuppressed', data }]);
    expect(after(objection(first), objection(second))).toEqual([]);
    expect(after(objection(first, 'marketing'), objection(second))).toHaveLength(1);
  });
});
