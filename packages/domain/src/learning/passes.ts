import type { Matrix, Model } from '../block-likelihood/model/model.ts';
import {
  CORE_COUNT,
  FREE,
  LIVENESS_COUNT,
  QUEUED,
  talkers,
} from '../block-likelihood/model/states.ts';
import { CELLS, likelihoodsOf, nightOf, type LearningDay } from './days.ts';

type Moves = readonly (readonly [from: number, to: number])[];

/** What was sent begins to wait before the day is weighed; what came settles it afterwards: as in the filter. */
const before = ({ plan }: LearningDay): Moves =>
  plan?.joins && !plan.alive ? [[FREE, QUEUED]] : [];
const after = ({ plan }: LearningDay): Moves => {
  if (!plan) return [];
  const settled: Moves = plan.alive || !plan.waitsOn ? [[QUEUED, FREE]] : [];
  return plan.alive && plan.joins ? [...settled, [FREE, QUEUED]] : settled;
};

const eachCell = (visit: (start: number) => void): void => {
  for (let talker = 0; talker < talkers.length; talker++) {
    for (let live = 0; live < LIVENESS_COUNT; live++) visit(talker * CORE_COUNT + live);
  }
};

const push = (weights: Float64Array, moves: Moves): void => {
  for (const [from, to] of moves) {
    eachCell((start) => {
      weights[start + to] = (weights[start + to] ?? 0) + (weights[start + from] ?? 0);
      weights[start + from] = 0;
    });
  }
};

/** The same moves for messages from the future: who was moved sees what its new place sees. */
const pull = (future: Float64Array, moves: Moves): void => {
  for (const [from, to] of moves.toReversed()) {
    eachCell((start) => {
      future[start + from] = future[start + to] ?? 0;
    });
  }
};

const throughNight = (weights: Float64Array, step: Matrix): Float64Array => {
  const next = new Float64Array(CELLS);
  for (let cell = 0; cell < CELLS; cell++) {
    const weight = weights[cell] ?? 0;
    if (weight === 0) continue;
    const [core, start] = [cell % CORE_COUNT, cell - (cell % CORE_COUNT)];
    for (let to = 0; to < CORE_COUNT; to++) {
      const moves = step[core * CORE_COUNT + to] ?? 0;
      if (moves !== 0) next[start + to] = (next[start + to] ?? 0) + weight * moves;
    }
  }
  return next;
};

/** A day on the way forward: beliefs once it is weighed, and at its end. */
export type Passed = {
  readonly day: LearningDay;
  readonly likelihoods: Float64Array;
  readonly weighed: Float64Array;
  readonly closed: Float64Array;
};

/** Forward over all days. `told` is what a label says on a day, in every cell. */
export const forward = (
  model: Model,
  days: readonly LearningDay[],
  reported: (day: LearningDay) => Float64Array | undefined,
): { readonly passed: readonly Passed[]; readonly logLikelihood: number } => {
  const passed: Passed[] = [];
  let logLikelihood = 0;
  let closed = model.initially;
  for (const [nth, day] of days.entries()) {
    const weighed = nth === 0 ? closed.slice() : throughNight(closed, nightOf(model, day.hazard));
    push(weighed, before(day));
    const label = reported(day);
    const seen = likelihoodsOf(model, day);
    const likelihoods = label ? seen.map((one, cell) => one * (label[cell] ?? 1)) : seen;
    let sum = 0;
    for (let cell = 0; cell < CELLS; cell++) {
      weighed[cell] = (weighed[cell] ?? 0) * (likelihoods[cell] ?? 0);
      sum += weighed[cell] ?? 0;
    }
    for (let cell = 0; cell < CELLS; cell++) weighed[cell] = (weighed[cell] ?? 0) / sum;
    logLikelihood += Math.log(sum);
    closed = weighed.slice();
    push(closed, after(day));
    passed.push({ day, likelihoods, weighed, closed });
  }
  return { passed, logLikelihood };
};

/** Takes what the future says at the end of a day to just after the day was weighed. */
export const toWeighed = (future: Float64Array, { day }: Passed): Float64Array => {
  const own = future.slice();
  pull(own, after(day));
  return own;
};

/** And from there to its morning, what was seen that day included. */
export const toMorning = (future: Float64Array, { day, likelihoods }: Passed): Float64Array => {
  const own = new Float64Array(CELLS);
  for (let cell = 0; cell < CELLS; cell++) {
    own[cell] = (future[cell] ?? 0) * (likelihoods[cell] ?? 0);
  }
  pull(own, before(day));
  return own;
};
