import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { dataRequest } from './data-request.ts';
import type { DataRequestCommand, RequestAct } from './request-acts.ts';
import { commandsOf, type DataRequestEvent, type RequestState } from './request-state.ts';

const requestId = 'dr_00000000000000000000000000000000';
const contactId = 'ct_11111111111111111111111111111111';
const received = new Date('2026-11-02T08:00:00.000Z');
const day = (days: number) => new Date(received.getTime() + days * DAY_MS);

type Right = 'access' | 'erasure' | 'objection' | 'rectification' | 'restriction' | 'withdrawal';
type Said = RequestAct & { readonly on?: number };

const opening = (right: Right): DataRequestCommand => ({
  kind: 'receive',
  request: { requestId, right, channel: 'email', identities: { email: 'a@example.com' } },
  receivedAt: received,
  now: received,
});

/** What became of a request, act by act; the last decision beside it. */
const after = (right: Right, ...acts: readonly Said[]) => {
  let state: RequestState | undefined;
  const commands: string[] = [];
  let last: ReturnType<typeof dataRequest.decide> = [];
  const said = acts.map(({ on = 1, ...act }) => ({ ...act, now: day(on) }));
  for (const command of [opening(right), ...said]) {
    last = dataRequest.decide(command, state);
    if ('refused' in last) return { state, commands, last };
    for (const event of last) {
      commands.push(...commandsOf(state, event));
      state = dataRequest.evolve(state, event);
    }
  }
  return { state, commands, last };
};
const typesOf = (events: ReturnType<typeof dataRequest.decide>) =>
  'refused' in events ? events : events.map(({ type }: DataRequestEvent) => type);

const found: Said = { kind: 'resolve', contactIds: [contactId] };
const code = (on = 1): Said => ({
  kind: 'prove',
  proof: { kind: 'code', channel: 'email', codeId: 'c' },
  on,
});
const seen: Said = {
  kind: 'prove',
  proof: { kind: 'evidence', method: 'in-person', reference: 'desk 3' },
};
const inProgress: readonly Said[] = [found, code(), { kind: 'start', on: 2 }];

describe('who asks', () => {
  test('is proven by a code, and then it may begin', () => {
    const { state, commands, last } = after('erasure', found, code());
    expect(typesOf(last)).toEqual(['DataRequestProven', 'DataRequestVerified']);
    expect(last).toMatchObject([{}, { data: { right: 'erasure', contactIds: [contactId] } }]);
    expect(state).toMatchObject({ state: 'verified', proofs: ['code-email'] });
    expect(commands).toEqual(['find-person', 'watch-due', 'begin']);
  });

  test('is proven twice for an access, by two different doors', () => {
    expect(after('access', found, code()).state?.state).toBe('awaiting-verification');
    expect(after('access', found, code(), code()).last).toEqual([]);
    expect(after('access', found, code(), seen).state?.state).toBe('verified');
    const known: Said = { ...(code() as Extract<Said, { kind: 'prove' }>), verifiedAt: day(0) };
    expect(after('access', found, known).state?.state).toBe('verified');
  });

  test('needs no proof where what is asked takes effect as it is heard', () => {
    const { state, last } = after('objection', found);
    expect(typesOf(last)).toEqual(['DataRequestResolved', 'DataRequestVerified']);
    expect(state?.state).toBe('verified');
  });

  test('is not proven where the identifiers are those of several people', () => {
    const two: Said = { kind: 'resolve', contactIds: [contactId, `${contactId}2`] };
    expect(after('access', two, code()).last).toEqual({ refused: 'several-people' });
    expect(after('access', two, seen).last).toEqual({ refused: 'several-people' });
    // To be left alone takes away from nobody but us.
    expect(after('objection', two).state?.state).toBe('verified');
  });

  test('is not proven before it was looked up whom it is about, and that is found once', () => {
    expect(after('erasure', code()).last).toEqual({ refused: 'not-now' });
    expect(after('erasure', found, { kind: 'resolve', contactIds: [] }).last).toEqual([]);
    expect(after('erasure', found).state).toMatchObject({ contactIds: [contactId] });
  });

  test('is asked by codes that are counted, also the wrong ones', () => {
    const sent: Said = { kind: 'send-code', codeId: 'c', channel: 'email', expiresAt: day(2) };
    const missed: Said = { kind: 'miss-code', codeId: 'c', attempt: 5, isClosed: true };
    expect(after('erasure', found, sent).last).toMatchObject([
      { data: { codeId: 'c', channel: 'email', expiresAt: '2026-11-04T08:00:00.000Z' } },
    ]);
    expect(after('erasure', found, sent, missed).last).toMatchObject([
      { type: 'DataRequestCodeMissed', data: { codeId: 'c', attempt: 5, isClosed: true } },
    ]);
    expect(after('erasure', found, sent, missed).state?.state).toBe('awaiting-verification');
  });
});

