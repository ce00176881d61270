import { DAY_MS } from '@tact/contracts';
import { assessHistory, type Assessment } from '../verdict/assess.ts';
import { checkpointOn, type Checkpoint, unpackedBeliefs } from './checkpoint.ts';
import { answersMessage, isNoMessage } from '../../signals/kinds.ts';
import {
  compact,
  eachOf,
  expanded,
  holds,
  holdsAnswer,
  isAnswer,
  kindOf,
  partsOf,
  type CompactFact,
  type FactText,
} from './compact-fact.ts';
import { spreadOut } from './factored-belief.ts';
import {
  changesNumber,
  emptyHistory,
  historyOf,
  type History,
  type SignalFact,
} from '../evidence/facts.ts';
import type { Belief } from '../filter/filter.ts';
import { modelOf, type Model } from '../model/model.ts';
import type { Priors } from '../model/priors.ts';
import { dayOf } from '../model/states.ts';
import { retainedFacts } from './retained-facts.ts';

/**
 * What is kept of a contact instead of all its facts: the beliefs at the end of a closed day, and the
 * facts that are open or still speak. Plain JSON; the bench measures how long it gets.
 */
export type LikelihoodState = {
  readonly modelVersion: string;
  readonly startAt: number | undefined;
  readonly closed: Checkpoint | undefined;
  /** One after another in one text: see `compact-fact.ts`. */
  readonly facts: string;
  /** The instant of the youngest fact. */
  readonly newest: number | undefined;
  /** A fact came for a closed day: assess again from all facts, and start anew. */
  readonly outdated: boolean;
};

/** WhatsApp repeats webhooks for seven days; a day is closed when that is over. */
const OPEN_DAYS = 8;
/**
 * Closing costs as much as hundreds of facts, so days are closed several at a time: when many facts are
 * kept and some days are over, or at once when the state would grow too large. A fact takes 6 to 12 letters.
 */
const closeFrom = { letters: 240, days: 56, lettersAtOnce: 1550 };

/** Of a long list this many are taken in at once, and days closed after each. */
const CHUNK = 256;

export const initialLikelihood = ({ version }: Priors): LikelihoodState => ({
  modelVersion: version,
  startAt: undefined,
  closed: undefined,
  facts: '',
  newest: undefined,
  outdated: false,
});

const historyUntil = (
  startAt: number | undefined,
  facts: readonly CompactFact[],
  asOf: number,
): History => {
  const history = historyOf(facts.map(expanded), asOf) ?? emptyHistory(asOf);
  return startAt === undefined
    ? history
    : { ...history, startAt: Math.min(startAt, history.startAt) };
};

/** Takes in facts, in any order and with repeats; closes days that are over. */
export const foldLikelihood = (
  state: LikelihoodState,
  facts: readonly SignalFact[],
  priors: Priors,
): LikelihoodState => {
  // In time order, or the youngest of a long list would close the days of the others.
  const inOrder =
    facts.length === 1 ? facts : facts.toSorted((a, b) => a.occurredAt - b.occurredAt);
  let next = state;
  for (let from = 0; from < inOrder.length; from += CHUNK) {
    next = folded(next, inOrder.slice(from, from + CHUNK), priors);
  }
  return next;
};

const openFromOf = ({ day }: Checkpoint): number => (day + 1) * DAY_MS;

/**
 * Whether a fact says something else of closed days: it is of one of them, another phone answers, a message was none after
 * all, or it was one where it was held as possibly none.
 */
const changesClosed = (text: FactText, { facts, closed }: LikelihoodState): boolean => {
  if (closed === undefined) return false;
  const openFrom = openFromOf(closed);
  const fact = partsOf(text);
  const kind = kindOf(fact);
  if (fact[1] < openFrom || changesNumber(kind) || isNoMessage.has(kind)) return true;
  if (!answersMessage.has(kind) || !holdsAnswer(facts)) return false;
  const [, , ref] = fact;
  return eachOf(facts)
    .map(partsOf)
    .some((one) => isAnswer(one) && one[2] === ref && one[1] < openFrom);
};

const folded = (
  state: LikelihoodState,
  facts: readonly SignalFact[],
  priors: Priors,
): LikelihoodState => {
  let known = state.facts;
  let { outdated, newest = -Infinity } = state;
  for (const fact of facts) {
    const text = compact(fact);
    if (holds(known, text)) continue;
    known += text;
    newest = Math.max(newest, fact.occurredAt);
    outdated ||= changesClosed(text, state);
  }
  if (known.length === state.facts.length) return state;
  const next = { ...state, outdated, facts: known, newest };
  return outdated ? next : closeDays(next, newest, priors);
};

const closeDays = (state: LikelihoodState, newest: number, priors: Priors): LikelihoodState => {
  const { facts, closed } = state;
  const day = dayOf(newest) - OPEN_DAYS;
  const isMany = facts.length >= closeFrom.letters;
  const days = closed === undefined ? closeFrom.days : day - closed.day;
  const isDue = isMany && (days >= closeFrom.days || facts.length >= closeFrom.lettersAtOnce);
  if (!isDue || days < 1) return state;
  const each = eachOf(facts);
  const parts = each.map(partsOf);
  const history = historyUntil(state.startAt, parts, newest);
  if (day <= dayOf(history.startAt)) return state;
  const next = checkpointOn(history, day, { model: modelOf(priors), newest, closed, facts: parts });
  const speaks = retainedFacts(parts, day);
  const kept = each.filter((_, nth) => speaks(parts[nth])).join('');
  return { ...state, startAt: history.startAt, closed: next, facts: kept };
};

/** Each belief of a closed day, spread out when it is asked for: together they are large. */
const spreadBeliefs = (model: Model, closed: Checkpoint): ReadonlyMap<string, () => Belief> =>
  new Map(
    [...unpackedBeliefs(model, closed)].map(([name, belief]) => [
      name,
      () => spreadOut(model, belief),
    ]),
  );

/** The assessment of what was folded, at an instant; undefined when the state is outdated. */
export const concludeLikelihood = (
  state: LikelihoodState,
  { priors, asOf }: { readonly priors: Priors; readonly asOf: number },
): Assessment | undefined => {
  const { closed, outdated, modelVersion } = state;
  const isTooEarly = closed !== undefined && asOf < openFromOf(closed);
  if (outdated || isTooEarly || modelVersion !== priors.version) return undefined;
  const history = historyUntil(state.startAt, eachOf(state.facts).map(partsOf), asOf);
  const begun = closed && { day: closed.day, beliefs: spreadBeliefs(modelOf(priors), closed) };
  return assessHistory(history, { priors, asOf, begun });
};
