import { signalKindFamilies, type SignalFamily, type SignalKind } from '@tact/contracts';
import { evidenceOf } from './error-evidence.ts';

/** One observation about one contact. `occurredAt` is when it happened, epoch milliseconds. */
export type SignalFact = {
  readonly kind: SignalKind;
  readonly occurredAt: number;
  readonly messageRef?: string | undefined;
  /** Error code of a failed message. */
  readonly code?: number | undefined;
};

/** A message of ours as its statuses tell it, whatever the order they came in. */
export type Message = {
  sentAt: number | undefined;
  /** Delivered, read and played: each says that the phone took it. Earliest of each kind. */
  readonly arrivals: Map<SignalKind, number>;
  failedAt: number | undefined;
  codes: Set<number | undefined>;
  droppedAt: number | undefined;
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

const arrivals = new Set<SignalKind>(['message-delivered', 'message-read', 'message-played']);

const earliest = (known: number | undefined, at: number): number =>
  known === undefined || at < known ? at : known;

const tell = (message: Message, { kind, occurredAt, code }: SignalFact): void => {
  if (arrivals.has(kind))
    message.arrivals.set(kind, earliest(message.arrivals.get(kind), occurredAt));
  else if (kind === 'message-sent') message.sentAt = earliest(message.sentAt, occurredAt);
  else if (kind === 'message-dropped') message.droppedAt = earliest(message.droppedAt, occurredAt);
  else {
    message.failedAt = earliest(message.failedAt, occurredAt);
    message.codes.add(code);
  }
};

/** What comes of a message that went to a number the person has left: the old number's silence, not the new one's. */
const endsUnheard = new Set<SignalKind>(['message-failed', 'message-dropped']);

type Beginning = { readonly changedAt: number; readonly sentBefore: ReadonlySet<string> };

/** The last change of number by an instant, and the messages that were under way to the number before. */
const beginningOf = (facts: readonly SignalFact[], asOf: number): Beginning => {
  let changedAt = -Infinity;
  for (const { kind, occurredAt } of facts) {
    if (kind === 'number-changed' && occurredAt <= asOf)
      changedAt = Math.max(changedAt, occurredAt);
  }
  const sentBefore = new Set<string>();
  for (const { occurredAt, messageRef } of facts) {
    if (messageRef !== undefined && occurredAt < changedAt) sentBefore.add(messageRef);
  }
  return { changedAt, sentBefore };
};

/** What is known at `asOf`. After a change of number only the new number's facts speak. */
export const historyOf = (facts: readonly SignalFact[], asOf: number): History | undefined => {
  const { changedAt, sentBefore } = beginningOf(facts, asOf);
  const messages = new Map<string, Message>();
  const others = new Map<SignalKind, Set<number>>();
  const families = new Set<SignalFamily>();
  let startAt = Infinity;
  for (const fact of facts) {
    const { kind, occurredAt, messageRef } = fact;
    if (occurredAt > asOf || occurredAt < changedAt) continue;
    if (endsUnheard.has(kind) && messageRef !== undefined && sentBefore.has(messageRef)) continue;
    if (opensHistory(fact)) startAt = Math.min(startAt, occurredAt);
    const family = signalKindFamilies[kind];
    families.add(family);
    if (family === 'delivery' && messageRef !== undefined) {
      tell(messageOf(messages, messageRef), fact);
    } else if (kind === 'message-failed') {
      tell(messageOf(messages, `${occurredAt}/${fact.code}`), fact);
    } else {
      const instants = others.get(kind);
      if (instants) instants.add(occurredAt);
      else others.set(kind, new Set([occurredAt]));
    }
  }
  if (families.size === 0) return undefined;
  const byKind = [...others].map(
    ([kind, at]) => [kind, { family: signalKindFamilies[kind], instants: [...at] }] as const,
  );
  return {
    startAt: Math.min(startAt, asOf),
    messages: [...messages.values()],
    others: new Map(byKind),
    families,
  };
};

/** A failure that says nothing of the person does not begin the history either. */
const opensHistory = ({ kind, code }: SignalFact): boolean =>
  kind !== 'message-failed' || evidenceOf(code) !== 'neutral';

const messageOf = (messages: Map<string, Message>, ref: string): Message => {
  const known = messages.get(ref);
  if (known) return known;
  const message: Message = {
    sentAt: undefined,
    arrivals: new Map(),
    failedAt: undefined,
    codes: new Set(),
    droppedAt: undefined,
  };
  messages.set(ref, message);
  return message;
};

export type Fate = 'arrived' | 'unreachable' | 'censored' | 'waiting';

/** What became of a message. A failure never cancels a proved arrival; an unknown code proves nothing. */
export const fateOf = ({ arrivals: proofs, codes }: Message): Fate => {
  if (proofs.size > 0) return 'arrived';
  if (codes.size === 0) return 'waiting';
  const evidence = [...codes].map(evidenceOf);
  return evidence.includes('other_cause') ? 'unreachable' : 'censored';
};

export const hasEvidence = ({ codes }: Message, wanted: 'opt_out' | 'risk_factor'): boolean =>
  [...codes].some((code) => evidenceOf(code) === wanted);
