import { type HumanKind, SignalKind, type SignalFamily } from '@tact/contracts';
import { type MessageStage, messageStages } from './message-stages.ts';

/** What a signal tells the model of its day, or of the nights after it. Several kinds may tell the same. */
export type Telling =
  | 'nothing'
  | 'arrival'
  | 'wrote'
  | 'rang'
  | 'did-not-ring'
  | 'photo-shown'
  | 'photo-gone'
  | 'presence-shown'
  | 'presence-gone'
  | 'group-receipt'
  | 'no-group-receipt'
  | 'added-to-group'
  | 'not-added-to-group'
  | 'complaint'
  | 'marketing-stopped'
  | 'marketing-resumed'
  | 'number-changed';

type Meaning<Kind extends SignalKind> = {
  /** One family never concludes alone. */
  readonly family: SignalFamily;
  readonly tells: Telling;
  /** `life` proves a live phone and no block at that instant; `against` points away from the phone, in an outage only to the outage. */
  readonly speaks: 'life' | 'against' | 'neither';
  /** The stage of a message of ours that it tells; none where it is about no message. */
  readonly stage: MessageStage | 'none';
  /** What the person asks of us by it; `by-code` where only the error code says so. */
  readonly wish: 'stop-marketing' | 'resume-marketing' | 'by-code' | 'none';
  /** Who can tell it: agrees with the contracts' list of what only a person with the app in hand sees. */
  readonly observedBy: Kind extends HumanKind ? 'person' : 'system';
};

const status = { family: 'delivery', wish: 'none', observedBy: 'system' } as const;
const look = { stage: 'none', wish: 'none', observedBy: 'person' } as const;
const photo = { ...look, family: 'photo' } as const;
const presence = { ...look, family: 'presence' } as const;
const group = { ...look, family: 'group' } as const;
const reported = { stage: 'none', wish: 'none', observedBy: 'system' } as const;
const call = { ...reported, family: 'call' } as const;
const context = { ...reported, family: 'context', speaks: 'neither' } as const;

/** What every kind of signal means: the one place, from which every set of kinds is derived. */
export const signalKinds: { readonly [Kind in SignalKind]: Meaning<Kind> } = {
  'message-sent': { ...status, tells: 'nothing', speaks: 'neither', stage: 'sent' },
  'message-delivered': { ...status, tells: 'arrival', speaks: 'life', stage: 'delivered' },
  'message-read': { ...status, tells: 'arrival', speaks: 'life', stage: 'read' },
  'message-played': { ...status, tells: 'arrival', speaks: 'life', stage: 'read' },
  'message-failed': {
    ...status,
    tells: 'nothing',
    speaks: 'neither',
    stage: 'failed',
    wish: 'by-code',
  },
  'message-dropped': { ...status, tells: 'nothing', speaks: 'neither', stage: 'dropped' },
  // A reaction, an edit, a deletion or a read marker of ours: what bears its reference is no message.
  'reaction-sent': { ...status, tells: 'nothing', speaks: 'neither', stage: 'no-message' },
  'inbound-message': { ...reported, family: 'inbound', tells: 'wrote', speaks: 'life' },
  'call-rang': { ...call, tells: 'rang', speaks: 'life' },
  'call-answered': { ...call, tells: 'rang', speaks: 'life' },
  'call-rejected': { ...call, tells: 'rang', speaks: 'life' },
  'call-not-ringing': { ...call, tells: 'did-not-ring', speaks: 'against' },
  // WhatsApp shows a photo it has cached, and a setting is no act of today: what is seen proves no life.
  'photo-seen': { ...photo, tells: 'photo-shown', speaks: 'neither' },
  'photo-missing': { ...photo, tells: 'photo-gone', speaks: 'against' },
  'presence-seen': { ...presence, tells: 'presence-shown', speaks: 'neither' },
  'presence-missing': { ...presence, tells: 'presence-gone', speaks: 'against' },
  // A receipt of a shared group comes under a block too.
  'group-receipt': { ...reported, family: 'group', tells: 'group-receipt', speaks: 'neither' },
  'group-receipt-missing': { ...group, tells: 'no-group-receipt', speaks: 'against' },
  'group-add-accepted': { ...group, tells: 'added-to-group', speaks: 'neither' },
  'group-add-refused': { ...group, tells: 'not-added-to-group', speaks: 'against' },
  'complaint-recorded': { ...context, tells: 'complaint' },
  'promotion-sent': { ...context, tells: 'nothing' },
  'marketing-opt-out': { ...context, tells: 'marketing-stopped', wish: 'stop-marketing' },
  'marketing-opt-in': { ...context, tells: 'marketing-resumed', wish: 'resume-marketing' },
  'number-changed': { ...context, tells: 'number-changed' },
};

type AnyMeaning = Meaning<SignalKind>;

const kindsWhere = (holds: (meaning: AnyMeaning) => boolean): ReadonlySet<SignalKind> =>
  new Set(SignalKind.options.filter((kind) => holds(signalKinds[kind])));

const kindsAt = (property: keyof (typeof messageStages)[MessageStage]): ReadonlySet<SignalKind> =>
  kindsWhere(({ stage }) => stage !== 'none' && messageStages[stage][property]);

export const familyOf = (kind: SignalKind): SignalFamily => signalKinds[kind].family;

/** The stage of a message of ours that a kind tells, or `none`. */
export const stageOf = (kind: SignalKind): MessageStage | 'none' => signalKinds[kind].stage;

/** Kinds that tell the same of a day, in the contracts' order. */
export const kindsTelling = (tells: Telling): readonly SignalKind[] => [
  ...kindsWhere((meaning) => meaning.tells === tells),
];

/** Kinds that prove a live phone and no block at that instant. */
export const signsOfLife = kindsWhere(({ speaks }) => speaks === 'life');
/** Kinds that point away from a person's phone, and in an outage only to the outage. */
export const kindsAgainst = kindsWhere(({ speaks }) => speaks === 'against');
/** Statuses that prove that a phone took a message. */
export const provesArrival = kindsAt('arrives');
/** Statuses that say no more of a day than the delivery before them did. */
export const echoes = kindsAt('repeatsDelivery');
/** Statuses of a message that ended before it reached the phone. */
export const endsUndelivered = kindsAt('endsUndelivered');
/** Statuses of messages that are counted by the day. */
export const countedInFrequency = kindsAt('countsInFrequency');
/** Statuses that prove that a message of ours left, whichever of them comes first. */
export const provesSending = kindsAt('provesSending');
/** What says of a reference that no message of ours bears it. */
export const isNoMessage = kindsAt('isNone');
/** What may carry a wish; whether one does is said by `wishOf`. */
export const mayCarryWish = kindsWhere(({ wish }) => wish !== 'none');
/** Statuses by which WhatsApp says what became of a message. */
export const answersMessage = kindsAt('answers');
