import { type RateName, rateNames, rates, type Taught } from './rates.ts';

type Frequency = { yes: number; no: number };

/**
 * Expected observations of each rate, by the factor the rate is multiplied with in a state. These sums are all a
 * fit keeps of people: no row of anybody.
 */
export type Counts = Readonly<Record<RateName, Map<number, Frequency>>>;

export const noCounts = (): Counts =>
  Object.fromEntries(rateNames.map((name) => [name, new Map()])) as unknown as Counts;

/** Adds expected observations in place: `yes` of times it happened, `no` of times it could have and did not. */
export const count = (
  counts: Counts,
  { rate, factor }: { readonly rate: RateName; readonly factor: number },
  { yes = 0, no = 0 }: { readonly yes?: number; readonly no?: number },
): void => {
  const frequency = counts[rate].get(factor);
  if (frequency) {
    frequency.yes += yes;
    frequency.no += no;
  } else counts[rate].set(factor, { yes, no });
};

export const addCounts = (total: Counts, counts: Counts): void => {
  for (const rate of rateNames) {
    for (const [factor, frequency] of counts[rate]) count(total, { rate, factor }, frequency);
  }
};

export const observationsOf = (counts: Counts, rate: RateName) => {
  const tallies = [...counts[rate].values()];
  const happened = tallies.reduce((sum, { yes }) => sum + yes, 0);
  return { happened, observations: tallies.reduce((sum, { no }) => sum + no, happened) };
};

const HALVINGS = 60;

/**
 * The rate that best explains the counts and the assumption together (maximum a posteriori). What is maximised
 * is concave, so that its slope has one zero; without counts it is the assumption itself.
 */
export const likeliestRate = (
  counts: Counts,
  rate: RateName,
  { assumed, weight }: { readonly assumed: number; readonly weight: number },
): number => {
  const { happened, observations } = observationsOf(counts, rate);
  if (observations === 0) return assumed;
  const tallies = [...counts[rate]];
  const slopeAt = (value: number): number =>
    tallies.reduce(
      (slope, [factor, { no }]) => slope - (no * factor) / (1 - factor * value),
      (assumed * weight + happened) / value - ((1 - assumed) * weight) / (1 - value),
    );
  let low = 0;
  let high = Math.min(1, ...tallies.map(([factor]) => 1 / factor));
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (slopeAt(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/** One M-step: every rate anew from the counts of all contacts, pulled towards what was assumed. */
export const taughtBy = (counts: Counts, assumed: Taught, source: string): Taught =>
  rateNames.reduce<Taught>((taught, name) => {
    const { weight, read, write } = rates[name];
    const { observations } = observationsOf(counts, name);
    if (observations === 0) return taught;
    const value = likeliestRate(counts, name, { assumed: read(assumed), weight });
    return write(taught, { value, source });
  }, assumed);

/** The largest relative change of a rate: below a hundredth or so, another round teaches nothing. */
export const changeOf = (before: Taught, after: Taught): number =>
  Math.max(
    ...rateNames.map((name) => Math.abs(rates[name].read(after) / rates[name].read(before) - 1)),
  );
