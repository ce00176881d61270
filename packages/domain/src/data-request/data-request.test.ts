import { describe, expect, test } from '@jest/globals';
import { dataRequest } from './data-request.ts';
import type { ReceiveDataRequest } from './request-acts.ts';

const asked = {
  requestId: 'dr_00000000000000000000000000000000',
  right: 'access',
  channel: 'email',
  identities: { crmId: 'c-100' },
  statement: 'What do you know of me?',
} as const;
const request: ReceiveDataRequest = {
  kind: 'receive',
  request: asked,
  receivedAt: new Date('2026-06-10T08:00:00.000Z'),
  now: new Date('2026-06-11T08:00:00.000Z'),
};

describe('a data request', () => {
  test('is received with what was asked and its due dates, and nothing of the clock', () => {
    const events = dataRequest.decide(request, dataRequest.initial());
    expect(events).toStrictEqual([
      {
        type: 'DataRequestReceived',
        data: {
          ...asked,
          receivedAt: '2026-06-10T08:00:00.000Z',
          internalDue: '2026-07-10T21:59:59.000Z',
          legalDue: '2026-07-10T21:59:59.000Z',
        },
      },
    ]);
  });

  test('may be received this very instant, and not a millisecond later', () => {
    const at = (receivedAt: string) =>
      dataRequest.decide({ ...request, receivedAt: new Date(receivedAt) }, dataRequest.initial());
    expect(at('2026-06-11T08:00:00.000Z')).toHaveLength(1);
    expect(at('2026-06-11T08:00:00.001Z')).toEqual({ refused: 'received-in-future' });
  });

  test('is received once: a second copy of the letter moves no date', () => {
    const [event] = dataRequest.decide(request, dataRequest.initial()) as [
      Parameters<typeof dataRequest.evolve>[1],
    ];
    const state = dataRequest.evolve(dataRequest.initial(), event);
    expect(dataRequest.decide(request, state)).toHaveLength(0);
  });
});
