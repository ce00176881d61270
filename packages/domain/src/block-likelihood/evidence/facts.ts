import { signalFamilies, type SignalFamily, type SignalKind, DAY_MS } from '@tact/contracts';
import { silentFamilies } from '../../signals/families.ts';
import {
  endsUndelivered,
  familyOf,
  isNoMessage,
  kindsTelling,
  signalKinds,
  stageOf,
  type Telling,
} from '../../signals/kinds.ts';
import { messageStages } from '../../signals/message-stages.ts';
import { evidenceOf } from '../../signals/error-evidence.ts';

/** One observation about one contact. `occurredAt` is when it happened, epoch milliseconds. */
export type SignalFact = {
  readonly kind: SignalKind;
  readonly occurredAt: number;
  readonly messageRef?: string | undefined;
  /** Error code of a failed message. */
  readonly code?: number | undefined;
  /** Of a message that was sent: by its category an answer to the person, as a reaction of ours would be. */
  readonly answersPerson?: boolean | undefined;
};

/** A message of ours as its statuses tell it, whatever the order they came in. */
export type Message = {
  sentAt: number | undefined;
  /** Delivered, read and played: each says that the phone took it. Earliest of each kind. */
  readonly arrivals: Map<SignalKind, number>;
  failedAt: number | undefined;
  codes: Set<number | undefined>;
  droppedAt: number | undefined;
  /** Known not to be a message, or possibly none: see `possiblyNone`. */
  isNone: boolean;
  answersPerson: boolean;
};

/** A time in which a tenant's silence is nobody's, epoch milliseconds, half open; Infinity while it lasts. */
export type CensoredWindow = { readonly from: number; readonly until: number };

/** Everything known of a contact by an instant, without repeats. */
export type History = {
  readonly startAt: number;
  readonly messages: readonly Message[];
  /** Facts that are not about a message of ours, by kind, each instant once. */
  readonly others: ReadonlyMap<
    SignalKind,
    { readonly family: SignalFamily; readonly instants: readonly number[] }
  >;
  readonly families: ReadonlySet<SignalFamily>;
  /** Times in which what speaks against the person says nothing: see `censoring.ts`. */
  readonly censored?: readonly CensoredWindow[];
};

/** When anything was recorded that tells this, whatever its kind. */
export const instantsOf = ({ others }: History, tells: Telling): readonly number[] =>
  kindsTelling(tells).flatMap((kind) => others.get(kind)?.instants ?? []);

const earliest = (known: number | undefined, at: number): number =>
  known === undefined || at < known ? at : known;

const tell = (message: Message, { kind, occurredAt, code, answersPerson }: SignalFact): void => {
  const stage = stageOf(kind);
  if (stage === 'none') return;
  if (messageStages[stage].isNone) message.isNone = true;
  else if (messageStages[stage].arrives) {
    message.arrivals.set(kind, earliest(message.arrivals.get(kind), occurredAt));
  } else if (stage === 'sent') {
    message.sentAt = earliest(message.sentAt, occurredAt);
    message.answersPerson ||= answersPerson === true;
  } else if (stage === 'dropped') message.droppedAt = earliest(message.droppedAt, occurredAt);
  else {
    message.failedAt = earliest(message.failedAt, occurredAt);
    message.codes.add(code);
  }
};

type Beginning = { readonly changedAt: number; readonly sentBefore: ReadonlySet<string> };

/** From then on another phone answers: what is known begins anew. */
export const changesNumber = (kind: SignalKind): boolean =>
  signalKinds[kind].tells === 'number-changed';

/** The last change of number by an instant, and the messages that were under way to the number before. */
const beginningOf = (facts: readonly SignalFact[], asOf: number): Beginning => {
  let changedAt = -Infinity;
  for (const { kind, occurredAt } of facts) {
    if (changesNumber(kind) && occurredAt <= asOf) changedAt = Math.max(changedAt, occurredAt);
  }
  const sentBefore = new Set<string>();
  for (const { occurredAt, messageRef } of facts) {
    if (messageRef !== undefined && occurredAt < changedAt) sentBefore.add(messageRef);
  }
  return { changedAt, sentBefore };
};

/** What comes of a message to a number the person has left is the old number's silence, not the new one's. */
const isOfNumberBefore = ({ kind, messageRef }: SignalFact, { sentBefore }: Beginning): boolean =>
  endsUndelivered.has(kind) && messageRef !== undefined && sentBefore.has(messageRef);

const noteInstant = (others: Map<SignalKind, Set<number>>, kind: SignalKind, at: number): void => {
  const instants = others.get(kind);
  if (instants) instants.add(at);
  else others.set(kind, new Set([at]));
};

