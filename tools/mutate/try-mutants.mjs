// Which tests a mutant meets, in which order, and what becomes of it.
import { Judge } from './judge.mjs';
import { coverageOf } from './kept-coverage.mjs';
import { makeMutants } from './make-mutants.mjs';
import { sourcesOf } from './rooms.mjs';

/** More visits than this many times the clean run's are an endless loop. */
const VISITS_FACTOR = 100;

/**
 * Visits to mutated places that a test may make in the clean run and still judge, and that all tests of one mutant may
 * make together: about a fifth of a second and two fifths. Visits, because they are the same on every machine at every hour.
 */
const TEST_VISITS_MAX = 4_000_000;
const MUTANT_VISITS_MAX = 8_000_000;

/** What a mutant may meet: a test that visits it, or that a constant of it may concern; the file of its name first. */
const stepsFor = ({ id, path: source }, coverage, idsOf) =>
  coverage.flatMap(({ path, loadMs, tests, atLoad }) => {
    // A constant is mutated while the file loads, which concerns every test of it: those that visit its source first.
    const isAtLoad = id in atLoad;
    return tests
      .filter((test) => isAtLoad || id in test.visits)
      .map(({ visits, ...test }) => {
        const isNear = id in visits || idsOf(source).some((other) => other in visits);
        const isOwn = path === source.replace(/\.ts$/, '.test.ts');
        const far = isNear ? 0 : MUTANT_VISITS_MAX;
        return { path, loadMs, ...test, order: test.heft + far - (isOwn ? MUTANT_VISITS_MAX : 0) };
      });
  });

/** What to run for a mutant, the cheapest first, as far as its budget goes: the same tests in every run. */
export function planFor(mutant, coverage, idsOf) {
  const { id } = mutant;
  let left = MUTANT_VISITS_MAX;
  const steps = stepsFor(mutant, coverage, idsOf)
    .toSorted((a, b) => a.order - b.order)
    .filter(({ heft }) => (left -= heft) >= 0);
  const visits = coverage.reduce(
    (sum, { tests, atLoad }) =>
      sum + (atLoad[id] ?? 0) + tests.reduce((all, test) => all + (test.visits[id] ?? 0), 0),
    0,
  );
  return { id, steps, hitsMax: VISITS_FACTOR * visits + 1_000 };
}

/** Urgent mutants first, then of each file one after the other: short time reaches every file. */
export const inTurn = (mutantsByPath, isUrgent) =>
  [...mutantsByPath.values()]
    .flatMap((own) => own.map((mutant, nth) => ({ mutant, turn: isUrgent(mutant) ? -1 : nth })))
    .toSorted((a, b) => a.turn - b.turn)
    .map(({ mutant }) => mutant);

/** Hears of the mutants tried, and tells of each file once all of its mutants are. */
const tellFiles = (byPath, onFile) => {
  const left = new Map([...byPath].map(([path, own]) => [path, own.length]));
  const tried = new Map([...byPath.keys()].map((path) => [path, []]));
  for (const [path, count] of left) if (count === 0) onFile(path, []);
  return (mutant) => {
    const { path } = mutant;
    tried.get(path).push(mutant);
    left.set(path, left.get(path) - 1);
    if (left.get(path) === 0)
      onFile(
        path,
        tried.get(path).toSorted((a, b) => Number(a.id) - Number(b.id)),
      );
  };
};

/**
 * Tries the mutants of the asked `paths` by the suite's tests until the clock says `untilMs`; one file after the other,
 * or, where time is short, in turn and `isUrgent` ones first. `onFile` hears of every file that is done its mutants,
 * each with its `outcome`: killed, timeout, survived, uncovered or untried.
 */
export async function tryMutants(suite, paths, { isUrgent, untilMs, workers, onTried, onFile }) {
  // All of the suite is made, whatever is asked: what the clean run saw then serves any part of it.
  const all = sourcesOf(suite);
  const { texts, mutants } = await makeMutants(all);
  const judges = Array.from({ length: workers }, () => new Judge(texts, suite));
  try {
    const coverage = await coverageOf({ suite, paths: all }, (test) =>
      judges[0].cover(test, TEST_VISITS_MAX),
    );
    const ids = Map.groupBy(mutants, ({ path }) => path);
    const idsOf = (path) => ids.get(path).map(({ id }) => id);
    const outcomeOf = (mutant, judge) => {
      if (Date.now() >= untilMs) return { outcome: 'untried' };
      const plan = planFor(mutant, coverage, idsOf);
      return plan.steps.length === 0 ? { outcome: 'uncovered' } : judge.attempt(plan);
    };
    const asked = new Map(paths.map((path) => [path, ids.get(path) ?? []]));
    const queue = (
      untilMs < Infinity ? inTurn(asked, isUrgent) : [...asked.values()].flat()
    ).values();
    const tell = tellFiles(asked, onFile);
    const count = [...asked.values()].flat().length;
    let tried = 0;
    const work = async (judge) => {
      for (const mutant of queue) {
        tell({ ...mutant, ...(await outcomeOf(mutant, judge)) });
        tried += 1;
        onTried(tried, count);
      }
    };
    await Promise.all(judges.map(work));
  } finally {
    for (const judge of judges) judge.end();
  }
}
