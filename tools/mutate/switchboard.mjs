// What the text of StrykerJS asks: which mutant is awake, and where visits to mutants are counted.

/** Thrown out of a test that went through too much: it is told apart from one that failed. */
const tooHeavy = new Error('This test is too heavy to judge mutants.');

let counts;
let visitsLeft = Infinity;
let awake;
let hitsLeft = Infinity;

const visit = (...ids) => {
  if (counts === undefined) return;
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1;
  visitsLeft -= ids.length;
  if (visitsLeft < 0) throw tooHeavy;
};

const isAwake = (id) => {
  if (id !== awake) return false;
  hitsLeft -= 1;
  if (hitsLeft < 0) throw new Error('This mutant is visited without end.');
  return true;
};

/** Counts visits from now on, with no mutant awake; more than `visitsMax` of them throw. */
export const countVisits = (visitsMax) => {
  counts = {};
  visitsLeft = visitsMax;
};

/** The visits by mutant since they are counted, and whether there were too many. */
export const visitsCounted = () => ({ visits: counts, isTooHeavy: visitsLeft < 0 });

/** `id` is awake from now on, or nothing is; nobody counts, and more than `hitsMax` visits to it throw. */
export const wake = (id, hitsMax = Infinity) => {
  counts = undefined;
  awake = id;
  hitsLeft = hitsMax;
};

Reflect.set(globalThis, '__stryker__', { visit, isAwake });
