import { CELLS } from './factored-belief.ts';
import { coreLikelihoods } from '../filter/day-likelihood.ts';
import type { DayPlan } from '../evidence/day-plan.ts';
import { coreStep, type Hazard, type Model } from '../model/model.ts';
import { CORE_COUNT, FREE, LIVENESS_COUNT, QUEUED, talkers } from '../model/states.ts';

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

/** A day as one of its kind. */
export type Day = { readonly key: number; readonly plan: DayPlan; readonly hazard: Hazard };

const move = (row: Float64Array, from: number, to: number): void => {
  for (let liveness = 0; liveness < LIVENESS_COUNT; liveness++) {
    row[to + liveness] = (row[to + liveness] ?? 0) + (row[from + liveness] ?? 0);
    row[from + liveness] = 0;
  }
};

/** What one talker would have let be seen, of everywhere a night leads to. */
const weigh = (row: Float64Array, likelihoods: Float64Array, talker: number): void => {
  for (let to = 0; to < CORE_COUNT; to++) {
    row[to] = (row[to] ?? 0) * (likelihoods[talker * CORE_COUNT + to] ?? 0);
  }
};

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
        weigh(row, likelihoods, talker);
        if (plan.alive || !plan.waitsOn) move(row, QUEUED, FREE);
        if (plan.alive && plan.joins) move(row, FREE, QUEUED);
      }
      return matrix;
    }),
  );
};

/**
 * Weights of so many columns a cell, and room for them a day later. Both are as wide as they ever had to be: to make
 * room anew for every run of days takes longer than to go through it.
 */
export type Passing = { now: Float64Array; next: Float64Array; columns: number };

/** What a row of a matrix makes of the weights in it, added to the day later. */
const passRow = (
  { now, next, columns }: Passing,
  { begins, targets, values }: Operator,
  row: number,
): void => {
  const source = row * columns;
  const end = source + columns;
  const last = begins[row + 1] ?? 0;
  for (let nth = begins[row] ?? 0; nth < last; nth++) {
    const value = values[nth] ?? 0;
    let target = (targets[nth] ?? 0) * columns;
    for (let at = source; at < end; at++, target++) {
      next[target] = (next[target] ?? 0) + (now[at] ?? 0) * value;
    }
  }
};

/** Goes through a matrix; gives how much there was before. Nothing comes of a row in which nothing is. */
export const operate = (passing: Passing, operator: Operator): number => {
  const { now, next, columns } = passing;
  next.fill(0, 0, CELLS * columns);
  let total = 0;
  for (let row = 0; row < CELLS; row++) {
    const source = row * columns;
    const end = source + columns;
    let sum = 0;
    for (let at = source; at < end; at++) sum += now[at] ?? 0;
    if (sum === 0) continue;
    total += sum;
    passRow(passing, operator, row);
  }
  return total;
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

export const RUN_MAX = 16;
/** Matrices kept, some 6 KB each; forgotten all at once when they are more. */
const KEPT_MAX = 3000;

type Kept = { readonly runs: Map<number, Operator[]>; count: number };
const keptOf = new WeakMap<Model, Kept>();

const runsOf = (kept: Kept, key: number): Operator[] => {
  const known = kept.runs.get(key);
  if (known && kept.count < KEPT_MAX) return known;
  if (kept.count >= KEPT_MAX) {
    kept.runs.clear();
    kept.count = 0;
  }
  const runs: Operator[] = [];
  kept.runs.set(key, runs);
  return runs;
};

/** So many days of one kind, one after another. */
export const runOf = (model: Model, day: Day, length: number): Operator => {
  const kept: Kept = keptOf.get(model) ?? { runs: new Map<number, Operator[]>(), count: 0 };
  keptOf.set(model, kept);
  const runs = runsOf(kept, day.key);
  const one = runs[0] ?? operatorOf(model, day.plan, day.hazard);
  let run = runs.at(-1) ?? one;
  const before = runs.length;
  if (before === 0) runs.push(one);
  while (runs.length < length) runs.push((run = times(run, one)));
  kept.count += runs.length - before;
  return runs[length - 1] ?? run;
};
