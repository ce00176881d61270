import type { DayPlan, Plan } from './day-plan.ts';
import { coreStep, multiply, type Hazard, type Matrix, type Model } from './model.ts';
import {
  BLOCKED,
  CORE_COUNT,
  FREE,
  LIVENESS_COUNT,
  QUEUED,
  talkers,
  traitSettings,
  type Trait,
} from './states.ts';

const SETTINGS = traitSettings.length;
const CELLS = talkers.length * CORE_COUNT;

/**
 * What is believed on a day: [talker][core state][trait setting]... as one array. A trait joins when it
 * is first looked at; before that it is independent of the rest, so leaving it out loses nothing.
 */
export type Belief = {
  readonly day: number;
  readonly weights: Float64Array;
  readonly traits: readonly Trait[];
};

const powerOf = (powers: Matrix[], exponent: number, size: number): Matrix => {
  for (let last = powers.length - 1; last < exponent; last++) {
    const square = powers[last];
    if (square) powers.push(multiply(square, square, size));
  }
  return powers[exponent] ?? new Float64Array(size * size);
};

/** Multiplies the `size` cells that lie `stride` apart, in every block of size * stride cells, by a matrix. */
const applied = (
  weights: Float64Array,
  matrix: Matrix,
  { size, stride, from, until }: { size: number; stride: number; from: number; until: number },
): void => {
  const sums = new Float64Array(size);
  for (let block = from; block < until; block += size * stride) {
    for (let offset = block; offset < block + stride; offset++) {
      sums.fill(0);
      for (let row = 0; row < size; row++) {
        const weight = weights[offset + row * stride] ?? 0;
        if (weight === 0) continue;
        for (let column = 0; column < size; column++) {
          sums[column] = (sums[column] ?? 0) + weight * (matrix[row * size + column] ?? 0);
        }
      }
      for (let row = 0; row < size; row++) weights[offset + row * stride] = sums[row] ?? 0;
    }
  }
};

/** Applies a day's matrix many times, by its powers of two. */
const appliedDays = (
  weights: Float64Array,
  powers: Matrix[],
  shape: { size: number; stride: number; from: number; until: number; days: number },
): void => {
  for (let exponent = 0, left = shape.days; left > 0; exponent++, left = Math.floor(left / 2)) {
    if (left % 2 === 1) applied(weights, powerOf(powers, exponent, shape.size), shape);
  }
};

type Quiet = { readonly hazard: Hazard; readonly waits: boolean; readonly silent: boolean };

/** Powers of the matrix of one quiet day: transition, then what waiting and silence say. */
const quietPowers = (model: Model, { hazard, waits, silent }: Quiet, talker: number): Matrix[] => {
  const flags = [hazard.complaint, hazard.frequent, hazard.optOut, waits, silent];
  const key = `${flags.map(Number).join('')}/${silent ? talker : 0}`;
  const known = model.powers.get(key);
  if (known) return known;
  const step = coreStep(model.priors, hazard);
  for (let from = 0; from < CORE_COUNT; from++) {
    for (let to = 0; to < BLOCKED; to++) {
      const liveness = to % LIVENESS_COUNT;
      const kept = waits && to >= QUEUED ? 1 - (model.arrives[liveness] ?? 0) : 1;
      const silence = silent ? 1 - (model.writes[talker]?.[liveness] ?? 0) : 1;
      const at = from * CORE_COUNT + to;
      step[at] = (step[at] ?? 0) * kept * silence;
    }
  }
  const powers = [step];
  model.powers.set(key, powers);
  return powers;
};

const normalised = (weights: Float64Array): void => {
  let sum = 0;
  for (const weight of weights) sum += weight;
  for (let index = 0; index < weights.length; index++) {
    weights[index] = (weights[index] ?? 0) / sum;
  }
};

/** Lets days pass in which nothing was observed but silence. */
const pass = (model: Model, belief: Belief, days: number, quiet: Quiet): Belief => {
  const weights = belief.weights.slice();
  const half = weights.length / talkers.length;
  const stride = half / CORE_COUNT;
  for (let talker = 0; talker < talkers.length; talker++) {
    const powers = quietPowers(model, quiet, talker);
    const [from, until] = [talker * half, (talker + 1) * half];
    appliedDays(weights, powers, { size: CORE_COUNT, stride, from, until, days });
  }
  belief.traits.forEach((trait, index) => {
    const lookStride = SETTINGS ** (belief.traits.length - 1 - index);
    const powers = model.looks[trait].powers;
    const shape = { size: SETTINGS, stride: lookStride, from: 0, until: weights.length, days };
    appliedDays(weights, powers, shape);
  });
  normalised(weights);
  return { ...belief, day: belief.day + days, weights };
};

/** Adds a trait as it stands on this day by its own course since the first day. */
const withTrait = (model: Model, belief: Belief, trait: Trait, age: number): Belief => {
  if (belief.traits.includes(trait)) return belief;
  const { initially, powers } = model.looks[trait];
  const settings = initially.slice();
  appliedDays(settings, powers, { size: SETTINGS, stride: 1, from: 0, until: SETTINGS, days: age });
  const weights = new Float64Array(belief.weights.length * SETTINGS);
  for (let index = 0; index < weights.length; index++) {
    const outer = belief.weights[Math.floor(index / SETTINGS)] ?? 0;
    weights[index] = outer * (settings[index % SETTINGS] ?? 0);
  }
  return { ...belief, weights, traits: [...belief.traits, trait] };
};

