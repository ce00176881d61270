import type { LearnedRate } from '@tact/contracts';
import { assumedPriors } from '../block-likelihood/model/assumed-priors.ts';
import type { Priors } from '../block-likelihood/model/priors.ts';
import { type Calibration, CALIBRATION_LABELS_MIN, identity, plattOf } from './calibration.ts';
import { type Counts, observationsOf } from './counts.ts';
import { type Judged, weighed } from './held-out.ts';
import { assumedTelling, rateNames, rates, type Taught } from './rates.ts';

/** Where every fit begins and what it is pulled to: the assumptions, never an earlier fit. */
export const assumedTaught: Taught = { priors: assumedPriors, telling: assumedTelling };

/** A round is a look at every contact. More than this teach a tenant's rates little. */
export const ROUNDS_MAX = 12;
/** Relative change of every rate below which a fit has come to rest. */
export const CHANGE_MIN = 0.005;

/** Each rate with what was assumed and what came of it, for the card. */
export const learnedRates = (taught: Taught, counts: Counts): LearnedRate[] =>
  rateNames.map((name) => ({
    name,
    assumed: rates[name].read(assumedTaught),
    assumedWeight: rates[name].weight,
    learned: rates[name].read(taught),
    ...observationsOf(counts, name),
  }));

export type ChosenCalibration = Calibration & {
  readonly method: 'identity' | 'platt';
  readonly because: string;
};

/** A calibration where enough people told, on held-out people whom the metrics will not see. */
export const calibrationFrom = (
  judged: readonly Judged[],
  frequency: number,
): ChosenCalibration => {
  const counted = (truth: Judged['truth']) => judged.filter((one) => one.truth === truth).length;
  const [blocked, not] = [counted('said-blocked'), counted('not-blocked')];
  const seen = `${blocked} held-out people reported a block, ${not} were proved not to have`;
  if (Math.min(blocked, not) < CALIBRATION_LABELS_MIN) {
    const because = `${seen}: fewer than ${CALIBRATION_LABELS_MIN} on a side calibrate nothing.`;
    return { method: 'identity', ...identity, because };
  }
  return { method: 'platt', ...plattOf(weighed(judged, frequency)), because: `${seen}.` };
};

/** The priors of a fitted model. The publishing rule is law, not data: it stays as it was. */
export const fittedPriors = (
  { priors }: Taught,
  { version, calibration }: { readonly version: string; readonly calibration: Calibration },
): Priors => ({
  ...priors,
  version,
  calibration: { slope: calibration.slope, intercept: calibration.intercept },
});
