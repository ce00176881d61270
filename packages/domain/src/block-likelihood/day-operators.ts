import { coreLikelihoods } from './day-likelihood.ts';
import { emptyDay, type DayPlan, type Plan } from './day-plan.ts';
import { coreStep, type Hazard, type Model } from './model.ts';
import { CORE_COUNT, FREE, LIVENESS_COUNT, QUEUED, talkers } from './states.ts';

/**
 * A night and the day after it as one matrix by talker: what was sent, seen and settled included, looks apart. Few
 * kinds of days make up a life, and most follow others of their kind, so runs of them are multiplied once for all.
 */
export type Operator = readonly Float64Array[];

/** A kind of day in one number: everything the matrix depends on. */
type DayKey = number;
const heard = { unknown: 0, none: 1, some: 2 } as const;
const arrivals = { none: 0, queue: 1, any: 2 } as const;

const keyOf = (plan: DayPlan, { complaint, frequent, optOut }: Hazard): DayKey => {
  const hazard = (Number(complaint) * 2 + Number(frequent)) * 2 + Number(optOut);
  const levels = (arrivals[plan.arrived] * 3 + heard[plan.inbound]) * 3 + heard[plan.ring];
  let key = hazard * 27 + levels;
  key = key * 2 + Number(plan.alive);
  key = key * 2 + Number(plan.waits);
  key = key * 2 + Number(plan.joins);
  key = key * 2 + Number(plan.waitsOn);
  key = key * 2 + Number(plan.accepted);
  key = key * 2 + Number(plan.unreachable);
  key = key * 2 + Number(plan.receipt);
  return key * 2 + Number(plan.receiptMissing);
};

const move = (row: Float64Array, from: number, to: number): void => {
  for (let liveness = 0; liveness < LIVENESS_COUNT; liveness++) {
    row[to + liveness] = (row[to + liveness] ?? 0) + (row[from + liveness] ?? 0);
    row[from + liveness] = 0;
  }
};

const CELLS = talkers.length * CORE_COUNT;

/** The same order as in the filter: what was sent begins to wait, what was seen is weighed, waits are settled. */
const operatorOf = (model: Model, plan: DayPlan, hazard: Hazard): Operator => {
  const likelihoods = new Float64Array(CELLS);
  coreLikelihoods(model, plan, likelihoods);
  const night = coreStep(model.priors, hazard);
  return talkers.map((_, talker) => {
    const matrix = night.slice();
    for (let from = 0; from < CORE_COUNT; from++) {
      const row = matrix.subarray(from * CORE_COUNT, (from + 1) * CORE_COUNT);
      if (plan.joins && !plan.alive) move(row, FREE, QUEUED);
      for (let to = 0; to < CORE_COUNT; to++)
        row[to] = (row[to] ?? 0) * (likelihoods[talker * CORE_COUNT + to] ?? 0);
      if (plan.alive || !plan.waitsOn) move(row, QUEUED, FREE);
      if (plan.alive && plan.joins) move(row, FREE, QUEUED);
    }
    return matrix;
  });
};

/** Takes weights of so many columns a cell through a matrix; nothing comes of a row in which nothing is. */
export const operated = (
  weights: Float64Array,
  operator: Operator,
  columns: number,
): Float64Array => {
  const after = new Float64Array(weights.length);
  for (let talker = 0; talker < talkers.length; talker++) {
    const matrix = operator[talker] ?? after;
    for (let from = 0; from < CORE_COUNT; from++) {
      const source = (talker * CORE_COUNT + from) * columns;
      let isEmpty = true;
      for (let at = source; at < source + columns; at++) isEmpty &&= weights[at] === 0;
      if (isEmpty) continue;
      for (let to = 0; to < CORE_COUNT; to++) {
        const value = matrix[from * CORE_COUNT + to] ?? 0;
        if (value === 0) continue;
        const target = (talker * CORE_COUNT + to) * columns;
        for (let nth = 0; nth < columns; nth++) {
          after[target + nth] = (after[target + nth] ?? 0) + (weights[source + nth] ?? 0) * value;
        }
      }
    }
  }
  return after;
};

