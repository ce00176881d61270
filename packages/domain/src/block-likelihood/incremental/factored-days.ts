import { CELLS, GROUPS, weighLook, withTrait, type FactoredBelief } from './factored-belief.ts';
import { throughDays, type DaySequence } from './day-sequence.ts';
import type { Passing } from './day-operators.ts';
import type { Plan } from '../evidence/day-plan.ts';
import { filtered } from '../filter/filter.ts';
import type { Model } from '../model/model.ts';
import { apart, together, type Apart } from './origins.ts';
import { normalise } from '../filter/quiet-days.ts';
import type { Trait } from '../model/states.ts';

/** One of the beliefs that go through the same days, at an earlier close. */
export type Variant = {
  readonly belief: FactoredBelief;
  /** A trait whose looks are passed over, as if nobody had looked. */
  readonly unseen: Trait | undefined;
};

type Closing = {
  readonly plan: Plan;
  readonly sequence: DaySequence;
  readonly until: number;
  readonly variants: readonly Variant[];
  /** The first day is taken in but for its looks. */
  readonly isFirst: boolean;
};

const passing: Passing = { now: new Float64Array(), next: new Float64Array(), columns: 0 };

/** Every belief takes the same days, so all go through them side by side. */
const pass = (
  model: Model,
  { sequence, from, until }: { sequence: DaySequence; from: number; until: number },
  variants: readonly Apart[],
): void => {
  if (until <= from) return;
  let columns = 0;
  for (const { origins } of variants) columns += origins.length;
  if (passing.now.length < CELLS * columns) {
    passing.now = new Float64Array(CELLS * columns);
    passing.next = new Float64Array(CELLS * columns);
  }
  passing.columns = columns;
  let first = 0;
  for (const { origins, weights } of variants) {
    const to = { weights: passing.now, width: columns, first };
    copy({ weights, width: origins.length, first: 0 }, to);
    first += origins.length;
  }
  throughDays(model, sequence, { passing, from, until });
  first = 0;
  for (const { origins, weights } of variants) {
    const to = { weights, width: origins.length, first: 0 };
    copy({ weights: passing.now, width: columns, first }, to);
    first += origins.length;
  }
};

type Columns = { readonly weights: Float64Array; readonly width: number; readonly first: number };

/** Copies as many columns as the narrower has. */
const copy = (from: Columns, to: Columns): void => {
  const columns = Math.min(from.width, to.width);
  const [source, target] = [from.weights, to.weights];
  for (let cell = 0; cell < CELLS; cell++) {
    let at = cell * from.width + from.first;
    const begin = cell * to.width + to.first;
    for (let goal = begin; goal < begin + columns; goal++, at++) target[goal] = source[at] ?? 0;
  }
};

/** The core when the first day is over; settings come with looks. */
export const beginning = (model: Model, plan: Plan): FactoredBelief => {
  const day = plan.days[0]?.day ?? 0;
  const { weights: core } = filtered(model, plan, { until: day, isBlind: true });
  return { core, traits: [], settings: new Float64Array(GROUPS).fill(1) };
};

type Looks = readonly { readonly trait: Trait; readonly seen: boolean }[];

/** Between two stretches a core is needed for a moment only. */
const passingCore = new Float64Array(CELLS);

const looked = (model: Model, variant: Apart, { looks, day, age }: Looked): Apart => {
  let belief = together(model, variant, { day, core: passingCore });
  for (const { trait } of looks) belief = withTrait(model, belief, { trait, age });
  for (const look of looks) weighLook(model, belief, look);
  normalise(belief.core);
  return apart(day, belief, variant.weights);
};
type Looked = { readonly looks: Looks; readonly day: number; readonly age: number };

/** The factored beliefs at the end of a day: exact between looks, factored again at each. */
export const factoredOn = (
  model: Model,
  { plan, sequence, until, variants, isFirst }: Closing,
): readonly FactoredBelief[] => {
  const firstDay = plan.days[0]?.day ?? until;
  let from = sequence.after;
  let ways = variants.map(({ belief }) => apart(from, belief));
  for (const { day, looks: all } of plan.days) {
    if (day > until) break;
    if (all.size === 0 || day < from || (day === from && !isFirst)) continue;
    pass(model, { sequence, from, until: day }, ways);
    from = day;
    ways = ways.map((variant, nth) => {
      const looks = [...all.values()].filter(({ trait }) => trait !== variants[nth]?.unseen);
      return looks.length === 0
        ? variant
        : looked(model, variant, { looks, day, age: day - firstDay });
    });
  }
  pass(model, { sequence, from, until }, ways);
  return ways.map((variant) =>
    together(model, variant, { day: until, core: new Float64Array(CELLS) }),
  );
};
