import type { Causes } from '@tact/contracts';

/** Log-odds times `slope` plus `intercept` (Platt). It keeps order, so no verdict overtakes another. */
export type Calibration = { readonly slope: number; readonly intercept: number };

export const identity: Calibration = { slope: 1, intercept: 0 };

/** A prediction, and how far it counts as a block and as none: see `weighed` in `held-out.ts`. */
export type Weighed = {
  readonly probability: number;
  readonly positive: number;
  readonly negative: number;
};

/** Keeps log-odds finite. */
const SMALLEST = 1e-12;
export const logitOf = (probability: number): number => {
  const within = Math.min(1 - SMALLEST, Math.max(SMALLEST, probability));
  return Math.log(within / (1 - within));
};
const logistic = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

export const calibrated = (probability: number, { slope, intercept }: Calibration): number =>
  slope === 1 && intercept === 0 ? probability : logistic(slope * logitOf(probability) + intercept);

/** Causes still add up to 1: what "blocked" gains or loses, the others share in their proportions. */
export const calibratedCauses = (causes: Causes, calibration: Calibration | undefined): Causes => {
  const { blocked } = causes;
  if (calibration === undefined || blocked >= 1) return causes;
  const now = calibrated(blocked, calibration);
  const scale = (1 - now) / (1 - blocked);
  return {
    blocked: now,
    'phone-off': causes['phone-off'] * scale,
    'long-off': causes['long-off'] * scale,
    churned: causes.churned * scale,
    network: causes.network * scale,
    reachable: causes.reachable * scale,
  };
};

/** Ours: of fewer people on either side, a curve would be theirs and not the tenant's. */
export const CALIBRATION_LABELS_MIN = 20;
/** Ours: what the two numbers are pulled back to the identity with, in people. */
const PULL = 5;
const NEWTON_STEPS = 50;
/** So narrow that a sign of life still floors the score: one in a million stays below one in a hundred. */
const slopes = { min: 0.5, max: 2 };
const INTERCEPT_MAX = 2;

const within = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));

/**
 * The calibration that makes held-out people most likely, pulled towards the identity. Also with the negative
 * weights of people who told, the loss is convex: what they take from one side is linear in the log-odds.
 */
export const plattOf = (examples: readonly Weighed[]): Calibration => {
  let { slope, intercept } = identity;
  const points = examples.map((one) => ({ ...one, logOdds: logitOf(one.probability) }));
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const gradient = [PULL * (slope - 1), PULL * intercept] as [number, number];
    const curve = [PULL, 0, PULL] as [number, number, number];
    for (const { logOdds, positive, negative } of points) {
      const said = logistic(slope * logOdds + intercept);
      const error = said * (positive + negative) - positive;
      const bend = said * (1 - said) * (positive + negative);
      gradient[0] += error * logOdds;
      gradient[1] += error;
      curve[0] += bend * logOdds * logOdds;
      curve[1] += bend * logOdds;
      curve[2] += bend;
    }
    const determinant = curve[0] * curve[2] - curve[1] * curve[1];
    const moved = [
      (curve[2] * gradient[0] - curve[1] * gradient[1]) / determinant,
      (curve[0] * gradient[1] - curve[1] * gradient[0]) / determinant,
    ] as const;
    // Half a unit at a time: a full Newton step may leave the region where the curve holds.
    slope = within(slope - within(moved[0], -0.5, 0.5), slopes.min, slopes.max);
    intercept = within(intercept - within(moved[1], -0.5, 0.5), -INTERCEPT_MAX, INTERCEPT_MAX);
    if (Math.abs(moved[0]) + Math.abs(moved[1]) < 1e-9) break;
  }
  return { slope, intercept };
};
