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
import {
  emptySettings,
  joined,
  nothing,
  placesOf,
  shares,
  traitsIn,
  weights,
  type PackedBelief,
} from './packed-belief.ts';
import { ratiosIn, ratioText, type Fineness } from './ratio-text.ts';
import type { Trait } from '../model/states.ts';

const finenessOf = { core: [2, 3, 4], settings: [1, 2, 3] } as const satisfies Record<
  string,
  Fineness
>;

/** Where the whole belief holds nothing, ratios are to this instead. */
const floors = { core: Math.exp(-weights.nats), settings: Math.exp(-shares.nats) };

/** In a group in which nobody is, settings stand as in all groups together: another belief may have somebody there. */
const completed = (belief: FactoredBelief): FactoredBelief => {
  const { core, settings } = belief;
  const filled = groupsIn(core);
  if (filled.length === GROUPS) return belief;
  const width = settings.length / GROUPS;
  const together = new Float64Array(width);
  const masses = new Float64Array(GROUPS);
  for (let cell = 0; cell < CELLS; cell++)
    masses[groupOf(cell)] = (masses[groupOf(cell)] ?? 0) + (core[cell] ?? 0);
  for (const group of filled) {
    for (let at = 0; at < width; at++)
      together[at] =
        (together[at] ?? 0) + (masses[group] ?? 0) * (settings[group * width + at] ?? 0);
  }
  const complete = Float64Array.from(settings, (share, at) =>
    filled.includes(Math.floor(at / width)) ? share : (together[at % width] ?? 0),
  );
  return { ...belief, settings: complete };
};

/** The whole belief as others are told by their differences from it: nothing in it is smaller than what its letters can say. */
export const referenceOf = (whole: FactoredBelief): FactoredBelief => {
  const { core, traits: of, settings } = completed(whole);
  return {
    core: core.map((weight) => (weight > 0 ? Math.max(weight, floors.core) : 0)),
    traits: of,
    settings: settings.map((share) => (share > 0 ? Math.max(share, floors.settings) : 0)),
  };
};

/** What a belief with more traits holds of fewer: nothing is known to depend on a look left out. */
const ofTraits = (
  model: Model,
  { core, traits: all, settings }: FactoredBelief,
  of: readonly Trait[],
): FactoredBelief => {
  if (all.length === of.length) return { core, traits: of, settings };
  const narrow = emptySettings(model, of);
  if (of.length === 0) return { core, traits: of, settings: narrow };
  const width = settings.length / GROUPS;
  const kept = of.map((trait) => ({
    apart: apartOf(model, all, trait),
    size: sizeOf(model, trait),
  }));
  for (let at = 0; at < settings.length; at++) {
    let to = Math.floor(at / width);
    for (const { apart, size } of kept) to = to * size + (Math.floor(at / apart) % size);
    narrow[to] = (narrow[to] ?? 0) + (settings[at] ?? 0);
  }
  return { core, traits: of, settings: narrow };
};

/** A ratio to the floor could not be read again from less. */
const SMALLEST = 1e-270;

const ratio = (weight: number, base: number, floor: number): number => {
  if (weight <= 0) return base > 0 ? -Infinity : 0;
  return Math.log(weight / (base > 0 ? base : floor));
};

const cells = Array.from({ length: CELLS }, (_, cell) => cell);

type Compared = Pick<FactoredBelief, 'core' | 'settings'>;

/** The letters of the ratios at some places, and whether all of them say that nothing differs. */
const differences = (
  of: 'core' | 'settings',
  places: Iterable<number>,
  { [of]: weightsNow, base }: Compared & { readonly base: Compared },
) => {
  let [text, isAlike] = ['', true];
  for (const at of places) {
    const letters = ratioText(
      ratio(weightsNow[at] ?? 0, base[of][at] ?? 0, floors[of]),
      finenessOf[of],
    );
    isAlike &&= letters === nothing;
    text += letters;
  }
  return { text, isAlike };
};

/**
 * A belief by how it differs from the whole one, cell by cell; empty where it does not. So the difference survives
 * the rounding of both, which share the rounding of the whole.
 */
export const packedDelta = (
  model: Model,
  given: FactoredBelief,
  reference: FactoredBelief,
): PackedBelief => {
  const belief = { ...given, core: given.core.map((weight) => (weight < SMALLEST ? 0 : weight)) };
  const base = ofTraits(model, reference, belief.traits);
  const compared = { ...belief, base };
  const core = differences('core', cells, compared);
  const settings = differences('settings', placesOf(belief), compared);
  const isNarrow = belief.traits.length < reference.traits.length;
  const isAlike = core.isAlike && settings.isAlike && !isNarrow;
  return isAlike ? '' : joined(core.text, belief.traits, settings.text);
};

const times = (base: number, logarithm: number, floor: number): number => {
  if (logarithm === 0) return base;
  return (base > 0 ? base : floor) * Math.exp(logarithm);
};

export const unpackedDelta = (
  model: Model,
  text: PackedBelief,
  reference: FactoredBelief,
): FactoredBelief => {
  const [coreText = '', initialsText = '', settingsText = ''] = text.split('.');
  const of = traitsIn(initialsText);
  const base = ofTraits(model, reference, of);
  const next = ratiosIn(coreText, finenessOf.core);
  const core = new Float64Array(CELLS);
  for (let cell = 0; cell < CELLS; cell++)
    core[cell] = times(base.core[cell] ?? 0, next(), floors.core);
  const settings = emptySettings(model, of);
  const nextShare = ratiosIn(settingsText, finenessOf.settings);
  for (const at of placesOf({ core, settings, traits: of }))
    settings[at] = times(base.settings[at] ?? 0, nextShare(), floors.settings);
  return { core, traits: of, settings };
};
