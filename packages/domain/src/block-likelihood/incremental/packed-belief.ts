import { CELLS, GROUPS, groupsIn, sizeOf, type FactoredBelief } from './factored-belief.ts';
import { inLetters, numberAt } from './letters.ts';
import type { Model } from '../model/model.ts';
import { traits, type Trait } from '../model/states.ts';

/** A factored belief in a few hundred letters: the core, what was looked at by its initials, the settings. */
export type PackedBelief = string;

/** Logarithms down to e^-nats: weights are told apart by four millionths, shares of settings by a ten-thousandth. */
export const weights = { letters: 4, nats: 64 };
export const shares = { letters: 3, nats: 24 };
type Scale = typeof weights;
export const nothing = '~';

const logText = (weight: number, { letters, nats }: Scale): string => {
  if (weight <= 0) return nothing;
  const largest = 64 ** letters - 1;
  const code = largest + Math.round((Math.log(weight) * largest) / nats);
  return inLetters(Math.min(largest, Math.max(0, code)), letters);
};

const logsIn = (text: string, { letters, nats }: Scale): (() => number) => {
  const largest = 64 ** letters - 1;
  let at = 0;
  return () => {
    if (text[at] === nothing) {
      at += 1;
      return 0;
    }
    at += letters;
    return Math.exp(((numberAt(text, at - letters, letters) - largest) * nats) / largest);
  };
};

const initials: Readonly<Record<Trait, string>> = { photo: 'f', presence: 'p', 'group-add': 'g' };

export const traitsIn = (text: string): readonly Trait[] =>
  text.split('').flatMap((initial) => traits.filter((trait) => initials[trait] === initial));

/** Settings of groups in which nobody is are never asked for. */
export const placesOf = ({ core, settings, traits: of }: FactoredBelief): readonly number[] => {
  if (of.length === 0) return [];
  const width = settings.length / GROUPS;
  const places: number[] = [];
  for (const group of groupsIn(core)) {
    for (let at = group * width; at < (group + 1) * width; at++) places.push(at);
  }
  return places;
};

export const joined = (core: string, of: readonly Trait[], settings: string): PackedBelief =>
  of.length === 0 ? core : `${core}.${of.map((trait) => initials[trait]).join('')}.${settings}`;

export const emptySettings = (model: Model, of: readonly Trait[]): Float64Array => {
  const width = of.reduce((all, trait) => all * sizeOf(model, trait), 1);
  return new Float64Array(GROUPS * width).fill(of.length === 0 ? 1 : 0);
};

export const packedBelief = (belief: FactoredBelief): PackedBelief => {
  let core = '';
  for (const weight of belief.core) core += logText(weight, weights);
  let settings = '';
  for (const at of placesOf(belief)) settings += logText(belief.settings[at] ?? 0, shares);
  return joined(core, belief.traits, settings);
};

export const unpackedBelief = (model: Model, text: PackedBelief): FactoredBelief => {
  const [coreText = '', initialsText = '', settingsText = ''] = text.split('.');
  const next = logsIn(coreText, weights);
  const core = new Float64Array(CELLS);
  for (let cell = 0; cell < CELLS; cell++) core[cell] = next();
  const of = traitsIn(initialsText);
  const settings = emptySettings(model, of);
  const nextShare = logsIn(settingsText, shares);
  for (const at of placesOf({ core, settings, traits: of })) settings[at] = nextShare();
  return { core, traits: of, settings };
};