/** Scaled, for both talkers alike, so that weeks of proofs of life do not vanish below the smallest number. */
const scaled = (operator: Operator): Operator => {
  let most = 0;
  for (const matrix of operator) for (const value of matrix) most = Math.max(most, value);
  return most > 0 ? operator.map((matrix) => matrix.map((value) => value / most)) : operator;
};

const times = (first: Operator, second: Operator): Operator => {
  const size = CORE_COUNT * CORE_COUNT;
  return scaled(
    first.map((matrix, talker) => {
      // A matrix is the weights of as many columns as it has rows, turned.
      const product = new Float64Array(size);
      const other = second[talker] ?? product;
      for (let at = 0; at < size; at++) {
        const [row, inner] = [Math.floor(at / CORE_COUNT), at % CORE_COUNT];
        const factor = matrix[at] ?? 0;
        if (factor === 0) continue;
        for (let to = 0; to < CORE_COUNT; to++) {
          const cell = row * CORE_COUNT + to;
          product[cell] = (product[cell] ?? 0) + factor * (other[inner * CORE_COUNT + to] ?? 0);
        }
      }
      return product;
    }),
  );
};

const RUN_MAX = 16;
/** Kinds of days kept with their runs, some 50 KB each; forgotten all at once when they are more. */
const KEPT_MAX = 300;

type Kept = Map<DayKey, Operator[]>;
const keptOf = new WeakMap<Model, Kept>();

const runOf = (model: Model, day: Day, length: number): Operator => {
  const kept: Kept = keptOf.get(model) ?? new Map<DayKey, Operator[]>();
  if (kept.size >= KEPT_MAX) kept.clear();
  keptOf.set(model, kept);
  const runs = kept.get(day.key) ?? [scaled(operatorOf(model, day.plan, day.hazard))];
  kept.set(day.key, runs);
  const [one] = runs;
  for (let known = runs.length; one && known < length; known++)
    runs.push(times(runs[known - 1] ?? one, one));
  return runs[length - 1] ?? [];
};

type Day = { readonly key: DayKey; readonly plan: DayPlan; readonly hazard: Hazard };
/** Days after one, each as what it is a case of. */
export type Course = { readonly after: number; readonly days: readonly Day[] };

/** Every day after one up to another, those of no plan as what they are: days of silence. */
export const courseOf = (
  { days: plans, hazard, hearsInbound }: Plan,
  { after, until }: { after: number; until: number },
): Course => {
  const days: Day[] = [];
  let next = 0;
  let waits = false;
  for (; (plans[next]?.day ?? Infinity) <= after; next++) waits = plans[next]?.waitsOn ?? false;
  for (let day = after + 1; day <= until; day++) {
    const planned = plans[next]?.day === day ? plans[next] : undefined;
    const plan = planned ?? {
      ...emptyDay(day),
      ...{ waits, waitsOn: waits, inbound: hearsInbound ? 'none' : 'unknown' },
    };
    if (planned) [next, waits] = [next + 1, planned.waitsOn];
    const hazardOn = hazard.on(day);
    days.push({ key: keyOf(plan, hazardOn), plan, hazard: hazardOn });
  }
  return { after, days };
};

/** Weights at the end of a day, from those at the end of another. */
export const throughDays = (
  model: Model,
  { after, days }: Course,
  { weights, columns, from, until }: Passage,
): Float64Array => {
  let now = weights;
  for (let nth = from - after; nth < until - after;) {
    const day = days[nth];
    if (!day) break;
    let length = 1;
    while (length < RUN_MAX && nth + length < until - after && days[nth + length]?.key === day.key)
      length += 1;
    now = operated(now, runOf(model, day, length), columns);
    nth += length;
  }
  return now;
};
type Passage = {
  readonly weights: Float64Array;
  readonly columns: number;
  readonly from: number;
  readonly until: number;
};