describe('what takes effect as it is heard', () => {
  test.each(['objection', 'withdrawal'] as const)('%s is told with its receipt', (right) => {
    expect(after(right).last).toMatchObject([
      { type: 'DataRequestReceived' },
      {
        type: 'ImmediateRightExercised',
        data: { requestId, right, channel: 'email', at: received.toISOString() },
      },
    ]);
    expect(after(right).state?.state).toBe('received');
  });

  test('a withdrawal may be of one purpose alone', () => {
    const command = opening('withdrawal') as Extract<DataRequestCommand, { kind: 'receive' }>;
    const request = { ...command.request, purpose: 'marketing' } as const;
    const events = dataRequest.decide({ ...command, request }, undefined);
    expect(events).toMatchObject([{}, { data: { purpose: 'marketing' } }]);
    expect((after('withdrawal').last as readonly DataRequestEvent[])[1]?.data).not.toHaveProperty(
      'purpose',
    );
  });

  test.each(['objection', 'withdrawal'] as const)('%s is neither paused nor extended', (right) => {
    const justification = 'a doubt';
    const refused = { refused: 'not-now' };
    expect(after(right, { kind: 'pause', justification }).last).toEqual(refused);
    expect(after(right, { kind: 'extend', justification }).last).toEqual(refused);
  });

  test('no other right is', () => {
    expect(typesOf(after('erasure').last)).toEqual(['DataRequestReceived']);
  });
});

describe('the legal clock', () => {
  const extend: Said = { kind: 'extend', justification: 'hundreds of letters' };
  const pause = (on: number): Said => ({ kind: 'pause', justification: 'a doubt', on });
  const resume = (on: number): Said => ({ kind: 'resume', on });

  test('is extended once, by two months counted from receipt', () => {
    const { state, commands, last } = after('access', { ...extend, on: 20 });
    expect(last).toMatchObject([{ data: { justification: 'hundreds of letters' } }]);
    // Three months after 2 November 2026.
    expect(state).toMatchObject({ internalDue: '2027-02-02T22:59:59.000Z', isExtended: true });
    expect(commands).toEqual(['find-person', 'watch-due', 'watch-due', 'tell-extension']);
    expect(after('access', extend, extend).last).toEqual({ refused: 'extended-before' });
  });

  test('is extended up to the last second of the first due date, and no later', () => {
    // 2 December 2026 is a Wednesday.
    const last = new Date('2026-12-02T22:59:59.000Z').getTime() - received.getTime();
    expect(typesOf(after('access', { ...extend, on: last / DAY_MS }).last)).toHaveLength(1);
    const late = (last + 1) / DAY_MS;
    expect(after('access', { ...extend, on: late }).last).toEqual({ refused: 'due-passed' });
    expect(after('access', pause(late)).last).toEqual({ refused: 'due-passed' });
  });

  test('stands still while it is paused, and a code changes nothing about it', () => {
    const before = after('access', found).state;
    const { state, commands } = after('access', found, pause(3), resume(10));
    expect(before?.internalDue).toBe('2026-12-02T22:59:59.000Z');
    expect(state).toMatchObject({ internalDue: '2026-12-09T22:59:59.000Z', pausedDays: 7 });
    expect(state).not.toHaveProperty('pausedAt');
    expect(commands).toEqual(['find-person', 'watch-due', 'watch-due']);
    expect(after('access', found, code()).state?.internalDue).toBe(before?.internalDue);
  });

  test('hours of a pause that do not reach another day move nothing', () => {
    expect(after('access', pause(3), resume(3.5)).state?.internalDue).toBe(
      '2026-12-02T22:59:59.000Z',
    );
  });

  test('pauses add up, before and after an extension', () => {
    const twice = after('access', pause(3), resume(5), pause(6), resume(9)).state;
    expect(twice).toMatchObject({ internalDue: '2026-12-07T22:59:59.000Z', pausedDays: 5 });
    const extended = after('access', pause(3), resume(5), extend, pause(6), resume(9)).state;
    expect(extended?.internalDue).toBe('2027-02-07T22:59:59.000Z');
    const first = after('access', extend, pause(3), resume(5)).state;
    expect(first?.internalDue).toBe('2027-02-04T22:59:59.000Z');
  });

  test('goes on where it stood', () => {
    expect(after('erasure', found, pause(2)).state).toMatchObject({ state: 'paused' });
    expect(after('erasure', pause(2), found, resume(3)).state?.state).toBe('awaiting-verification');
    expect(after('erasure', pause(2), resume(3)).state?.state).toBe('received');
  });

  // Decree 2019-536, Art. 77: a reasonable doubt about who asks suspends it, and nothing else does.
  test('runs on from the instant at which the doubt is gone, and the request begins', () => {
    const { state, commands, last } = after('erasure', found, pause(2), code(5));
    expect(typesOf(last)).toEqual([
      'DataRequestProven',
      'DataRequestResumed',
      'DataRequestVerified',
    ]);
    expect(last).toMatchObject([{}, { data: { at: day(5).toISOString(), pausedDays: 3 } }, {}]);
    expect(state).toMatchObject({
      state: 'verified',
      pausedDays: 3,
      internalDue: '2026-12-05T22:59:59.000Z',
    });
    expect(state).not.toHaveProperty('pausedAt');
    expect(state).not.toHaveProperty('before');
    expect(commands).toEqual(['find-person', 'watch-due', 'watch-due', 'begin']);
    // A first proof of two leaves the doubt.
    expect(after('access', found, pause(2), code(3)).state?.state).toBe('paused');
    expect(after('access', found, code(), pause(2), { ...seen, on: 4 }).state).toMatchObject({
      state: 'verified',
      pausedDays: 2,
    });
  });

  test('is not paused once it is proven who asks', () => {
    const refused = { refused: 'not-now' };
    expect(after('erasure', found, code(), pause(2)).last).toEqual(refused);
    expect(after('erasure', ...inProgress, pause(3)).last).toEqual(refused);
    const lacking = { kind: 'lack', by: 'person', justification: 'the archive' } as const;
    expect(after('rectification', ...inProgress, lacking, pause(3)).last).toEqual(refused);
  });
});

