import { signalKindFamilies, SignalKind, type SignalFamily } from '@tact/contracts';
import {
  assessHistory,
  emptyHistory,
  familiesWithout,
  heardFamilies,
  type Assessment,
  type Closed,
} from './assess.ts';
import { planOf } from './day-plan.ts';
import { historyOf, type History, type SignalFact } from './facts.ts';
import { filtered } from './filter.ts';
import { modelOf } from './model.ts';
import type { Priors } from './priors.ts';
import { DAY_MS, dayOf } from './states.ts';
import { signsOfLife } from './waiting.ts';

/**
 * What is kept of a contact instead of all its facts: the beliefs at the end of a closed day, and the
 * facts that are open or still speak. Plain JSON; at most 4 KiB for a contact known by the API alone.
 */
export type LikelihoodState = {
  readonly modelVersion: string;
  readonly startAt: number | undefined;
  readonly closed: Closed | undefined;
  /** Kind (its place in the list of kinds), instant, message, error code. */
  readonly facts: readonly CompactFact[];
  /** A fact came for a closed day: assess again from all facts, and start anew. */
  readonly outdated: boolean;
};
type CompactFact = readonly [kind: number, at: number, ref?: string | null, code?: number];

const kinds = SignalKind.options;
/** WhatsApp repeats webhooks for seven days; a day is closed when that is over. */
const OPEN_DAYS = 8;
/** A complaint speaks for a month, and so does a message that waits; frequency for two days. */
const LASTING_DAYS = 33;
const FREQUENT_DAYS = 2;

export const initialLikelihood = ({ version }: Priors): LikelihoodState => ({
  modelVersion: version,
  startAt: undefined,
  closed: undefined,
  facts: [],
  outdated: false,
});

/** References are long and only compared within one contact: two 32-bit sums (FNV-1a) stand for them. */
const shortRef = (ref: string): string => {
  let [one, two] = [0x811c9dc5, 0x01000193];
  for (let index = 0; index < ref.length; index++) {
    one = Math.imul(one ^ ref.charCodeAt(index), 0x01000193) >>> 0;
    two = Math.imul(two ^ one ^ index, 0x85ebca6b) >>> 0;
  }
  return one.toString(36) + two.toString(36);
};

const compact = ({ kind, occurredAt, messageRef, code }: SignalFact): CompactFact => {
  const ref = messageRef === undefined ? null : shortRef(messageRef);
  if (code !== undefined) return [kinds.indexOf(kind), occurredAt, ref, code];
  return ref === null ? [kinds.indexOf(kind), occurredAt] : [kinds.indexOf(kind), occurredAt, ref];
};

const expanded = ([kind, occurredAt, ref, code]: CompactFact): SignalFact => ({
  kind: kinds[kind] ?? 'message-failed',
  occurredAt,
  ...(ref ? { messageRef: ref } : {}),
  ...(code === undefined ? {} : { code }),
});

const historyUntil = ({ facts, startAt }: LikelihoodState, asOf: number): History => {
  const history = historyOf(facts.map(expanded), asOf) ?? emptyHistory(asOf);
  return startAt === undefined
    ? history
    : { ...history, startAt: Math.min(startAt, history.startAt) };
};

/** Takes in facts, in any order and with repeats; closes the days that are over. */
export const foldLikelihood = (
  state: LikelihoodState,
  facts: readonly SignalFact[],
  priors: Priors,
): LikelihoodState => {
  const known = new Set(state.facts.map((fact) => JSON.stringify(fact)));
  const added = facts.map(compact).filter((fact) => {
    const text = JSON.stringify(fact);
    return !known.has(text) && known.add(text);
  });
  const closedUntil = state.closed ? (state.closed.day + 1) * DAY_MS : -Infinity;
  const isOutdated = (fact: SignalFact) =>
    fact.occurredAt < closedUntil || (state.closed && fact.kind === 'number-changed');
  const outdated = state.outdated || added.map(expanded).some(isOutdated);
  const next = { ...state, outdated, facts: [...state.facts, ...added] };
  return outdated ? next : closedDays(next, priors);
};

