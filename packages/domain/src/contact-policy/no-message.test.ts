import { expect, test } from '@jest/globals';
import {
  type ContactPolicyCommand,
  contactPolicyDecider as decider,
  type ContactPolicyEvent,
} from './contact-policy.ts';
import type { ContactPolicyState } from './policy-state.ts';

const contactId = 'ct_00000000000000000000000000000000';
const at = '2026-11-02T08:00:00.000Z';
const left = (messageRef: string) =>
  ({ kind: 'count-outbound', contactId, at, messageRef }) as const;
const isNone = (messageRef: string) =>
  ({ kind: 'discount-outbound', contactId, messageRef }) as const;

const run = (...commands: readonly ContactPolicyCommand[]) => {
  let state: ContactPolicyState = decider.initial();
  const events: ContactPolicyEvent[] = [];
  for (const command of commands) {
    const decided = decider.decide(command, state);
    events.push(...decided);
    for (const event of decided) state = decider.evolve(state, event);
  }
  return { counted: state.outbound.map(({ messageRef }) => messageRef), events };
};

test('what is no message counts in no cap, whichever is told first', () => {
  expect(run(left('mr_1'), left('mr_2'), isNone('mr_1')).counted).toEqual(['mr_2']);
  expect(run(isNone('mr_1'), left('mr_1'), left('mr_2')).counted).toEqual(['mr_2']);
  expect(run(left('mr_1'), isNone('mr_1'), left('mr_1')).counted).toEqual([]);
});

test('it is told once', () => {
  const { events } = run(isNone('mr_1'), isNone('mr_1'), left('mr_1'));
  expect(events).toEqual([
    { type: 'OutboundMessageDiscounted', data: { contactId, messageRef: 'mr_1' } },
  ]);
});

test('an event that counts it after all, from before it was known, is passed over', () => {
  const { state } = [isNone('mr_1')].reduce(
    (known, command) => ({
      state: decider.decide(command, known.state).reduce(decider.evolve, known.state),
    }),
    { state: decider.initial() },
  );
  const event = { type: 'OutboundMessageCounted', data: { contactId, at, messageRef: 'mr_1' } };
  expect(decider.evolve(state, event as ContactPolicyEvent).outbound).toEqual([]);
});

test('of many that were none only the latest are remembered', () => {
  const many = Array.from({ length: 101 }, (_, nth) => isNone(`mr_${nth}`));
  expect(run(...many, left('mr_100'), left('mr_0')).counted).toEqual(['mr_0']);
});
