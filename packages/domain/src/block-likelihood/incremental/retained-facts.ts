import type { SignalKind } from '@tact/contracts';
import { familiesOfLastingFacts } from '../../signals/families.ts';
import {
  countedInFrequency,
  echoes,
  endsUndelivered,
  familyOf,
  isNoMessage,
  signalKinds,
  signsOfLife,
  stageOf,
} from '../../signals/kinds.ts';
import { changesNumber, REACTION_MS_MAX } from '../evidence/facts.ts';
import { isAnswer, kindOf, type CompactFact } from './compact-fact.ts';
import { dayOf } from '../model/states.ts';

/** A complaint speaks for a month, and so does a message that waits; frequency for two days. */
const LASTING_DAYS = 33;
const FREQUENT_DAYS = 2;
/** What becomes of a message to a number that was left is reported late, and must be known as the old number's. */
const CHANGED_DAYS = 64;

type MessageState = { open: boolean; settled: boolean; recent: boolean; deliveredOn: number };

const unknown: MessageState = {
  open: false,
  settled: false,
  recent: false,
  deliveredOn: -Infinity,
};

/** Nothing of a message is waited for any more. */
const settles = (kind: SignalKind): boolean =>
  signsOfLife.has(kind) || endsUndelivered.has(kind) || isNoMessage.has(kind);

/** The state of each message by the facts that are kept: seen in open days, settled, sent lately. */
const messagesOf = (
  facts: readonly CompactFact[],
  closedDay: number,
): ReadonlyMap<string, MessageState> => {
  const messages = new Map<string, MessageState>();
  for (const fact of facts) {
    const [, at, ref] = fact;
    if (!ref) continue;
    const kind = kindOf(fact);
    const message = messages.get(ref) ?? { ...unknown };
    message.open ||= dayOf(at) > closedDay;
    message.settled ||= settles(kind);
    const isCounted = countedInFrequency.has(kind);
    message.recent ||= isCounted && dayOf(at) > closedDay - FREQUENT_DAYS;
    if (stageOf(kind) === 'delivered') message.deliveredOn = dayOf(at);
    messages.set(ref, message);
  }
  return messages;
};

/** The youngest fact of each kind and code among the closed and among the open days. */
const lastFacts = (facts: readonly CompactFact[], closedDay: number): ReadonlySet<CompactFact> => {
  const last = new Map<number, CompactFact>();
  for (const fact of facts) {
    const [kind, at, , code = 0] = fact;
    const kindAndCode = (code * 64 + kind) * 2 + Number(dayOf(at) > closedDay);
    const known = last.get(kindAndCode);
    if (known === undefined || known[1] <= at) last.set(kindAndCode, fact);
  }
  return new Set(last.values());
};

/** The youngest sign of life of each day. */
const lastLives = (facts: readonly CompactFact[]): ReadonlyMap<number, number> => {
  const lives = new Map<number, number>();
  for (const fact of facts) {
    if (!signsOfLife.has(kindOf(fact))) continue;
    lives.set(dayOf(fact[1]), Math.max(fact[1], lives.get(dayOf(fact[1])) ?? -Infinity));
  }
  return lives;
};

/** Instants of answers of ours: what the person wrote just before says whether each may have been a reaction. */
const answersOf = (facts: readonly CompactFact[]): readonly number[] =>
  facts.filter(isAnswer).map(([, at]) => at);

const lastChange = (facts: readonly CompactFact[]): number =>
  facts.reduce(
    (last, fact) => (changesNumber(kindOf(fact)) ? Math.max(last, fact[1]) : last),
    -Infinity,
  );

/**
 * The facts retained after a day is closed: open days, messages that wait, lasting context, and the last
 * word of each kind. The last arrival of the closed days is what settled the messages sent before it.
 */
export const retainedFacts = (
  facts: readonly CompactFact[],
  closedDay: number,
): ((fact: CompactFact | undefined) => boolean) => {
  const messages = messagesOf(facts, closedDay);
  const lastOfKind = lastFacts(facts, closedDay);
  const lives = lastLives(facts);
  const changedAt = lastChange(facts);
  const answers = answersOf(facts);
  const isAnswered = (fact: CompactFact): boolean =>
    signalKinds[kindOf(fact)].tells === 'wrote' &&
    answers.some((at) => at >= fact[1] && at <= fact[1] + REACTION_MS_MAX);
  // Read on the day it was delivered, before a younger sign of life: that says nothing more of the day.
  const isEcho = (fact: CompactFact, message: MessageState | undefined): boolean =>
    echoes.has(kindOf(fact)) &&
    message?.deliveredOn === dayOf(fact[1]) &&
    fact[1] < (lives.get(dayOf(fact[1])) ?? -Infinity);
  const isOpen = (at: number, message: MessageState | undefined): boolean =>
    dayOf(at) > closedDay || message?.open === true;
  const isOfNumberBefore = (at: number, message: MessageState | undefined): boolean =>
    at < changedAt && !message?.settled && dayOf(at) > closedDay - CHANGED_DAYS;
  const stays = (fact: CompactFact): boolean => lastOfKind.has(fact) || isAnswered(fact);
  const isLasting = (at: number): boolean => dayOf(at) > closedDay - LASTING_DAYS;
  const lastRefs = new Set<string>();
  for (const [, , ref] of lastOfKind) if (ref) lastRefs.add(ref);
  const mattersYet = (ref: string, at: number, { recent, settled }: MessageState): boolean =>
    recent || (!settled && isLasting(at)) || lastRefs.has(ref);
  return (fact) => {
    if (fact === undefined) return false;
    const [, at, ref] = fact;
    const message = ref ? messages.get(ref) : undefined;
    if (stays(fact)) return true;
    if (isEcho(fact, message)) return false;
    if (isOpen(at, message) || isOfNumberBefore(at, message)) return true;
    if (message && ref) return mattersYet(ref, at, message);
    return isLasting(at) && familiesOfLastingFacts.has(familyOf(kindOf(fact)));
  };
};
