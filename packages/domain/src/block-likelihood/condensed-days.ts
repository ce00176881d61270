import {
  apartOf,
  CELLS,
  groupOf,
  GROUPS,
  groupsIn,
  sizeOf,
  weighLook,
  withTrait,
  type Condensed,
} from './condensed.ts';
import { courseOf, throughDays, type Course } from './day-operators.ts';
import type { DayPlan, Plan } from './day-plan.ts';
import { filtered } from './filter.ts';
import type { Model } from './model.ts';
import { normalise } from './quiet-days.ts';
import type { Trait } from './states.ts';

type Start = { readonly day: number; readonly belief: Condensed };

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

/** Settings now, from those of the origins: a block begun since brings the settings of the free along. */
const regrouped = (
  weights: Float64Array,
  origins: readonly number[],
  settings: Float64Array,
): Float64Array => {
  const columns = origins.length;
  const shares = new Float64Array(GROUPS * columns);
  const totals = new Float64Array(GROUPS);
  for (let at = 0; at < weights.length; at++) {
    const now = groupOf(Math.floor(at / columns));
    const to = now * columns + (at % columns);
    shares[to] = (shares[to] ?? 0) + (weights[at] ?? 0);
    totals[now] = (totals[now] ?? 0) + (weights[at] ?? 0);
  }
  const width = settings.length / GROUPS;
  const mixed = new Float64Array(settings.length);
  for (let at = 0; at < shares.length; at++) {
    const now = Math.floor(at / columns);
    const share = (shares[at] ?? 0) / (totals[now] || 1);
    if (share === 0) continue;
    const from = (origins[at % columns] ?? 0) * width;
    for (let nth = 0; nth < width; nth++) {
      const to = now * width + nth;
      mixed[to] = (mixed[to] ?? 0) + share * (settings[from + nth] ?? 0);
    }
  }
  return mixed;
};

/** Lets settings take their own course for some nights, in place, by what remains of what they were. */
const drift = (
  model: Model,
  { traits, settings }: Pick<Condensed, 'traits' | 'settings'>,
  nights: number,
): void => {
  for (const trait of traits) {
    const [, closes = 0, , opens = 0] = model.looks[trait].powers[0] ?? [];
    const turns = closes + opens;
    if (turns === 0) continue;
    const [remains, open] = [(1 - turns) ** nights, opens / turns];
    const [apart, size] = [apartOf(model, traits, trait), sizeOf(model, trait)];
    for (let from = 0; from < settings.length; from += apart * size) {
      for (let at = from; at < from + apart; at++) {
        const both = (settings[at] ?? 0) + (settings[at + apart] ?? 0);
        const opened = both * open + ((settings[at] ?? 0) - both * open) * remains;
        settings[at] = opened;
        settings[at + apart] = both - opened;
      }
    }
  }
};

/** Takes the belief to a later day. While somebody's settings are known, every origin goes apart. */
const carried = (
  model: Model,
  course: Course,
  { before: { day, belief }, until }: { before: Start; until: number },
): Condensed => {
  const { core, traits, settings } = belief;
  const origins = traits.length > 0 ? groupsIn(core) : [0];
  const columns = origins.length;
  const apart = new Float64Array(CELLS * columns);
  for (let cell = 0; cell < CELLS; cell++) {
    const column = traits.length > 0 ? origins.indexOf(groupOf(cell)) : 0;
    if (column >= 0) apart[cell * columns + column] = core[cell] ?? 0;
  }
  const weights = throughDays(model, course, { weights: apart, columns, from: day, until });
  normalise(weights);
  if (traits.length === 0) return { core: weights, traits, settings };
  const next = {
    core: new Float64Array(CELLS),
    traits,
    settings: regrouped(weights, origins, settings),
  };
  drift(model, next, until - day);
  for (let at = 0; at < weights.length; at++) {
    const cell = Math.floor(at / columns);
    next.core[cell] = (next.core[cell] ?? 0) + (weights[at] ?? 0);
  }
  return next;
};

const beginning = (model: Model, plan: Plan): Start => {
  const day = plan.days[0]?.day ?? 0;
  const { weights: core } = filtered(model, plan, { until: day, isBlind: true });
  const nothing = { traits: [], settings: new Float64Array(GROUPS).fill(1) };
  return { day, belief: { core, ...nothing } };
};

/** The condensed belief at the end of a day: exact between looks, condensed again at each. */
export const condensedOn = (model: Model, { plan, from, until, unseen }: Closing): Condensed => {
  const firstDay = plan.days[0]?.day ?? until;
  let before = from ?? beginning(model, plan);
  const course = courseOf(plan, { after: before.day, until });
  for (const stop of plan.days) {
    const { day } = stop;
    if (day > until) break;
    if (stop.looks.size === 0 || (from !== undefined && day <= from.day)) continue;
    const looks = looksOn(stop, unseen);
    if (looks.length === 0) continue;
    let belief = carried(model, course, { before, until: day });
    for (const { trait } of looks)
      belief = withTrait(model, belief, { trait, age: day - firstDay });
    for (const look of looks) weighLook(model, belief, look);
    normalise(belief.core);
    before = { day, belief };
  }
  return before.day === until ? before.belief : carried(model, course, { before, until });
};
