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
import { throughDays, type Course } from './day-operators.ts';
import type { Plan } from './day-plan.ts';
import { filtered } from './filter.ts';
import type { Model } from './model.ts';
import { normalise } from './quiet-days.ts';
import type { Trait } from './states.ts';

/** One of the beliefs that go through the same days, at an earlier close. */
export type Lane = {
  readonly belief: Condensed;
  /** A trait whose looks are passed over, as if nobody had looked. */
  readonly unseen: Trait | undefined;
};

type Closing = {
  readonly plan: Plan;
  readonly course: Course;
  readonly until: number;
  readonly lanes: readonly Lane[];
  /** The first day is taken in but for its looks. */
  readonly isFirst: boolean;
};

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

/** A belief on its way: its core by where it came from, while somebody's settings are known. */
type Apart = {
  readonly day: number;
  readonly belief: Condensed;
  readonly origins: readonly number[];
  weights: Float64Array;
};

const apart = (day: number, belief: Condensed): Apart => {
  const { core, traits } = belief;
  if (traits.length === 0) return { day, belief, origins: [0], weights: core };
  const origins = groupsIn(core);
  const weights = new Float64Array(CELLS * origins.length);
  for (let cell = 0; cell < CELLS; cell++) {
    const column = origins.indexOf(groupOf(cell));
    if (column >= 0) weights[cell * origins.length + column] = core[cell] ?? 0;
  }
  return { day, belief, origins, weights };
};

/** Every belief takes the same days, so all go through them side by side. */
const pass = (
  model: Model,
  { course, from, until }: { course: Course; from: number; until: number },
  lanes: readonly Apart[],
): void => {
  if (until <= from) return;
  const columns = lanes.reduce((sum, { origins }) => sum + origins.length, 0);
  const beside = new Float64Array(CELLS * columns);
  let first = 0;
  for (const { origins, weights } of lanes) {
    copy(
      { from: weights, width: origins.length, at: 0 },
      { to: beside, width: columns, at: first },
    );
    first += origins.length;
  }
  const after = throughDays(model, course, { weights: beside, columns, from, until });
  first = 0;
  for (const lane of lanes) {
    const [to, width] = [new Float64Array(lane.weights.length), lane.origins.length];
    copy({ from: after, width: columns, at: first }, { to, width, at: 0 });
    lane.weights = to;
    first += width;
  }
};

/** Copies as many columns as the narrower has. */
const copy = (
  { from, width, at }: { from: Float64Array; width: number; at: number },
  target: { to: Float64Array; width: number; at: number },
): void => {
  const { to } = target;
  const columns = Math.min(width, target.width);
  for (let cell = 0; cell < CELLS; cell++) {
    const [source, goal] = [cell * width + at, cell * target.width + target.at];
    for (let nth = 0; nth < columns; nth++) to[goal + nth] = from[source + nth] ?? 0;
  }
};

const together = (model: Model, lane: Apart, day: number): Condensed => {
  const { belief, origins, weights } = lane;
  const { traits, settings } = belief;
  normalise(weights);
  if (traits.length === 0) return { core: weights, traits, settings };
  const next = {
    ...{ core: new Float64Array(CELLS), traits },
    settings: regrouped(weights, origins, settings),
  };
  drift(model, next, day - lane.day);
  for (let at = 0; at < weights.length; at++) {
    const cell = Math.floor(at / origins.length);
    next.core[cell] = (next.core[cell] ?? 0) + (weights[at] ?? 0);
  }
  return next;
};

/** The core when the first day is over; settings come with looks. */
export const beginning = (model: Model, plan: Plan): Condensed => {
  const day = plan.days[0]?.day ?? 0;
  const { weights: core } = filtered(model, plan, { until: day, isBlind: true });
  return { core, traits: [], settings: new Float64Array(GROUPS).fill(1) };
};

type Looks = readonly { readonly trait: Trait; readonly seen: boolean }[];

const looked = (model: Model, lane: Apart, { looks, day, age }: Looked): Apart => {
  let belief = together(model, lane, day);
  for (const { trait } of looks) belief = withTrait(model, belief, { trait, age });
  for (const look of looks) weighLook(model, belief, look);
  normalise(belief.core);
  return apart(day, belief);
};
type Looked = { readonly looks: Looks; readonly day: number; readonly age: number };

/** The condensed beliefs at the end of a day: exact between looks, condensed again at each. */
export const condensedOn = (
  model: Model,
  { plan, course, until, lanes, isFirst }: Closing,
): readonly Condensed[] => {
  const firstDay = plan.days[0]?.day ?? until;
  let from = course.after;
  let ways = lanes.map(({ belief }) => apart(from, belief));
  for (const { day, looks: all } of plan.days) {
    if (day > until) break;
    if (all.size === 0 || day < from || (day === from && !isFirst)) continue;
    pass(model, { course, from, until: day }, ways);
    from = day;
    ways = ways.map((lane, nth) => {
      const looks = [...all.values()].filter(({ trait }) => trait !== lanes[nth]?.unseen);
      return looks.length === 0 ? lane : looked(model, lane, { looks, day, age: day - firstDay });
    });
  }
  pass(model, { course, from, until }, ways);
  return ways.map((lane) => together(model, lane, until));
};
