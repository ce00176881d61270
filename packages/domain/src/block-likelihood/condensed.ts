import type { Belief } from './filter.ts';
import { lookLikelihood } from './day-likelihood.ts';
import type { Model } from './model.ts';
import { agedTrait } from './quiet-days.ts';
import {
  BLOCKED,
  CORE_COUNT,
  LIVENESS_COUNT,
  livenesses,
  QUEUED,
  talkers,
  traitSettings,
  type Trait,
} from './states.ts';

/**
 * A belief as it is kept of closed days: the core, and what settings go together in each of five groups of it, as if
 * beyond the group a setting said nothing of the phone. Open days are weighed exactly, whatever they start from.
 */
export type Condensed = {
  readonly core: Float64Array;
  readonly traits: readonly Trait[];
  /** By group, then by one trait after the other: shares that add up to one in each group. */
  readonly settings: Float64Array;
};

const SETTINGS = traitSettings.length;
export const CELLS = talkers.length * CORE_COUNT;
export const GROUPS = 5;
const BLOCKED_GROUP = 4;
const [PATCHY, GONE] = [livenesses.indexOf('patchy'), livenesses.indexOf('churned')];

/** Who has just lifted a block, whose phone is on and yet gets nothing, who is off, who is gone, who blocks. */
const groups = Uint8Array.from({ length: CELLS }, (_, cell) => {
  const [core, liveness] = [cell % CORE_COUNT, cell % LIVENESS_COUNT];
  if (core >= BLOCKED) return BLOCKED_GROUP;
  if (liveness === GONE) return 3;
  if (core < QUEUED) return 0;
  return liveness <= PATCHY ? 1 : 2;
});
export const groupOf = (cell: number): number => groups[cell] ?? 0;

/** The belief over everything at once, to go on from. */
export const spreadOut = ({ core, traits, settings }: Condensed): Belief => {
  const width = settings.length / GROUPS;
  const weights = new Float64Array(CELLS * width);
  for (let cell = 0; cell < CELLS; cell++) {
    const [weight, from] = [core[cell] ?? 0, groupOf(cell) * width];
    for (let at = 0; at < width; at++) {
      weights[cell * width + at] = weight * (settings[from + at] ?? 0);
    }
  }
  return { weights, traits };
};

/** Every cell once for each group it may come from. */
export const byOrigin = (core: Float64Array): Float64Array => {
  const weights = new Float64Array(CELLS * GROUPS);
  for (let cell = 0; cell < CELLS; cell++) weights[cell * GROUPS + groupOf(cell)] = core[cell] ?? 0;
  return weights;
};

export const coreOf = (weights: Float64Array): Float64Array => {
  const width = weights.length / CELLS;
  const core = new Float64Array(CELLS);
  for (let at = 0; at < weights.length; at++) {
    const cell = Math.floor(at / width);
    core[cell] = (core[cell] ?? 0) + (weights[at] ?? 0);
  }
  return core;
};

/** Settings now, from those of the origins: a block begun since brings the settings of the free along. */
export const regrouped = (weights: Float64Array, settings: Float64Array): Float64Array => {
  const shares = new Float64Array(GROUPS * GROUPS);
  const totals = new Float64Array(GROUPS);
  for (let cell = 0; cell < CELLS; cell++) {
    const now = groupOf(cell);
    for (let origin = 0; origin < GROUPS; origin++) {
      const weight = weights[cell * GROUPS + origin] ?? 0;
      shares[now * GROUPS + origin] = (shares[now * GROUPS + origin] ?? 0) + weight;
      totals[now] = (totals[now] ?? 0) + weight;
    }
  }
  const width = settings.length / GROUPS;
  const mixed = new Float64Array(settings.length);
  for (let now = 0; now < GROUPS; now++) {
    for (let origin = 0; origin < GROUPS; origin++) {
      const share = (shares[now * GROUPS + origin] ?? 0) / (totals[now] || 1);
      if (share === 0) continue;
      for (let at = 0; at < width; at++) {
        const to = now * width + at;
        mixed[to] = (mixed[to] ?? 0) + share * (settings[origin * width + at] ?? 0);
      }
    }
  }
  return mixed;
};

/** A trait that is looked at for the first time stands alike in every group. */
export const withTrait = (
  model: Model,
  { core, traits, settings }: Condensed,
  { trait, age }: { trait: Trait; age: number },
): Condensed => {
  if (traits.includes(trait)) return { core, traits, settings };
  const aged = agedTrait(model, trait, age);
  const wider = new Float64Array(settings.length * SETTINGS);
  for (let at = 0; at < wider.length; at++) {
    wider[at] = (settings[Math.floor(at / SETTINGS)] ?? 0) * (aged[at % SETTINGS] ?? 0);
  }
  return { core, traits: [...traits, trait], settings: wider };
};

/** Weighs by a look, in place. The core is left for the caller to make add up to one. */
export const weighLook = (
  model: Model,
  { core, traits, settings }: Condensed,
  { trait, seen: isSeen }: { readonly trait: Trait; readonly seen: boolean },
): void => {
  const width = settings.length / GROUPS;
  const apart = SETTINGS ** (traits.length - 1 - traits.indexOf(trait));
  const shares = new Float64Array(GROUPS);
  for (let group = 0; group < GROUPS; group++) {
    const isBlocked = group === BLOCKED_GROUP;
    const chances = Float64Array.from(traitSettings, (_, setting) =>
      lookLikelihood(model.looks[trait], setting, { isSeen, isBlocked }),
    );
    let share = 0;
    for (let at = 0; at < width; at++) {
      const chance = chances[Math.floor(at / apart) % SETTINGS] ?? 0;
      const weight = (settings[group * width + at] ?? 0) * chance;
      settings[group * width + at] = weight;
      share += weight;
    }
    shares[group] = share;
    const scale = share > 0 ? 1 / share : 0;
    for (let at = group * width; at < (group + 1) * width; at++) {
      settings[at] = (settings[at] ?? 0) * scale;
    }
  }
  for (let cell = 0; cell < CELLS; cell++) {
    core[cell] = (core[cell] ?? 0) * (shares[groupOf(cell)] ?? 0);
  }
};
