import { featuresOf } from './features.ts';
import type { Life } from './life.ts';
import { fitLogistic } from './logistic.ts';
import type { ObservedDay } from './observed-day.ts';
import { fiveSigns, type Sign } from './signals.ts';

/** States a probability of "blocked" from a history. */
export type Judge = (days: readonly ObservedDay[]) => number;

const pointsOf = (days: readonly ObservedDay[]): number =>
  fiveSigns(days).filter((sign) => sign === 'for').length;

/** The article's way: a point for each suspicious sign. The squash is fitted, which favours it. */
export const countOfSigns = (training: readonly Life[]): Judge => {
  const fitted = fitLogistic(
    training.map(({ days }) => [pointsOf(days)]),
    training.map(({ blocked }) => blocked),
  );
  return (days) => fitted([pointsOf(days)]);
};

/** Every sign weighed by itself, as if signs had no cause in common but the block. */
export const naiveBayes = (training: readonly Life[]): Judge => {
  const signs = training.map(({ days, blocked }) => ({ seen: fiveSigns(days), blocked }));
  const share = (nth: number, sign: Sign, isBlocked: boolean): number => {
    const among = signs.filter(({ blocked }) => blocked === isBlocked);
    const matching = among.filter(({ seen }) => seen[nth] === sign).length;
    return (matching + 1) / (among.length + 3);
  };
  const ratioOf = (nth: number, sign: Sign) =>
    Math.log(share(nth, sign, true) / share(nth, sign, false));
  const ratios = [0, 1, 2, 3, 4].map((nth) => ({
    for: ratioOf(nth, 'for'),
    against: ratioOf(nth, 'against'),
    unknown: ratioOf(nth, 'unknown'),
  }));
  const blockedShare = training.filter(({ blocked }) => blocked).length / training.length;
  const prior = Math.log(blockedShare / (1 - blockedShare));
  return (days) => {
    const logOdds = fiveSigns(days).reduce((sum, sign, nth) => sum + ratios[nth]![sign], prior);
    return 1 / (1 + Math.exp(-logOdds));
  };
};

/** A regression on twenty figures: what learning buys without a model of time. */
export const regression = (training: readonly Life[]): Judge => {
  const fitted = fitLogistic(
    training.map(({ days }) => featuresOf(days)),
    training.map(({ blocked }) => blocked),
  );
  return (days) => fitted(featuresOf(days));
};