describe('a refusal', () => {
  const eyes = (name: string, staffId?: string) => ({ name, keyId: `ak_${name}`, staffId });
  const propose: Said = {
    kind: 'propose-refusal',
    ground: 'excessive',
    evidence: 'the ninth this month',
    complaint: 'You may complain to the CNIL, or go to court within two months.',
    proposedBy: eyes('Ines'),
  };
  const refuse = (more: object = {}): Said => ({
    kind: 'refuse',
    approvedBy: eyes('Karim'),
    hasStaff: false,
    proposedAt: day(1).toISOString(),
    ...more,
  });

  test('takes two people, a ground and evidence', () => {
    const { state, commands, last } = after('access', propose, refuse());
    expect(last).toMatchObject([
      { type: 'DataRequestRefused', data: { ground: 'excessive', approvedBy: eyes('Karim') } },
    ]);
    expect(state?.state).toBe('refused');
    expect(commands).toEqual(['find-person', 'watch-due', 'release', 'settle-due', 'tell-refusal']);
    expect(after('access', propose).state?.state).toBe('received');
    expect(after('access', refuse()).last).toEqual({ refused: 'nothing-proposed' });
  });

  test('is not one where the second person is the first, knows another proposal, or comes late', () => {
    const by = (more: object) => after('access', propose, refuse(more)).last;
    expect(by({ approvedBy: eyes('Ines') })).toEqual({ refused: 'same-key' });
    expect(by({ hasStaff: true })).toEqual({ refused: 'not-a-person' });
    expect(by({ proposedAt: day(0).toISOString() })).toEqual({ refused: 'changed' });
    expect(by({ on: 5 })).toEqual({ refused: 'expired' });
  });

  test('of somebody whose name cannot be read any more is one of two people by their accounts', () => {
    const nameless = { ...eyes('x', 'st_1'), name: { $erased: true } as unknown as string };
    const proposed = { ...(propose as object), proposedBy: nameless } as Said;
    const approvedBy = eyes('Karim', 'st_2');
    expect(after('access', proposed, refuse({ approvedBy })).state?.state).toBe('refused');
  });

  test('has a ground that the law knows for the right', () => {
    expect(after('objection', propose).last).toEqual({ refused: 'no-ground' });
    expect(after('withdrawal', propose).last).toEqual({ refused: 'no-ground' });
  });
});

