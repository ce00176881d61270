/** A stated probability of "blocked", and whether it was so. */
export type Stated = { readonly probability: number; readonly blocked: boolean };

/** Keeps the log loss of somebody who was certain and wrong finite: 27.6 nats. */
const SMALLEST = 1e-12;
const BINS = 10;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const ascending = (stated: readonly Stated[]): readonly Stated[] =>
  stated.toSorted((one, other) => one.probability - other.probability);

/** The chance that somebody blocked is stated above somebody who is not; ties count half. */
export const areaUnderCurve = (stated: readonly Stated[]): number => {
  const sorted = ascending(stated);
  const blocked = sorted.filter((one) => one.blocked).length;
  let ranks = 0;
  for (let from = 0; from < sorted.length;) {
    let until = from;
    while (sorted[until]?.probability === sorted[from]?.probability) until += 1;
    const tied = sorted.slice(from, until).filter((one) => one.blocked).length;
    ranks += (tied * (from + 1 + until)) / 2;
    from = until;
  }
  return (ranks - (blocked * (blocked + 1)) / 2) / (blocked * (sorted.length - blocked));
};

/** In nats a contact. */
export const logLoss = (stated: readonly Stated[]): number =>
  mean(
    stated.map(({ probability, blocked }) => {
      const right = blocked ? probability : 1 - probability;
      return -Math.log(Math.max(SMALLEST, right));
    }),
  );

export const brier = (stated: readonly Stated[]): number =>
  mean(stated.map(({ probability, blocked }) => (probability - Number(blocked)) ** 2));

/** Expected calibration error over ten bins of equal mass: how far statements are from what came. */
export const calibrationError = (stated: readonly Stated[]): number => {
  const sorted = ascending(stated);
  const bins = Array.from({ length: BINS }, (_, nth) =>
    sorted.slice(
      Math.floor((nth * sorted.length) / BINS),
      Math.floor(((nth + 1) * sorted.length) / BINS),
    ),
  );
  const gaps = bins.map((bin) =>
    Math.abs(bin.reduce((sum, one) => sum + one.probability - Number(one.blocked), 0)),
  );
  return gaps.reduce((sum, gap) => sum + gap, 0) / sorted.length;
};

/** The share of those called so who had blocked. */
export const precision = (called: readonly { readonly blocked: boolean }[]): number =>
  called.filter(({ blocked }) => blocked).length / called.length;