/** So soon after the person wrote, people react. */
export const REACTION_MS_MAX = 10 * 60_000;

/** An answer of which nothing is told but that it was sent: of a reaction WhatsApp tells no more than that either. */
const isPossiblyNone = ({ sentAt, arrivals, codes }: Message, wrote: readonly number[]): boolean =>
  sentAt !== undefined &&
  arrivals.size === 0 &&
  codes.size === 0 &&
  wrote.some((at) => at <= sentAt && at >= sentAt - REACTION_MS_MAX);

/** Of answers of ours, those that were possibly reactions are no messages. */
const leaveReactionsOut = (messages: Iterable<Message>, others: Others): void => {
  const answers = [...messages].filter((message) => message.answersPerson);
  if (answers.length === 0) return;
  const wrote = kindsTelling('wrote').flatMap((kind) => [...(others.get(kind) ?? [])]);
  for (const message of answers) message.isNone ||= isPossiblyNone(message, wrote);
};

type Others = Map<SignalKind, Set<number>>;
type Gathered = {
  readonly messages: Map<string, Message>;
  readonly others: Others;
  readonly families: Set<SignalFamily>;
  startAt: number;
};

const gather = (gathered: Gathered, fact: SignalFact): void => {
  const { kind, occurredAt, messageRef, code } = fact;
  const { messages, others, families } = gathered;
  if (opensHistory(fact)) gathered.startAt = Math.min(gathered.startAt, occurredAt);
  const { family, stage } = signalKinds[kind];
  if (!isNoMessage.has(kind)) families.add(family);
  if (stage !== 'none' && messageRef !== undefined) {
    tell(messageOf(messages, messageRef), fact);
  } else if (stage === 'failed') {
    tell(messageOf(messages, `${occurredAt}/${code}`), fact);
  } else if (!isNoMessage.has(kind)) {
    noteInstant(others, kind, occurredAt);
  }
};

/** What is known at `asOf`. After a change of number only the new number's facts speak. */
export const historyOf = (facts: readonly SignalFact[], asOf: number): History | undefined => {
  const beginning = beginningOf(facts, asOf);
  const gathered: Gathered = {
    messages: new Map(),
    others: new Map(),
    families: new Set(),
    startAt: Infinity,
  };
  for (const fact of facts) {
    const { occurredAt } = fact;
    if (occurredAt > asOf || occurredAt < beginning.changedAt) continue;
    if (!isOfNumberBefore(fact, beginning)) gather(gathered, fact);
  }
  const { messages, others, families, startAt } = gathered;
  if (families.size === 0) return undefined;
  leaveReactionsOut(messages.values(), others);
  const byKind = [...others].map(
    ([kind, at]) => [kind, { family: familyOf(kind), instants: [...at] }] as const,
  );
  return {
    startAt: Math.min(startAt, asOf),
    messages: [...messages.values()],
    others: new Map(byKind),
    families,
  };
};

export const emptyHistory = (asOf: number): History => ({
  startAt: asOf,
  messages: [],
  others: new Map(),
  families: new Set(),
});

/** Families with a fact, and those whose silence tells, once a day has passed. */
export const familiesOf = (history: History, asOf: number): readonly SignalFamily[] =>
  signalFamilies.filter(
    (family) =>
      history.families.has(family) ||
      (silentFamilies.has(family) && asOf - history.startAt >= DAY_MS),
  );

/** A failure that says nothing of the person does not begin the history either. */
const opensHistory = ({ kind, code }: SignalFact): boolean =>
  !isNoMessage.has(kind) && (stageOf(kind) !== 'failed' || evidenceOf(code) !== 'neutral');

const messageOf = (messages: Map<string, Message>, ref: string): Message => {
  const known = messages.get(ref);
  if (known) return known;
  const message: Message = {
    sentAt: undefined,
    arrivals: new Map(),
    failedAt: undefined,
    codes: new Set(),
    droppedAt: undefined,
    isNone: false,
    answersPerson: false,
  };
  messages.set(ref, message);
  return message;
};

export type Fate = 'arrived' | 'unreachable' | 'censored' | 'waiting';

/** What became of a message. A failure never cancels a proved arrival; an unknown code, or what is no message, proves nothing. */
export const fateOf = ({ arrivals: proofs, codes, isNone }: Message): Fate => {
  if (isNone) return 'censored';
  if (proofs.size > 0) return 'arrived';
  if (codes.size === 0) return 'waiting';
  const evidence = [...codes].map(evidenceOf);
  return evidence.includes('other_cause') ? 'unreachable' : 'censored';
};

export const hasEvidence = ({ codes }: Message, effect: 'opt_out' | 'risk_factor'): boolean =>
  [...codes].some((code) => evidenceOf(code) === effect);
