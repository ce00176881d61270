import { type DataRequestState, type EventOfType, type Reading, typesRead } from '@tact/contracts';

/** All the log carries of a request is in its stream. */
const reported = {
  DataRequestReceived: false,
  DataRequestVerified: true,
  DataRequestStarted: true,
  DataRequestRefused: true,
  DataRequestCancelled: true,
  DataRequestCompleted: true,
  DataRequestLacking: true,
} as const satisfies Reading<'data-requests.v1'>;

/** Every type that a request's stream holds behind its receipt; the first are told to nobody. */
export const requestSteps = [
  'DataRequestResolved',
  'DataRequestCodeSent',
  'DataRequestCodeMissed',
  'DataRequestProven',
  'DataRequestPaused',
  'DataRequestResumed',
  'DataRequestExtended',
  'DataRequestRefusalProposed',
  ...typesRead(reported),
] as const;
export type RequestStep = (typeof requestSteps)[number];
export type RequestStepEvent = EventOfType<RequestStep>;

/** What follows an event, done in its transaction. */
export type RequestCommand =
  /** Look up whom the identifiers name, after whoever asked was answered. */
  | 'find-person'
  /** Take the request's place among those of its people, or begin at once where there is nobody to wait for. */
  | 'begin'
  /** Give the place to whoever waits for it. */
  | 'release'
  /** Look at the dates again, at the times at which a person must be told. */
  | 'watch-due'
  /** Nobody need look at the dates any more. */
  | 'settle-due'
  /** Carry out what this service does itself. */
  | 'carry-out'
  /** Tell the person, where there is an address on file. */
  | 'tell-extension'
  | 'tell-refusal';

/** Where an event leads from a state, and what follows. `before`: to where the request was when it was paused. */
export type RequestCell = {
  readonly to: DataRequestState | 'before';
  readonly commands: readonly RequestCommand[];
};

/** Null: this cannot happen in this state, and whoever asks for it is refused. */
type Row = Readonly<Record<RequestStep, RequestCell | null>>;

const goes = (to: RequestCell['to'], ...commands: RequestCommand[]): RequestCell => ({
  to,
  commands,
});

const none: Row = {
  DataRequestResolved: null,
  DataRequestCodeSent: null,
  DataRequestCodeMissed: null,
  DataRequestProven: null,
  DataRequestVerified: null,
  DataRequestStarted: null,
  DataRequestPaused: null,
  DataRequestResumed: null,
  DataRequestExtended: null,
  DataRequestRefusalProposed: null,
  DataRequestRefused: null,
  DataRequestCancelled: null,
  DataRequestCompleted: null,
  DataRequestLacking: null,
};

/** What is so in every state in which somebody waits for an answer. */
const open = (state: DataRequestState): Row => ({
  ...none,
  DataRequestExtended: goes(state, 'watch-due', 'tell-extension'),
  DataRequestRefusalProposed: goes(state),
  DataRequestRefused: goes('refused', 'release', 'settle-due', 'tell-refusal'),
  DataRequestCancelled: goes('cancelled', 'release', 'settle-due'),
});

/** Who asks is not proven yet: nothing but a doubt about that suspends the clock (Decree 2019-536, Art. 77). */
const unproven = (state: DataRequestState): Row => ({
  ...open(state),
  DataRequestPaused: goes('paused'),
  DataRequestResolved: goes('awaiting-verification'),
  DataRequestCodeSent: goes(state),
  DataRequestCodeMissed: goes(state),
  DataRequestProven: goes(state),
  DataRequestVerified: goes('verified', 'begin'),
});

const begun = (state: DataRequestState): Row => ({
  ...open(state),
  // What was begun may be done in part: it is not taken back any more.
  DataRequestCancelled: null,
  DataRequestCompleted: goes('completed', 'release', 'settle-due'),
  DataRequestLacking: goes('incomplete'),
});

/** Every event in every state: a case nobody thought of is a missing cell, which does not compile. */
export const requestTable: Readonly<Record<DataRequestState, Row>> = {
  received: unproven('received'),
  'awaiting-verification': { ...unproven('awaiting-verification'), DataRequestResolved: null },
  verified: { ...open('verified'), DataRequestStarted: goes('in-progress', 'carry-out') },
  'in-progress': begun('in-progress'),
  incomplete: { ...begun('incomplete'), DataRequestLacking: null },
  // The clock stands still and the person does not: they may prove who they are, which ends the pause, and take the request
  // back.
  paused: {
    ...unproven('paused'),
    DataRequestResolved: goes('paused'),
    DataRequestVerified: null,
    DataRequestPaused: null,
    DataRequestExtended: null,
    DataRequestResumed: goes('before', 'watch-due'),
  },
  completed: none,
  refused: none,
  cancelled: none,
};

/** A request that nobody waits for any more. */
export const isClosed: Readonly<Record<DataRequestState, boolean>> = {
  received: false,
  'awaiting-verification': false,
  verified: false,
  'in-progress': false,
  paused: false,
  incomplete: false,
  completed: true,
  refused: true,
  cancelled: true,
};
