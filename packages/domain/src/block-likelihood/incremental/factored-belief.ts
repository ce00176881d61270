import type { Belief } from '../filter/filter.ts';
import { lookLikelihood } from '../filter/day-likelihood.ts';
import type { Model } from '../model/model.ts';
import { agedTrait } from '../filter/quiet-days.ts';
import {
  BLOCKED,
  CORE_COUNT,
  LIVENESS_COUNT,
  livenesses,
  QUEUED,
  talkers,
  traitSettings,
  type Trait,
} from '../model/states.ts';

/**
 * A belief as it is kept of closed days: the core, and what settings go together in each of five groups of it, as if
 * beyond the group a setting said nothing of the phone. Open days are weighed exactly, whatever they start from.
 */
export type FactoredBelief = {
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

/** Every choice of groups, by the sum of its powers of two. */
const groupLists = Array.from({ length: 2 ** GROUPS }, (_, filled) =>
  [0, 1, 2, 3, 4].filter((group) => (filled & (1 << group)) !== 0),
);

/** Nobody who has a last-seen comes to have none: where all have one, that setting is left out. */
export const sizeOf = (model: Model, trait: Trait): number =>
  (model.looks[trait].initially[SETTINGS - 1] ?? 0) > 0 ? SETTINGS : SETTINGS - 1;

/** How far apart two settings of a trait lie, which those after it share out among them. */
export const apartOf = (model: Model, traits: readonly Trait[], trait: Trait): number =>
  traits.slice(traits.indexOf(trait) + 1).reduce((apart, after) => apart * sizeOf(model, after), 1);

/** The belief over everything at once, to go on from. */
export const spreadOut = (model: Model, { core, traits, settings }: FactoredBelief): Belief => {
  const width = settings.length / GROUPS;
  const wide = SETTINGS ** traits.length;
  const places = Array.from({ length: width }, (_, at) =>
    traits.reduce((place, trait) => {
      const setting = Math.floor(at / apartOf(model, traits, trait)) % sizeOf(model, trait);
      return place * SETTINGS + setting;
    }, 0),
  );
  const weights = new Float64Array(CELLS * wide);
  for (let cell = 0; cell < CELLS; cell++) {
    const [weight, from] = [core[cell] ?? 0, groupOf(cell) * width];
    for (const [at, place] of places.entries()) {
      weights[cell * wide + place] = weight * (settings[from + at] ?? 0);
    }
  }
  return { weights, traits };
};

/** Groups in which somebody may be. */
export const groupsIn = (core: Float64Array): readonly number[] => {
  let filled = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    if ((core[cell] ?? 0) > 0) filled |= 1 << groupOf(cell);
  }
  return groupLists[filled] ?? [];
};

/** A trait that is looked at for the first time stands alike in every group. */
export const withTrait = (
  model: Model,
  { core, traits, settings }: FactoredBelief,
  { trait, age }: { trait: Trait; age: number },
): FactoredBelief => {
  if (traits.includes(trait)) return { core, traits, settings };
  const aged = agedTrait(model, trait, age);
  const size = sizeOf(model, trait);
  const wider = new Float64Array(settings.length * size);
  for (let at = 0; at < wider.length; at++) {
    wider[at] = (settings[Math.floor(at / size)] ?? 0) * (aged[at % size] ?? 0);
  }
  return { core, traits: [...traits, trait], settings: wider };
};

const shares = new Float64Array(GROUPS);

/** What a look left of each group is one again. */
const levelled = (settings: Float64Array, width: number): void => {
  for (let group = 0; group < GROUPS; group++) {
    const scale = 1 / (shares[group] || 1);
    for (let at = group * width; at < (group + 1) * width; at++) {
      settings[at] = (settings[at] ?? 0) * scale;
    }
  }
};

/** Weighs by a look, in place. The core is left for the caller to make add up to one. */
export const weighLook = (
  model: Model,
  { core, traits, settings }: FactoredBelief,
  { trait, seen: isSeen }: { readonly trait: Trait; readonly seen: boolean },
): void => {
  const [size, apart] = [sizeOf(model, trait), apartOf(model, traits, trait)];
  const width = settings.length / GROUPS;
  shares.fill(0);
  for (let from = 0; from < settings.length; from += apart) {
    const group = Math.floor(from / width);
    const setting = Math.floor(from / apart) % size;
    const look = { isSeen, isBlocked: group === BLOCKED_GROUP };
    const chance = lookLikelihood(model.looks[trait], setting, look);
    for (let at = from; at < from + apart; at++) {
      const weight = (settings[at] ?? 0) * chance;
      settings[at] = weight;
      shares[group] = (shares[group] ?? 0) + weight;
    }
  }
  levelled(settings, width);
  for (let cell = 0; cell < CELLS; cell++) {
    core[cell] = (core[cell] ?? 0) * (shares[groupOf(cell)] ?? 0);
  }
};
