import { coreLikelihoods } from '../block-likelihood/filter/day-likelihood.ts';
import type { DayPlan, Plan } from '../block-likelihood/evidence/day-plan.ts';
import { coreStep, type Hazard, type Matrix, type Model } from '../block-likelihood/model/model.ts';
import {
  BLOCKED,
  CORE_COUNT,
  LIVENESS_COUNT,
  QUEUED,
  talkers,
} from '../block-likelihood/model/states.ts';

export const CELLS = talkers.length * CORE_COUNT;

/** One calendar day of a history. Without a plan nothing happened but waiting and silence. */
export type LearningDay = {
  readonly day: number;
  readonly hazard: Hazard;
  readonly plan: DayPlan | undefined;
  /** A message waits all day long. */
  readonly waits: boolean;
  /** The day was listened to, and nobody wrote. */
  readonly silent: boolean;
};

/** Every day of a plan, the quiet ones between its days too: a fit looks at each night on its own. */
export const everyDay = ({ days, hazard, countsInbound }: Plan): readonly LearningDay[] => {
  const all: LearningDay[] = [];
  let waitsOn = false;
  for (const plan of days) {
    const from = (all.at(-1)?.day ?? plan.day - 1) + 1;
    const quiet = {
      hazard: hazard.on(from),
      plan: undefined,
      waits: waitsOn,
      silent: countsInbound,
    };
    for (let day = from; day < plan.day; day++) all.push({ day, ...quiet });
    const { waits, inbound, arrived } = plan;
    all.push({
      day: plan.day,
      hazard: hazard.on(plan.day),
      plan,
      waits: waits && arrived === 'none',
      silent: inbound === 'none',
    });
    waitsOn = plan.waitsOn;
  }
  return all;
};

const ofQuietDay = (model: Model, { waits, silent }: LearningDay): Float64Array => {
  const likelihoods = new Float64Array(CELLS).fill(1);
  for (let cell = 0; cell < CELLS; cell++) {
    const core = cell % CORE_COUNT;
    if (core >= BLOCKED) continue;
    const liveness = core % LIVENESS_COUNT;
    const kept = waits && core >= QUEUED ? 1 - (model.arrives[liveness] ?? 0) : 1;
    const writes = model.writes[Math.floor(cell / CORE_COUNT)]?.[liveness] ?? 0;
    likelihoods[cell] = kept * (silent ? 1 - writes : 1);
  }
  return likelihoods;
};

const quietDays = new WeakMap<Model, (Float64Array | undefined)[]>();

/** How likely what a day told is in every cell: [talker][core state]. There are four kinds of quiet days. */
export const likelihoodsOf = (model: Model, day: LearningDay): Float64Array => {
  if (day.plan) {
    const likelihoods = new Float64Array(CELLS);
    coreLikelihoods(model, day.plan, likelihoods);
    return likelihoods;
  }
  const known = quietDays.get(model) ?? [];
  quietDays.set(model, known);
  const kind = Number(day.waits) * 2 + Number(day.silent);
  const likelihoods = known[kind] ?? ofQuietDay(model, day);
  known[kind] = likelihoods;
  return likelihoods;
};

const steps = new WeakMap<Model, Map<string, Matrix>>();

/** The transition of one night, worked out once for each hazard of a model. */
export const nightOf = (model: Model, hazard: Hazard): Matrix => {
  const known = steps.get(model) ?? new Map<string, Matrix>();
  steps.set(model, known);
  const key = `${hazard.complaint}/${hazard.frequent}/${hazard.optOut}`;
  const step = known.get(key) ?? coreStep(model.priors, hazard);
  known.set(key, step);
  return step;
};

/** What the base rate of a block is multiplied with in a night, before the share of the liveness. */
export const hazardFactor = ({ priors: { block } }: Model, hazard: Hazard): number =>
  (hazard.complaint ? block.complaintFactor.value : 1) *
  (hazard.frequent ? block.frequentFactor.value : 1) *
  (hazard.optOut ? block.optOutFactor.value : 1);
