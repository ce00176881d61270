import {
  byOrigin,
  coreOf,
  GROUPS,
  regrouped,
  weighLook,
  withTrait,
  type Condensed,
} from './condensed.ts';
import type { DayPlan, Plan } from './day-plan.ts';
import { filtered } from './filter.ts';
import type { Model } from './model.ts';
import { driftTraits, normalise } from './quiet-days.ts';
import type { Trait } from './states.ts';

export type Start = { readonly day: number; readonly belief: Condensed };

type Closing = {
  readonly plan: Plan;
  readonly from: Start | undefined;
  readonly until: number;
  /** A trait whose looks are passed over, as if nobody had looked. */
  readonly unseen: Trait | undefined;
};

type Looks = readonly { readonly trait: Trait; readonly seen: boolean }[];

const looksOn = ({ looks }: DayPlan, unseen: Trait | undefined): Looks =>
  looks.size === 0 ? [] : [...looks.values()].filter(({ trait }) => trait !== unseen);

/** Takes the belief to a later day. While somebody's settings are known, every origin is filtered apart. */
const carried = (
  model: Model,
  plan: Plan,
  { before, until }: { before: Start | undefined; until: number },
): Condensed => {
  const { core, traits, settings } = before?.belief ?? {
    ...{ core: model.initially, traits: [], settings: new Float64Array(GROUPS).fill(1) },
  };
  const isLooked = traits.length > 0;
  const from = before && {
    day: before.day,
    belief: { weights: isLooked ? byOrigin(core) : core, traits: [] },
  };
  const { weights } = filtered(model, plan, { from, until, isBlind: true });
  if (!before || !isLooked) return { core: weights, traits, settings };
  const drifted = { weights: regrouped(weights, settings), traits };
  driftTraits(model, drifted, until - before.day);
  return { core: coreOf(weights), traits, settings: drifted.weights };
};

/** The condensed belief at the end of a day: exact between looks, condensed again at each. */
export const condensedOn = (model: Model, { plan, from, until, unseen }: Closing): Condensed => {
  const firstDay = plan.days[0]?.day ?? until;
  let before = from;
  for (const stop of plan.days) {
    const { day } = stop;
    if (day > until) break;
    if (stop.looks.size === 0 || (from !== undefined && day <= from.day)) continue;
    const looks = looksOn(stop, unseen);
    if (looks.length === 0) continue;
    let belief = carried(model, plan, { before, until: day });
    for (const { trait } of looks)
      belief = withTrait(model, belief, { trait, age: day - firstDay });
    for (const look of looks) weighLook(model, belief, look);
    normalise(belief.core);
    before = { day, belief };
  }
  return before?.day === until ? before.belief : carried(model, plan, { before, until });
};
