import type { DataRight, EventDataOf, Identities } from '@tact/contracts';
import { dueDates } from './legal-calendar.ts';

type DataRequestReceived = {
  readonly type: 'DataRequestReceived';
  readonly data: EventDataOf<'DataRequestReceived'>;
};
export type DataRequestEvent = DataRequestReceived;

export type ReceiveDataRequest = {
  readonly requestId: string;
  readonly right: DataRight;
  readonly channel: EventDataOf<'DataRequestReceived'>['channel'];
  readonly identities: Identities;
  readonly statement?: string;
  readonly receivedAt: Date;
  readonly now: Date;
};

type DataRequestState = { readonly received: boolean };

/** The file of one data request. */
export const dataRequest = {
  initial: (): DataRequestState => ({ received: false }),

  evolve: (_state: DataRequestState, _event: DataRequestEvent): DataRequestState => ({
    received: true,
  }),

  decide(
    { now, receivedAt, ...request }: ReceiveDataRequest,
    state: DataRequestState,
  ): readonly DataRequestEvent[] | { refused: 'received-in-future' } {
    if (receivedAt > now) return { refused: 'received-in-future' };
    // A second copy of the same letter neither restarts nor moves the clock.
    if (state.received) return [];
    const data = { ...request, receivedAt: receivedAt.toISOString(), ...dueDates(receivedAt) };
    return [{ type: 'DataRequestReceived', data }];
  },
};
