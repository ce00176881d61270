import {
  apartOf,
  CELLS,
  groupOf,
  GROUPS,
  groupsIn,
  sizeOf,
  type FactoredBelief,
} from './factored-belief.ts';
import type { Model } from '../model/model.ts';
import { normalise } from '../filter/quiet-days.ts';
import type { Trait } from '../model/states.ts';

const shares = new Float64Array(GROUPS * GROUPS);
const totals = new Float64Array(GROUPS);

/** How much of each group came from each origin, and how much is in it: into `shares` and `totals`. */
const sumShares = (weights: Float64Array, columns: number): void => {
  shares.fill(0);
  totals.fill(0);
  for (let cell = 0; cell < CELLS; cell++) {
    const now = groupOf(cell);
    for (let nth = 0; nth < columns; nth++) {
      const weight = weights[cell * columns + nth] ?? 0;
      shares[now * columns + nth] = (shares[now * columns + nth] ?? 0) + weight;
      totals[now] = (totals[now] ?? 0) + weight;
    }
  }
};

/** Settings now, from those of the origins: a block begun since brings the settings of the free along. */
const regrouped = (
  weights: Float64Array,
  origins: readonly number[],
  settings: Float64Array,
): Float64Array => {
  const columns = origins.length;
  sumShares(weights, columns);
  const width = settings.length / GROUPS;
  const mixed = new Float64Array(settings.length);
  for (let now = 0; now < GROUPS; now++) {
    for (let column = 0; column < columns; column++) {
      const share = (shares[now * columns + column] ?? 0) / (totals[now] || 1);
      if (share === 0) continue;
      let from = (origins[column] ?? 0) * width;
      for (let to = now * width; to < (now + 1) * width; to++, from++) {
        mixed[to] = (mixed[to] ?? 0) + share * (settings[from] ?? 0);
      }
    }
  }
  return mixed;
};

/** How probably a setting is closed or opened in one night. */
const turnsOf = (model: Model, trait: Trait) => {
  const [, closes = 0, , opens = 0] = model.looks[trait].powers[0] ?? [];
  return { closes, opens };
};

/** Lets settings take their own sequence for some nights, in place, by what remains of what they were. */
const drift = (
  model: Model,
  { traits, settings }: Pick<FactoredBelief, 'traits' | 'settings'>,
  nights: number,
): void => {
  for (const trait of traits) {
    const { closes, opens } = turnsOf(model, trait);
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
export type Apart = {
  readonly day: number;
  readonly belief: FactoredBelief;
  readonly origins: readonly number[];
  readonly weights: Float64Array;
};

/** Sets a belief on its way; in the room of one that is over, if there is enough. */
export const apart = (day: number, belief: FactoredBelief, room?: Float64Array): Apart => {
  const { core, traits } = belief;
  if (traits.length === 0) return { day, belief, origins: [0], weights: core.slice() };
  const origins = groupsIn(core);
  const columns = origins.length;
  const isEnough = room !== undefined && room !== core && room.length === CELLS * columns;
  const weights = isEnough ? room.fill(0) : new Float64Array(CELLS * columns);
  for (let cell = 0; cell < CELLS; cell++) {
    const column = origins.indexOf(groupOf(cell));
    if (column >= 0) weights[cell * columns + column] = core[cell] ?? 0;
  }
  return { day, belief, origins, weights };
};

/** A belief at the end of its way, with its core in a given place. */
export const together = (
  model: Model,
  variant: Apart,
  { day, core }: { day: number; core: Float64Array },
): FactoredBelief => {
  const { belief, origins, weights } = variant;
  const { traits, settings } = belief;
  normalise(weights);
  if (traits.length === 0) return { core: weights, traits, settings };
  const next = { core, traits, settings: regrouped(weights, origins, settings) };
  drift(model, next, day - variant.day);
  const columns = origins.length;
  for (let cell = 0; cell < CELLS; cell++) {
    let sum = 0;
    for (let at = cell * columns; at < (cell + 1) * columns; at++) sum += weights[at] ?? 0;
    core[cell] = sum;
  }
  return next;
};
