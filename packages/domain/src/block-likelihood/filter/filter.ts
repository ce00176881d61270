import { coreLikelihoods, weighLooks } from './day-likelihood.ts';
import type { DayPlan, Plan } from '../evidence/day-plan.ts';
import type { Model } from '../model/model.ts';
import { agedTrait, normalise, passDays } from './quiet-days.ts';
import {
  CORE_COUNT,
  FREE,
  LIVENESS_COUNT,
  QUEUED,
  talkers,
  traitSettings,
  type Trait,
} from '../model/states.ts';

const SETTINGS = traitSettings.length;
const CELLS = talkers.length * CORE_COUNT;

/**
 * What is believed on a day: [talker][core state][trait setting]... as one array. A trait joins when it
 * is first looked at; before that it is independent of the rest, so leaving it out loses nothing.
 */
export type Belief = { readonly weights: Float64Array; readonly traits: readonly Trait[] };

/** Adds a trait as it stands on this day by its own course since the first day. */
const withTrait = (model: Model, belief: Belief, look: { trait: Trait; age: number }): Belief => {
  if (belief.traits.includes(look.trait)) return belief;
  const settings = agedTrait(model, look.trait, look.age);
  const weights = new Float64Array(belief.weights.length * SETTINGS);
  for (let index = 0; index < weights.length; index++) {
    const outer = belief.weights[Math.floor(index / SETTINGS)] ?? 0;
    weights[index] = outer * (settings[index % SETTINGS] ?? 0);
  }
  return { weights, traits: [...belief.traits, look.trait] };
};

const likelihoods = new Float64Array(CELLS);

const weigh = (model: Model, belief: Belief, plan: DayPlan): void => {
  const { weights } = belief;
  const stride = weights.length / CELLS;
  coreLikelihoods(model, plan, likelihoods);
  for (let cell = 0; cell < CELLS; cell++) {
    const likelihood = likelihoods[cell] ?? 0;
    for (let index = cell * stride; index < (cell + 1) * stride; index++) {
      weights[index] = (weights[index] ?? 0) * likelihood;
    }
  }
};

/** Moves all weight of one link to another: a message begins to wait, or the wait is settled. */
const move = (weights: Float64Array, from: number, to: number): void => {
  const stride = weights.length / CELLS;
  for (let talker = 0; talker < talkers.length; talker++) {
    const start = talker * CORE_COUNT * stride;
    for (let offset = 0; offset < LIVENESS_COUNT * stride; offset++) {
      const source = start + from * stride + offset;
      const target = start + to * stride + offset;
      weights[target] = (weights[target] ?? 0) + (weights[source] ?? 0);
      weights[source] = 0;
    }
  }
};

const noLooks: DayPlan['looks'] = new Map();

/** Takes in one day. The order is: what was sent begins to wait, what was seen is weighed, waits are settled. */
const observe = (
  model: Model,
  before: Belief,
  { plan, age, isBlind }: { plan: DayPlan; age: number; isBlind: boolean },
): Belief => {
  let belief = before;
  const looks = isBlind ? noLooks : plan.looks;
  for (const { trait } of looks.values()) belief = withTrait(model, belief, { trait, age });
  const { weights } = belief;
  if (plan.joins && !plan.alive) move(weights, FREE, QUEUED);
  weigh(model, belief, plan);
  weighLooks(model, belief, looks);
  if (plan.alive || !plan.waitsOn) move(weights, QUEUED, FREE);
  if (plan.alive && plan.joins) move(weights, FREE, QUEUED);
  normalise(weights);
  return belief;
};

/** A stretch of days to filter: from a belief of an earlier run, up to a day before the last. */
export type Stretch = {
  /** The belief at the end of a day; what was seen up to then is in the weights already. */
  readonly from?: { readonly day: number; readonly belief: Belief } | undefined;
  readonly until?: number;
  /** Looks are passed over: somebody else weighs them. */
  readonly isBlind?: boolean;
};

type From = Stretch['from'];

/** Where a stretch begins: at the end of a day that is known, or on the first day of the plan. */
const beginningOf = (model: Model, days: Plan['days'], from: From) => {
  const firstDay = days[0]?.day ?? 0;
  const { weights, traits } = from?.belief ?? { weights: model.initially, traits: [] };
  const belief: Belief = { weights: weights.slice(), traits };
  return { firstDay, startDay: from?.day ?? firstDay, belief };
};

/** In the weights already. */
const isTakenIn = ({ day }: DayPlan, from: From): boolean => from !== undefined && day <= from.day;

/** The exact belief on the last day of a plan, from all that was observed until then. */
export const filtered = (
  model: Model,
  { days, hazard, countsInbound }: Plan,
  { from, until = Infinity, isBlind = false }: Stretch = {},
): Belief => {
  const { firstDay, startDay, belief: first } = beginningOf(model, days, from);
  let belief = first;
  let day = startDay;
  let waits = false;
  const passQuietDays = (last: number): void => {
    if (last <= day) return;
    const quiet = { hazard: hazard.on(day + 1), waits, silent: countsInbound };
    passDays(model, belief, { days: last - day, quiet });
    normalise(belief.weights);
  };
  for (const plan of days) {
    if (isTakenIn(plan, from)) {
      waits = plan.waitsOn;
      continue;
    }
    if (plan.day > until) break;
    passQuietDays(plan.day - 1);
    if (plan.day > startDay) {
      const night = { hazard: hazard.on(plan.day), waits: false, silent: false };
      passDays(model, belief, { days: 1, quiet: night });
    }
    belief = observe(model, belief, { plan, age: plan.day - firstDay, isBlind });
    day = plan.day;
    waits = plan.waitsOn;
  }
  if (until !== Infinity) passQuietDays(until);
  return belief;
};
