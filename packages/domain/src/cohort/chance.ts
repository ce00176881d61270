const entropyTerm = (seen: number, expected: number): number =>
  seen === 0 ? 0 : seen * Math.log(seen / expected);

/**
 * At most the chance that `k` or more of `n` happen when each does with `share` (0 to 1, exclusive): Chernoff's
 * bound on the binomial tail. Never below the true chance, and as cheap for a million as for twenty.
 */
export const chanceAtMost = (k: number, n: number, share: number): number => {
  if (k > n) return 0;
  const seen = n === 0 ? 0 : k / n;
  if (seen <= share) return 1;
  return Math.exp(-n * (entropyTerm(seen, share) + entropyTerm(1 - seen, 1 - share)));
};
