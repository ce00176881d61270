import { coreStep, multiply, type Hazard, type Matrix, type Model } from '../model/model.ts';
import {
  BLOCKED,
  CORE_COUNT,
  LIVENESS_COUNT,
  QUEUED,
  talkers,
  traits as traitNames,
  traitSettings,
  type Trait,
} from '../model/states.ts';

const SETTINGS = traitSettings.length;

/** What every one of a run of days without plans has in common. */
export type Quiet = {
  readonly hazard: Hazard;
  /** A message of ours waits, and nothing shows that the phone is there. */
  readonly waits: boolean;
  /** The day was listened to, and nobody wrote. */
  readonly silent: boolean;
};

type Shape = { size: number; stride: number; from: number; until: number };

/** A matrix by its entries that are not zero, of which there are few: phones do not jump about. */
type Sparse = { readonly from: Uint8Array; readonly to: Uint8Array; readonly values: Float64Array };

const sparse = (matrix: Matrix, size: number): Sparse => {
  const places = Array.from(matrix.keys()).filter((at) => matrix[at] !== 0);
  return {
    from: Uint8Array.from(places, (at) => Math.floor(at / size)),
    to: Uint8Array.from(places, (at) => at % size),
    values: Float64Array.from(places, (at) => matrix[at] ?? 0),
  };
};
const sparseOf = new WeakMap<Matrix, Sparse>();

/** Reused by every multiplication: the filter runs to its end without giving way to another. */
const before = new Float64Array(CORE_COUNT * SETTINGS ** traitNames.length);

/** One block whose cells lie side by side, as they do until a trait is looked at: for one cell a loop costs more than its work. */
const addEach = (weights: Float64Array, { from, to, values }: Sparse, block: number): void => {
  for (let nth = 0; nth < values.length; nth++) {
    const at = block + (to[nth] ?? 0);
    weights[at] = (weights[at] ?? 0) + (before[from[nth] ?? 0] ?? 0) * (values[nth] ?? 0);
  }
};

/** One block whose cells lie `stride` apart, each of them as many settings side by side. */
const addApart = (
  weights: Float64Array,
  { from, to, values }: Sparse,
  block: number,
  stride: number,
): void => {
  for (let nth = 0; nth < values.length; nth++) {
    const value = values[nth] ?? 0;
    let source = (from[nth] ?? 0) * stride;
    const start = block + (to[nth] ?? 0) * stride;
    for (let at = start; at < start + stride; at++, source++) {
      weights[at] = (weights[at] ?? 0) + (before[source] ?? 0) * value;
    }
  }
};

/** Multiplies the `size` cells that lie `stride` apart, in every block of size * stride cells, by a matrix. */
const apply = (weights: Float64Array, matrix: Matrix, { size, stride, from, until }: Shape) => {
  const entries = sparseOf.get(matrix) ?? sparse(matrix, size);
  sparseOf.set(matrix, entries);
  const width = size * stride;
  for (let block = from; block < until; block += width) {
    for (let at = 0; at < width; at++) before[at] = weights[block + at] ?? 0;
    weights.fill(0, block, block + width);
    if (stride === 1) addEach(weights, entries, block);
    else addApart(weights, entries, block, stride);
  }
};

/** Applies a day's matrix many times, by its powers of two. */
const applyDays = (
  weights: Float64Array,
  powers: Matrix[],
  { days, shape }: { days: number; shape: Shape },
): void => {
  for (let exponent = 0, left = days; left > 0; exponent++, left = Math.floor(left / 2)) {
    const known = powers[exponent];
    const power = known ?? squareOf(powers, exponent, shape.size);
    if (left % 2 === 1) apply(weights, power, shape);
  }
};

const squareOf = (powers: Matrix[], exponent: number, size: number): Matrix => {
  const root = powers[exponent - 1] ?? new Float64Array(size * size);
  const square = multiply(root, root, size);
  powers[exponent] = square;
  return square;
};

/** The chance that somebody who could write does not, on one day. */
const silenceOf = (model: Model, talker: number, liveness: number): number =>
  1 - (model.writes[talker]?.[liveness] ?? 0);

/** Powers of the matrix of one quiet day: transition, then what waiting and silence say. */
const quietPowers = (model: Model, { hazard, waits, silent }: Quiet, talker: number): Matrix[] => {
  const key =
    Number(hazard.complaint) |
    (Number(hazard.frequent) << 1) |
    (Number(hazard.optOut) << 2) |
    (Number(waits) << 3) |
    (Number(silent) << 4) |
    (talker << 5);
  const known = model.powers[key];
  if (known) return known;
  const step = coreStep(model.priors, hazard);
  for (let from = 0; from < CORE_COUNT; from++) {
    for (let to = 0; to < BLOCKED; to++) {
      const liveness = to % LIVENESS_COUNT;
      const kept = waits && to >= QUEUED ? 1 - (model.arrives[liveness] ?? 0) : 1;
      const silence = silent ? silenceOf(model, talker, liveness) : 1;
      const at = from * CORE_COUNT + to;
      step[at] = (step[at] ?? 0) * kept * silence;
    }
  }
  const powers = [step];
  model.powers[key] = powers;
  return powers;
};

export const normalise = (weights: Float64Array): void => {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) sum += weights[index] ?? 0;
  const scale = 1 / sum;
  for (let index = 0; index < weights.length; index++) {
    weights[index] = (weights[index] ?? 0) * scale;
  }
};

/** Lets days pass, in place, in which nothing was observed but silence. */
export const passDays = (
  model: Model,
  belief: { readonly weights: Float64Array; readonly traits: readonly Trait[] },
  { days, quiet }: { days: number; quiet: Quiet },
): void => {
  const { weights } = belief;
  const half = weights.length / talkers.length;
  const stride = half / CORE_COUNT;
  for (let talker = 0; talker < talkers.length; talker++) {
    const shape = { size: CORE_COUNT, stride, from: talker * half, until: (talker + 1) * half };
    applyDays(weights, quietPowers(model, quiet, talker), { days, shape });
  }
  driftTraits(model, belief, days);
};

/** Lets settings take their own course, in place: one trait after the other, whatever stands before them. */
export const driftTraits = (
  model: Model,
  { weights, traits }: { readonly weights: Float64Array; readonly traits: readonly Trait[] },
  days: number,
): void => {
  for (let index = 0; index < traits.length; index++) {
    const trait = traits[index];
    if (!trait) continue;
    const apart = SETTINGS ** (traits.length - 1 - index);
    const shape = { size: SETTINGS, stride: apart, from: 0, until: weights.length };
    applyDays(weights, model.looks[trait].powers, { days, shape });
  }
};

/** Where a trait stands by its own course, this many days after the first. */
export const agedTrait = (model: Model, trait: Trait, nights: number): Float64Array => {
  const weights = model.looks[trait].initially.slice();
  driftTraits(model, { weights, traits: [trait] }, nights);
  return weights;
};
