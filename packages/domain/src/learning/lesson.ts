import { censoredBy } from '../block-likelihood/evidence/censoring.ts';
import { planOf } from '../block-likelihood/evidence/day-plan.ts';
import {
  type CensoredWindow,
  historyOf,
  type SignalFact,
} from '../block-likelihood/evidence/facts.ts';
import { modelOf } from '../block-likelihood/model/model.ts';
import { BLOCKED, CORE_COUNT, dayOf } from '../block-likelihood/model/states.ts';
import { taughtFamilies } from '../signals/families.ts';
import { type Counts, noCounts } from './counts.ts';
import { CELLS, everyDay, type LearningDay } from './days.ts';
import type { Label } from './labels.ts';
import {
  countInbound,
  countMessagesAndCalls,
  countNight,
  countTalker,
  countTelling,
  type Weights,
} from './observations.ts';
import { forward, toMorning, toWeighed } from './passes.ts';
import type { Taught } from './rates.ts';

/**
 * What a label says in every cell, and what the lack of one says on the last day. People who tell are a sample:
 * a fit that took only their word would find everybody blocked, or nobody.
 */
const reportedOf = ({ priors, telling }: Taught, label: Label | undefined): Weights =>
  Float64Array.from({ length: CELLS }, (_, cell) => {
    const isBlocked = cell % CORE_COUNT >= BLOCKED;
    const leak = priors.leak.block.value;
    if (label?.said === 'blocked') return telling.blocked * (isBlocked ? 1 : leak);
    if (label?.said === 'not-blocked') return telling.notBlocked * (isBlocked ? leak : 1);
    return 1 - (isBlocked ? telling.blocked : telling.notBlocked);
  });

/** Cell by cell, adding up to 1. */
const product = (past: Weights, future: Weights): Weights => {
  const joint = new Float64Array(CELLS);
  let total = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    joint[cell] = (past[cell] ?? 0) * (future[cell] ?? 0);
    total += joint[cell] ?? 0;
  }
  for (let cell = 0; cell < CELLS; cell++) joint[cell] = (joint[cell] ?? 0) / total;
  return joint;
};

/** A label speaks on the day it was given, if that is looked at; the lack of one on the last day. */
const reportedDayOf = (days: readonly LearningDay[], label: Label | undefined): number => {
  const [first, last] = [days[0]?.day ?? 0, days.at(-1)?.day ?? 0];
  return label ? Math.min(last, Math.max(first, dayOf(label.at))) : last;
};

export type Lesson = {
  readonly counts: Counts;
  /** Of the facts and the label: what the rounds of a fit raise. */
  readonly logLikelihood: number;
};

type Asked = {
  readonly taught: Taught;
  /** The first instant that is not looked at, epoch milliseconds. */
  readonly until: number;
  /** When the tenant's own sending was at fault: an outage teaches nothing of phones. */
  readonly incidents?: readonly CensoredWindow[];
};

/**
 * What one contact teaches, exactly: the expected observations of every rate, given all its facts before `until`
 * and what was told, by a forward and a backward pass over its days. Undefined for a contact without facts.
 */
export const lessonOf = (
  facts: readonly SignalFact[],
  label: Label | undefined,
  { taught, until, incidents = [] }: Asked,
): Lesson | undefined => {
  const asOf = until - 1;
  const whole = historyOf(facts, asOf);
  if (!whole) return undefined;
  const history = censoredBy(whole, incidents);
  const model = modelOf(taught.priors);
  const days = everyDay(planOf(history, { model, families: taughtFamilies, asOf }));
  const reportedOn = reportedDayOf(days, label);
  const labelled = reportedOf(taught, label);
  const { passed, logLikelihood } = forward(model, days, ({ day }) =>
    day === reportedOn ? labelled : undefined,
  );
  const counts = noCounts();
  let future: Weights = new Float64Array(CELLS).fill(1);
  for (const [nth, one] of [...passed.entries()].toReversed()) {
    const seen = toWeighed(future, one);
    const posterior = product(one.weighed, seen);
    const { day } = one;
    if (nth === passed.length - 1) countTelling(counts, label, posterior);
    countMessagesAndCalls(counts, { day, posterior });
    countInbound(counts, model, { day, posterior });
    const evening = passed[nth - 1]?.closed;
    if (evening === undefined) countTalker(counts, posterior);
    else future = countNight(counts, model, { day, evening, morning: toMorning(seen, one) });
  }
  return { counts, logLikelihood };
};
