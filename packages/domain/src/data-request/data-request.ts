import type { DataRight, EventDataOf, EventOfType, EventTypeOn, Identities } from '@tact/contracts';
import { assertNever } from '../signals/assert-never.ts';
import { dueDates } from './legal-calendar.ts';
import { rights } from './rights.ts';

export type DataRequestEvent = EventOfType<EventTypeOn<'data-requests.v1'>>;

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

  evolve(_state: DataRequestState, event: DataRequestEvent): DataRequestState {
    switch (event.type) {
      case 'DataRequestReceived':
        return { received: true };
      default:
        return assertNever(event.type);
    }
  },

  decide(
    { now, receivedAt, ...request }: ReceiveDataRequest,
    state: DataRequestState,
  ): readonly DataRequestEvent[] | { refused: 'received-in-future' } {
    if (receivedAt > now) return { refused: 'received-in-future' };
    // A second copy of the same letter neither restarts nor moves the clock.
    if (state.received) return [];
    const due = dueDates(receivedAt, rights[request.right].answeredWithinMonths);
    const data = { ...request, receivedAt: receivedAt.toISOString(), ...due };
    return [{ type: 'DataRequestReceived', data }];
  },
};