describe('the end', () => {
  const done = (by: string, more: object = {}): Said =>
    ({ kind: 'complete', by, ...more }) as unknown as Said;
  const lacking = { kind: 'lack', by: 'person', justification: 'the archive' } as const;

  test('is said by whoever carries the right out, and by nobody else', () => {
    const { state, commands } = after('rectification', ...inProgress, done('person'));
    expect(state?.state).toBe('completed');
    expect(commands).toEqual([
      'find-person',
      'watch-due',
      'begin',
      'carry-out',
      'release',
      'settle-due',
    ]);
    for (const by of ['here', 'at-once', 'executor']) {
      expect(after('rectification', ...inProgress, done(by)).last).toEqual({
        refused: 'not-yours',
      });
    }
    expect(after('erasure', ...inProgress, done('person')).last).toEqual({
      refused: 'not-yours',
    });
  });

  test('of what nobody could hear at once is said by a person', () => {
    const begun: readonly Said[] = [found, { kind: 'start', on: 2 }];
    expect(after('objection', ...begun, done('person')).state?.state).toBe('completed');
    expect(after('objection', ...begun, done('at-once')).state?.state).toBe('completed');
    expect(after('objection', ...begun, done('executor')).last).toEqual({ refused: 'not-yours' });
  });

  test('may be of a part, which is ended later', () => {
    const part = after('rectification', ...inProgress, lacking);
    expect(part.last).toMatchObject([{ data: { justification: 'the archive' } }]);
    expect(part.state?.state).toBe('incomplete');
    const whole = done('person', { justification: 'and the archive' });
    const both = after('rectification', ...inProgress, lacking, whole);
    expect(both.last).toMatchObject([{ data: { justification: 'and the archive' } }]);
    expect(both.state?.state).toBe('completed');
  });

  test('a request that has begun is not taken back, and one that waits is', () => {
    const cancel = { kind: 'cancel' } as const;
    expect(after('erasure', found, code(), cancel).state?.state).toBe('cancelled');
    expect(after('erasure', cancel).commands).toEqual([
      'find-person',
      'watch-due',
      'release',
      'settle-due',
    ]);
    const refused = { refused: 'not-now' };
    expect(after('erasure', ...inProgress, cancel).last).toEqual(refused);
    // Nor by way of a pause: what waits for a proof may be paused and taken back, what has begun may not.
    const pause = { kind: 'pause', justification: 'a doubt' } as const;
    expect(after('erasure', found, pause, cancel).state?.state).toBe('cancelled');
    const begun = after('erasure', found, pause, code(2), { kind: 'start', on: 3 });
    expect(begun.state?.state).toBe('in-progress');
    expect(after('erasure', ...inProgress, pause).last).toEqual(refused);
    expect(
      after('erasure', found, pause, code(2), { kind: 'start', on: 3 }, { ...cancel, on: 4 }).last,
    ).toEqual(refused);
  });

  test('what begins says whom it is about', () => {
    expect(after('erasure', ...inProgress).last).toMatchObject([
      { type: 'DataRequestStarted', data: { right: 'erasure', contactIds: [contactId] } },
    ]);
  });
});

test('of a request that nobody made nothing is decided', () => {
  expect(dataRequest.decide({ kind: 'cancel', now: received }, undefined)).toEqual({
    refused: 'unknown',
  });
  const event = { type: 'DataRequestCancelled', data: { requestId, at: '' } } as const;
  expect(dataRequest.evolve(undefined, event)).toBeUndefined();
  expect(commandsOf(undefined, event)).toEqual([]);
});

test('what comes upon a state that does not know it changes nothing and commands nothing', () => {
  const { state } = after('erasure', { kind: 'cancel' });
  const event: DataRequestEvent = {
    type: 'DataRequestStarted',
    data: { requestId, at: '', right: 'erasure', contactIds: [] },
  };
  expect(dataRequest.evolve(state, event)).toEqual(state);
  expect(commandsOf(state, event)).toEqual([]);
  const paused = after('erasure', { kind: 'pause', justification: 'a doubt' }).state;
  expect(dataRequest.evolve(paused, event)).toEqual(paused);
});

test('of a request that is not paused it is not known where it would go on', () => {
  expect(after('erasure', found).state).not.toHaveProperty('before');
  const justification = 'a doubt';
  const resumed = after('erasure', found, { kind: 'pause', justification }, { kind: 'resume' });
  expect(resumed.state).not.toHaveProperty('before');
});