/** The assessment of what was folded, at an instant; undefined when the state is outdated. */
export const concludeLikelihood = (
  state: LikelihoodState,
  { priors, asOf }: { readonly priors: Priors; readonly asOf: number },
): Assessment | undefined => {
  const { closed, outdated, modelVersion } = state;
  const isTooEarly = closed !== undefined && asOf < (closed.day + 1) * DAY_MS;
  if (outdated || isTooEarly || modelVersion !== priors.version) return undefined;
  return assessHistory(historyUntil(state, asOf), { priors, asOf, closed });
};

const closedDays = (state: LikelihoodState, priors: Priors): LikelihoodState => {
  const newest = state.facts.reduce((latest, [, at]) => Math.max(latest, at), -Infinity);
  if (newest === -Infinity) return state;
  const history = historyUntil(state, newest);
  const { startAt } = history;
  const model = modelOf(priors);
  const day = dayOf(newest) - OPEN_DAYS;
  const isNew = day > Math.max(state.closed?.day ?? -Infinity, dayOf(startAt));
  // A look adds hidden dimensions: such contacts keep their facts, which are few.
  const looks = ['photo', 'presence', 'group'] as const;
  if (!isNew || looks.some((family) => history.families.has(family))) return state;
  const beliefs: Record<string, readonly number[]> = {};
  for (const without of [undefined, ...heardFamilies(history, newest)]) {
    const known = state.closed?.beliefs[without ?? 'all'] ?? state.closed?.beliefs['all'];
    const from = state.closed && known ? { day: state.closed.day, weights: known } : undefined;
    const plan = planOf(history, { model, families: familiesWithout(without), asOf: newest });
    const { weights } = filtered(model, plan, { from, until: day });
    beliefs[without ?? 'all'] = Array.from(weights, (weight) => Number(weight.toPrecision(8)));
  }
  return { ...state, startAt, closed: { day, beliefs }, facts: kept(state.facts, day) };
};

const familyOf = (kind: number): SignalFamily =>
  signalKindFamilies[kinds[kind] ?? 'message-failed'];

/** Messages that still speak: recent and waiting ones, and the last of each status before and after the close. */
const keptMessages = (newestFirst: readonly CompactFact[], closedDay: number) => {
  const said = new Set<string>();
  const messages = new Set<string>();
  const arrived = new Set<string>();
  for (const [kind, , ref] of newestFirst) {
    if (ref && signsOfLife.has(kinds[kind] ?? 'message-failed')) arrived.add(ref);
  }
  for (const [kind, at, ref, code] of newestFirst) {
    if (!ref || familyOf(kind) !== 'delivery') continue;
    const isRecent = dayOf(at) > closedDay - FREQUENT_DAYS;
    const mayWait = !arrived.has(ref) && dayOf(at) > closedDay - LASTING_DAYS;
    // The last arrival of the closed days is what settled the messages sent before it.
    const word = `${kind}/${code}/${dayOf(at) > closedDay}`;
    if (isRecent || mayWait || !said.has(word)) messages.add(ref);
    said.add(word);
  }
  return messages;
};

/** What still speaks after a day is closed: open days, lasting context, and the last word of each kind. */
const kept = (facts: readonly CompactFact[], closedDay: number): readonly CompactFact[] => {
  const newestFirst = facts.toSorted(([, a], [, b]) => b - a);
  const messages = keptMessages(newestFirst, closedDay);
  const said = new Set<number>();
  return newestFirst
    .filter(([kind, at, ref]) => {
      const family = familyOf(kind);
      if (family === 'delivery' && ref) return messages.has(ref);
      if (dayOf(at) > closedDay) return true;
      const isLast = !said.has(kind);
      said.add(kind);
      return isLast || (family === 'context' && dayOf(at) > closedDay - LASTING_DAYS);
    })
    .toReversed();
};
