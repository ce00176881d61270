import type { HeldOutMetrics } from '@tact/contracts';
import type { Weighed } from './calibration.ts';
import { type Judged, weighed } from './held-out.ts';

const BINS = 10;
/** Of fewer people who told, or were proved not to have blocked, a measure would be about each of them. */
const LABELS_MIN = 5;
/** A bin of fewer people would speak of each of them: it counts in the measures and is not shown. */
const BIN_PEOPLE_MIN = 5;
/** A wrong certainty costs this much at most: 13.8 for one in a million. */
const SMALLEST = 1e-6;

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;

const lossOf = ({ probability, positive, negative }: Weighed): number => {
  const said = Math.min(1 - SMALLEST, Math.max(SMALLEST, probability));
  return -positive * Math.log(said) - negative * Math.log(1 - said);
};

const brierOf = ({ probability, positive, negative }: Weighed): number =>
  positive * (1 - probability) ** 2 + negative * probability ** 2;

/** The chance that a block is said to be likelier than none, by weight; ties count half. */
const aucOf = (examples: readonly Weighed[]): number | undefined => {
  const positives = sum(examples.map(({ positive }) => positive));
  const negatives = sum(examples.map(({ negative }) => negative));
  if (positives <= 0 || negatives <= 0) return undefined;
  let [below, wins] = [0, 0];
  const tied = Map.groupBy(examples, ({ probability }) => probability);
  for (const [, group] of [...tied].toSorted(([one], [other]) => one - other)) {
    const against = sum(group.map(({ negative }) => negative));
    wins += sum(group.map(({ positive }) => positive)) * (below + against / 2);
    below += against;
  }
  return Math.min(1, Math.max(0, wins / (positives * negatives)));
};

const binsOf = (examples: readonly Weighed[]): HeldOutMetrics['bins'] => {
  const groups = Map.groupBy(examples, ({ probability }) =>
    Math.min(BINS - 1, Math.floor(probability * BINS)),
  );
  return [...groups]
    .toSorted(([one], [other]) => one - other)
    .map(([bin, group]) => ({
      from: bin / BINS,
      to: (bin + 1) / BINS,
      examples: group.length,
      said: mean(group.map(({ probability }) => probability)),
      // A few people who told may stand for more blocks than a bin has people.
      observed: Math.min(1, mean(group.map(({ positive }) => positive))),
    }));
};

/**
 * How good probabilities were. Only counts where hardly anybody told of a block, or was proved not to have: a
 * measure on one side would praise any model that always says the same.
 */
export const metricsOf = (judged: readonly Judged[], frequency: number): HeldOutMetrics => {
  const counted = (truth: Judged['truth']) => judged.filter((one) => one.truth === truth).length;
  const counts = {
    examples: judged.length,
    saidBlocked: counted('said-blocked'),
    notBlocked: counted('not-blocked'),
  };
  if (Math.min(counts.saidBlocked, counts.notBlocked) < LABELS_MIN) return { ...counts, bins: [] };
  const examples = weighed(judged, frequency);
  const bins = binsOf(examples);
  const auc = aucOf(examples);
  return {
    ...counts,
    brier: mean(examples.map(brierOf)),
    logLoss: mean(examples.map(lossOf)),
    ...(auc === undefined ? {} : { auc }),
    ece: sum(bins.map((bin) => bin.examples * Math.abs(bin.said - bin.observed))) / judged.length,
    bins: bins.filter(({ examples: people }) => people >= BIN_PEOPLE_MIN),
  };
};
