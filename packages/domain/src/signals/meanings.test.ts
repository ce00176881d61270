import { expect, test } from '@jest/globals';
import { signalFamilies, SignalKind } from '@tact/contracts';
import { assertNever } from './assert-never.ts';
import {
  everyFamily,
  familiesOfLastingFacts,
  familiesSpeakingOn,
  familiesWithout,
  silentFamilies,
  taughtFamilies,
} from './families.ts';
import {
  answersMessage,
  countedInFrequency,
  echoes,
  endsUndelivered,
  familyOf,
  isNoMessage,
  kindsTelling,
  provesArrival,
  provesSending,
  signalKinds,
  stageOf,
} from './kinds.ts';

/** Family, telling, speaks, stage, wish and who observes it: a changed meaning changes verdicts, and is said twice. */
const meanings: Readonly<Record<SignalKind, string>> = {
  'message-sent': 'delivery, nothing, neither, sent, none, system',
  'message-delivered': 'delivery, arrival, life, delivered, none, system',
  'message-read': 'delivery, arrival, life, read, none, system',
  'message-played': 'delivery, arrival, life, read, none, system',
  'message-failed': 'delivery, nothing, neither, failed, by-code, system',
  'message-dropped': 'delivery, nothing, neither, dropped, none, system',
  'reaction-sent': 'delivery, nothing, neither, no-message, none, system',
  'inbound-message': 'inbound, wrote, life, none, none, system',
  'call-rang': 'call, rang, life, none, none, system',
  'call-answered': 'call, rang, life, none, none, system',
  'call-rejected': 'call, rang, life, none, none, system',
  'call-not-ringing': 'call, did-not-ring, against, none, none, system',
  'photo-seen': 'photo, photo-shown, neither, none, none, person',
  'photo-missing': 'photo, photo-gone, against, none, none, person',
  'presence-seen': 'presence, presence-shown, neither, none, none, person',
  'presence-missing': 'presence, presence-gone, against, none, none, person',
  'group-receipt': 'group, group-receipt, neither, none, none, system',
  'group-receipt-missing': 'group, no-group-receipt, against, none, none, person',
  'group-add-accepted': 'group, added-to-group, neither, none, none, person',
  'group-add-refused': 'group, not-added-to-group, against, none, none, person',
  'complaint-recorded': 'context, complaint, neither, none, none, system',
  'promotion-sent': 'context, nothing, neither, none, none, system',
  'marketing-opt-out': 'context, marketing-stopped, neither, none, stop-marketing, system',
  'marketing-opt-in': 'context, marketing-resumed, neither, none, resume-marketing, system',
  'number-changed': 'context, number-changed, neither, none, none, system',
};

test.each(SignalKind.options)('%s means what it meant', (kind) => {
  const { family, tells, speaks, stage, wish, observedBy } = signalKinds[kind];
  expect([family, tells, speaks, stage, wish, observedBy].join(', ')).toBe(meanings[kind]);
  expect([familyOf(kind), stageOf(kind)]).toEqual([family, stage]);
  expect(kindsTelling(tells)).toContain(kind);
});

test('what the stages of a message have in common', () => {
  expect([...provesArrival]).toEqual(['message-delivered', 'message-read', 'message-played']);
  expect([...echoes]).toEqual(['message-read', 'message-played']);
  expect([...endsUndelivered]).toEqual(['message-failed', 'message-dropped']);
  expect([...countedInFrequency]).toEqual(['message-sent', 'message-failed']);
  expect([...provesSending]).toEqual([
    'message-sent',
    'message-delivered',
    'message-read',
    'message-played',
    'message-failed',
  ]);
  expect([...isNoMessage]).toEqual(['reaction-sent']);
  expect([...answersMessage]).toEqual([
    'message-delivered',
    'message-read',
    'message-played',
    'message-failed',
  ]);
});

test('what the families have in common', () => {
  expect([...taughtFamilies]).toEqual(['delivery', 'inbound', 'call', 'context']);
  expect([...silentFamilies]).toEqual(['inbound']);
  expect([...familiesSpeakingOn]).toEqual(['delivery', 'context']);
  expect([...familiesOfLastingFacts]).toEqual(['context']);
});

test('every family but one is every other; without an argument it is all of them', () => {
  expect([...familiesWithout('photo')]).toEqual(signalFamilies.filter((one) => one !== 'photo'));
  expect(familiesWithout(undefined)).toEqual(everyFamily);
  expect([...everyFamily]).toEqual([...signalFamilies]);
});

test('a member nobody thought of is a defect that names its type, and never its content', () => {
  const end = assertNever as (value: unknown) => never;
  expect(() => end({ type: 'grown', secret: 'x' })).toThrow('no case is written for grown');
  expect(() => end({ type: 7 })).toThrow('no case is written for object');
  expect(() => end('+33 6 39 98 00 00')).toThrow('no case is written for string');
});