/** How likely this day's observations are in each core state, for one talker. */
export const coreLikelihood = (
  model: Model,
  plan: DayPlan,
  talker: number,
  core: number,
): number => {
  const liveness = core % LIVENESS_COUNT;
  const isBlocked = core >= BLOCKED;
  const { leak } = model;
  let likelihood = 1;
  const see = (chance: number) => {
    likelihood *= chance;
  };
  /** A proof of life: next to impossible under a block or from a phone that is off. */
  const prove = (chance: number) => {
    see(Math.max(chance, leak.liveness) * (isBlocked ? leak.block : 1));
  };
  const code = isBlocked
    ? model.unreachableCodeWhenBlocked
    : (model.unreachableCode[liveness] ?? 0);
  const arrives = model.arrives[liveness] ?? 0;
  if (plan.unreachable) see(code);
  if (plan.accepted) see(1 - code);
  if (plan.arrived !== 'none') {
    prove(arrives);
    // What was sent under a block does not come once it is lifted.
    if (plan.arrived === 'queue' && core < QUEUED) see(leak.block);
  } else if (plan.waits && core >= QUEUED && !isBlocked) see(1 - arrives);
  const writes = model.writes[talker]?.[liveness] ?? 0;
  if (plan.inbound === 'some') prove(writes);
  if (plan.inbound === 'none' && !isBlocked) see(1 - writes);
  if (plan.ring === 'some') prove(model.rings[liveness] ?? 0);
  if (plan.ring === 'none')
    see(1 - (isBlocked ? model.ringsWhenBlocked : (model.rings[liveness] ?? 0)));
  const receipt = model.receipt[liveness] ?? 0;
  if (plan.receipt) see(receipt);
  if (plan.receiptMissing) see(1 - receipt);
  return likelihood;
};

/** How likely a look is, given the setting and whether we are blocked. */
const lookLikelihood = (
  { seen, seenWhenBlocked }: Model['looks'][Trait],
  setting: number,
  look: { isSeen: boolean; isBlocked: boolean },
): number => {
  const open = look.isBlocked ? seenWhenBlocked : (seen[0] ?? 0);
  const chance = setting === 0 ? open : (seen[setting] ?? 0);
  return look.isSeen ? chance : 1 - chance;
};

const weighed = (model: Model, belief: Belief, plan: DayPlan): void => {
  const { weights, traits } = belief;
  const stride = weights.length / CELLS;
  for (let cell = 0; cell < CELLS; cell++) {
    const [talker, core] = [Math.floor(cell / CORE_COUNT), cell % CORE_COUNT];
    const likelihood = coreLikelihood(model, plan, talker, core);
    for (let inner = 0; inner < stride; inner++) {
      let all = likelihood;
      for (const { trait, seen } of plan.looks.values()) {
        const place = SETTINGS ** (traits.length - 1 - traits.indexOf(trait));
        const setting = Math.floor(inner / place) % SETTINGS;
        all *= lookLikelihood(model.looks[trait], setting, {
          isSeen: seen,
          isBlocked: core >= BLOCKED,
        });
      }
      weights[cell * stride + inner] = (weights[cell * stride + inner] ?? 0) * all;
    }
  }
};

/** Moves all weight of one link to another: a message begins to wait, or the wait is settled. */
const moved = (weights: Float64Array, from: number, to: number): void => {
  const stride = weights.length / CELLS;
  for (let talker = 0; talker < talkers.length; talker++) {
    for (let liveness = 0; liveness < LIVENESS_COUNT * stride; liveness++) {
      const [source, target] = [
        (talker * CORE_COUNT + from) * stride + liveness,
        (talker * CORE_COUNT + to) * stride + liveness,
      ];
      weights[target] = (weights[target] ?? 0) + (weights[source] ?? 0);
      weights[source] = 0;
    }
  }
};

/** Takes in one day. The order is: what was sent begins to wait, what was seen is weighed, waits are settled. */
const observed = (model: Model, before: Belief, plan: DayPlan, age: number): Belief => {
  let belief: Belief = { ...before, weights: before.weights.slice() };
  for (const { trait } of plan.looks.values()) belief = withTrait(model, belief, trait, age);
  const { weights } = belief;
  if (plan.joins && !plan.alive) moved(weights, FREE, QUEUED);
  weighed(model, belief, plan);
  if (plan.alive || !plan.waitsOn) moved(weights, QUEUED, FREE);
  if (plan.alive && plan.joins) moved(weights, FREE, QUEUED);
  normalised(weights);
  return belief;
};

/** The exact belief on the last day of a plan, from all that was observed until then. */
export const filtered = (model: Model, { days, hazard, hearsInbound }: Plan): Belief => {
  const [first, ...rest] = days;
  const startDay = first?.day ?? 0;
  let belief: Belief = { day: startDay, weights: model.initially, traits: [] };
  let waits = false;
  if (first) {
    belief = observed(model, belief, first, 0);
    waits = first.waitsOn;
  }
  for (const plan of rest) {
    const quietDays = plan.day - belief.day - 1;
    if (quietDays > 0) {
      const quiet = { hazard: hazard.on(belief.day + 1), waits, silent: hearsInbound };
      belief = pass(model, belief, quietDays, quiet);
    }
    const night = { hazard: hazard.on(plan.day), waits: false, silent: false };
    belief = observed(model, pass(model, belief, 1, night), plan, plan.day - startDay);
    waits = plan.waitsOn;
  }
  return belief;
};
