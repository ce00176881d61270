import { chanceOf } from './chance.ts';
import { givenWorld, type World } from './world.ts';

/** How far a parameter of an unseen world may be from what the filter was given, in odds. */
const ODDS_FACTOR_MAX = 1.6;

const movedOdds = (probability: number, factor: number): number => {
  const odds = (probability / (1 - probability)) * factor;
  return odds / (1 + odds);
};

/** Factors of a rate are moved as they are; what is impossible (0) or certain (1) stays so. */
const isFactor = (key: string): boolean => key.endsWith('Factor');

const moved = <Part>(part: Part, factorFor: () => number): Part => {
  const entries = Object.entries(part as Record<string, unknown>).map(([key, value]) => {
    if (typeof value === 'object') return [key, moved(value, factorFor)];
    if (typeof value !== 'number') return [key, value];
    return [key, isFactor(key) ? value * factorFor() : movedOdds(value, factorFor())];
  });
  return Object.fromEntries(entries) as Part;
};

/**
 * A world the filter is not told of: every odds multiplied or divided at random by up to 1.6, or by
 * exactly 1.6 where `atFull`, which is as wrong as the bound of the scoring page allows.
 */
export const perturbedWorld = (seed: string, { atFull }: { readonly atFull: boolean }): World => {
  const chance = chanceOf(`world/${seed}`);
  const factorFor = () => {
    const size = atFull ? 1 : chance.draw();
    return ODDS_FACTOR_MAX ** (chance.happens(0.5) ? size : -size);
  };
  return { ...moved(givenWorld, factorFor), name: `unseen ${seed}${atFull ? ', x1.6' : ''}` };
};
