import { coreLikelihoods } from './day-likelihood.ts';
import { emptyDay, type DayPlan, type Plan } from './day-plan.ts';
import { coreStep, type Hazard, type Model } from './model.ts';
import { normalise } from './quiet-days.ts';
import { CORE_COUNT, FREE, LIVENESS_COUNT, QUEUED, talkers } from './states.ts';

/**
 * A night and the day after it as one matrix by talker: what was sent, seen and settled included, looks apart. Few
 * kinds of days make up a life, and most follow others of their kind, so runs of them are multiplied once for all.
 */
type Operator = {
  readonly matrices: readonly Float64Array[];
  /** The entries that are not zero, row by row of both talkers: where each row begins, its targets, its values. */
  readonly begins: Uint16Array;
  readonly targets: Uint8Array;
  readonly values: Float64Array;
};

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

/** Scaled, for both talkers alike, so that weeks of proofs of life do not vanish below the smallest number. */
const scaled = (rows: readonly Float64Array[]): Operator => {
  let most = 0;
  for (const matrix of rows) for (const value of matrix) most = Math.max(most, value);
  const matrices = rows.map((matrix) => matrix.map((value) => value / (most || 1)));
  const begins = new Uint16Array(CELLS + 1);
  const [targets, values]: [number[], number[]] = [[], []];
  for (let row = 0; row < CELLS; row++) {
    const talker = Math.floor(row / CORE_COUNT);
    for (let to = 0; to < CORE_COUNT; to++) {
      const value = matrices[talker]?.[(row % CORE_COUNT) * CORE_COUNT + to] ?? 0;
      if (value === 0) continue;
      targets.push(talker * CORE_COUNT + to);
      values.push(value);
    }
    begins[row + 1] = values.length;
  }
  const [to, by] = [Uint8Array.from(targets), Float64Array.from(values)];
  return { matrices, begins, targets: to, values: by };
};

/** The same order as in the filter: what was sent begins to wait, what was seen is weighed, waits are settled. */
const operatorOf = (model: Model, plan: DayPlan, hazard: Hazard): Operator => {
  const likelihoods = new Float64Array(CELLS);
  coreLikelihoods(model, plan, likelihoods);
  const night = coreStep(model.priors, hazard);
  return scaled(
    talkers.map((_, talker) => {
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
    }),
  );
};

/** Takes weights of so many columns a cell through a matrix; nothing comes of a row in which nothing is. */
const operated = (
  weights: Float64Array,
  { begins, targets, values }: Operator,
  columns: number,
): Float64Array => {
  const after = new Float64Array(weights.length);
  for (let row = 0; row < CELLS; row++) {
    const source = row * columns;
    let sum = 0;
    for (let at = source; at < source + columns; at++) sum += weights[at] ?? 0;
    if (sum === 0) continue;
    const end = begins[row + 1] ?? 0;
    for (let nth = begins[row] ?? 0; nth < end; nth++) {
      const value = values[nth] ?? 0;
      let target = (targets[nth] ?? 0) * columns;
      for (let at = source; at < source + columns; at++, target++) {
        after[target] = (after[target] ?? 0) + (weights[at] ?? 0) * value;
      }
    }
  }
  return after;
};

const times = (first: Operator, second: Operator): Operator => {
  const size = CORE_COUNT * CORE_COUNT;
  return scaled(
    first.matrices.map((matrix, talker) => {
      const product = new Float64Array(size);
      const other = second.matrices[talker] ?? product;
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
  keptOf.set(model, kept);
  let runs = kept.get(day.key);
  if (runs === undefined) {
    if (kept.size >= KEPT_MAX) kept.clear();
    runs = [];
    kept.set(day.key, runs);
  }
  const one = runs[0] ?? operatorOf(model, day.plan, day.hazard);
  let run = runs.at(-1) ?? one;
  if (runs.length === 0) runs.push(one);
  while (runs.length < length) runs.push((run = times(run, one)));
  return runs[length - 1] ?? run;
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

export const isSameCourse = (one: Course, other: Course): boolean =>
  one.after === other.after &&
  one.days.length === other.days.length &&
  one.days.every(({ key }, nth) => key === other.days[nth]?.key);

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
    normalise(now);
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
