import { expect, test } from '@jest/globals';
import { erased } from '@tact/contracts';
import { carriedWishes } from './carried-wishes.ts';
import type { OwnEvent } from './own-events.ts';

const contactId = `ct_${'0'.repeat(32)}`;
const on = (day: number) => `2026-11-${String(day).padStart(2, '0')}T09:00:00.000Z`;
const saying = (type: OwnEvent['type'], data: object) =>
  ({ type, data: { contactId, ...data } }) as unknown as OwnEvent;
const refused = (scope: string, day: number, channel = 'email') =>
  saying('RefusalReceived', { scope, ground: 'objection', channel, at: on(day) });
const proof = { source: 'form' };
const about = { purpose: 'marketing', channel: 'email', proof };

test('the latest refusal of each scope goes along, with the place where it was said', () => {
  const events = [
    refused('marketing', 3),
    refused('everything', 2),
    refused('marketing', 1, 'sms'),
  ];
  expect(carriedWishes(events).refusals).toEqual([
    { scope: 'everything', ground: 'objection', channel: 'email', at: on(2) },
    { scope: 'marketing', ground: 'objection', channel: 'email', at: on(3) },
  ]);
});

test('a refusal goes along though it was lifted on a channel, and no word that opens anything does', () => {
  const lifted = saying('ResumptionReceived', {
    scope: 'marketing',
    ground: 'start-word',
    channel: 'whatsapp',
    at: on(4),
  });
  expect(carriedWishes([refused('marketing', 3), lifted])).toEqual({
    refusals: [{ scope: 'marketing', ground: 'objection', channel: 'email', at: on(3) }],
    withdrawals: [],
  });
});

test('what was told before wishes were events goes along as said on WhatsApp', () => {
  const objection = saying('ObjectionHeard', {
    scope: 'everything',
    ground: 'stop-word',
    at: on(1),
  });
  const signal = saying('SignalRecorded', {
    kind: 'marketing-opt-out',
    origin: 'crm',
    occurredAt: on(2),
  });
  expect(carriedWishes([objection, signal]).refusals).toMatchObject([
    { scope: 'everything', channel: 'whatsapp' },
    { scope: 'marketing', channel: 'whatsapp' },
  ]);
});

test('of a consent the withdrawal goes along that is its last word', () => {
  const given = (day: number) =>
    saying('ConsentDeclared', { ...about, state: 'given', at: on(day) });
  const withdrawn = (day: number) => saying('WithdrawalDeclared', { ...about, at: on(day) });
  expect(carriedWishes([given(1), withdrawn(2), withdrawn(3)]).withdrawals).toEqual([
    { ...about, at: on(3) },
  ]);
  expect(carriedWishes([withdrawn(2), given(3)]).withdrawals).toEqual([]);
});

test('of who is erased nothing goes along', () => {
  const refusal = saying('RefusalReceived', { scope: 'marketing', channel: 'email', at: erased });
  const withdrawal = saying('WithdrawalDeclared', {
    ...about,
    proof: { source: erased },
    at: on(1),
  });
  expect(carriedWishes([refusal, withdrawal])).toEqual({ refusals: [], withdrawals: [] });
});
