// Stands in for `fast-check` while mutants are tried: properties draw alike for every mutant, or one that dies today
// would live tomorrow, and no more often than their suite allows. A mutant that only a later draw would kill survives.
import * as real from 'fast-check';

export * from 'fast-check';

const RUNS_USUAL = 100;
let runsMax = Infinity;

/** At most so many draws of every property from now on. */
export const allowRuns = (count) => {
  runsMax = count;
};

// A counterexample need not be small.
real.configureGlobal({ seed: 20_261_129, endOnFailure: true });

export const assert = (property, parameters = {}) =>
  real.assert(property, {
    ...parameters,
    numRuns: Math.min(parameters.numRuns ?? RUNS_USUAL, runsMax),
  });

export default { ...real.default, assert };
