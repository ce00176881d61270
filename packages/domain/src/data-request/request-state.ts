import { type DataRequestState, type DataRight, type EventDataOf } from '@tact/contracts';
import { assertNever } from '../signals/assert-never.ts';
import { kindOfProof } from './assurance.ts';
import {
  type RequestCell,
  type RequestCommand,
  type RequestStepEvent,
  requestTable,
} from './request-states.ts';

export type DataRequestEvent =
  | { readonly type: 'DataRequestReceived'; readonly data: EventDataOf<'DataRequestReceived'> }
  | {
      readonly type: 'ImmediateRightExercised';
      readonly data: EventDataOf<'ImmediateRightExercised'>;
    }
  | RequestStepEvent;

/** What is known of a request. Nothing of the person is in it but the ids of contacts. */
export type RequestState = {
  readonly requestId: string;
  readonly right: DataRight;
  readonly state: DataRequestState;
  /** Where it goes on, while it is paused. */
  readonly before?: DataRequestState;
  readonly receivedAt: Date;
  readonly internalDue: string;
  readonly legalDue: string;
  readonly isExtended: boolean;
  readonly pausedAt?: Date | undefined;
  readonly pausedDays: number;
  /** Undefined before whom it is about was looked up; several: its identifiers are not one person's. */
  readonly contactIds?: readonly string[];
  /** Kinds of the proofs that were accepted. */
  readonly proofs: readonly string[];
  readonly proposal?: EventDataOf<'DataRequestRefusalProposed'>;
};

/** The word that a proof is known by, whatever of it can still be read. */
const proofOf = ({ proof }: EventDataOf<'DataRequestProven'>): string => kindOfProof(proof);

const received = (data: EventDataOf<'DataRequestReceived'>): RequestState => ({
  requestId: data.requestId,
  right: data.right,
  state: 'received',
  receivedAt: new Date(data.receivedAt),
  internalDue: data.internalDue,
  legalDue: data.legalDue,
  isExtended: false,
  pausedDays: 0,
  proofs: [],
});

/** Where a state that is not paused leads. */
const led = (from: DataRequestState, type: RequestStepEvent['type']): DataRequestState => {
  const to = requestTable[from][type]?.to ?? from;
  return to === 'before' ? from : to;
};

/** Where the state machine goes; while it is paused, the way it would have gone is remembered. */
const moved = (state: RequestState, type: RequestStepEvent['type']): RequestState => {
  const { state: here, before = 'awaiting-verification', pausedAt, ...rest } = state;
  const to = requestTable[here][type]?.to ?? here;
  if (to === 'before') return { ...rest, state: before };
  if (to !== 'paused') return { ...rest, state: to };
  const goesOn = here === 'paused' ? led(before, type) : here;
  return { ...rest, state: to, before: goesOn, pausedAt };
};

const stepped = (state: RequestState, event: RequestStepEvent): RequestState => {
  switch (event.type) {
    case 'DataRequestResolved':
      return { ...state, contactIds: event.data.contactIds };
    case 'DataRequestProven':
      return { ...state, proofs: [...state.proofs, proofOf(event.data)] };
    case 'DataRequestVerified':
      return { ...state, contactIds: event.data.contactIds };
    case 'DataRequestPaused':
      return { ...state, pausedAt: new Date(event.data.at) };
    case 'DataRequestResumed': {
      const { internalDue, legalDue, pausedDays } = event.data;
      return { ...state, internalDue, legalDue, pausedDays: state.pausedDays + pausedDays };
    }
    case 'DataRequestExtended': {
      const { internalDue, legalDue } = event.data;
      return { ...state, internalDue, legalDue, isExtended: true };
    }
    case 'DataRequestRefusalProposed':
      return { ...state, proposal: event.data };
    case 'DataRequestCodeSent':
    case 'DataRequestCodeMissed':
    case 'DataRequestStarted':
    case 'DataRequestRefused':
    case 'DataRequestCancelled':
    case 'DataRequestCompleted':
    case 'DataRequestLacking':
      return state;
    default:
      return assertNever(event);
  }
};

/** A request as its events left it; undefined before it was received. */
export const evolveRequest = (
  state: RequestState | undefined,
  event: DataRequestEvent,
): RequestState | undefined => {
  if (event.type === 'DataRequestReceived') return received(event.data);
  // What takes effect as it is heard moves nothing here.
  if (event.type === 'ImmediateRightExercised' || state === undefined) return state;
  return moved(stepped(state, event), event.type);
};

/** What follows an event that comes upon a state. */
export const commandsOf = (
  state: RequestState | undefined,
  { type }: DataRequestEvent,
): readonly RequestCommand[] => {
  if (type === 'DataRequestReceived') return ['find-person', 'watch-due'];
  if (state === undefined) return [];
  const row: Readonly<Record<string, RequestCell | null>> = requestTable[state.state];
  return row[type]?.commands ?? [];
};
