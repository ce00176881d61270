// Which tests a mutant meets, in which order, and what becomes of it.
import { availableParallelism } from 'node:os';
import { Judge } from './judge.mjs';
import { coverageOf } from './kept-coverage.mjs';
import { makeMutants } from './make-mutants.mjs';

/** More visits than this many times the clean run's are an endless loop. */
const VISITS_FACTOR = 100;

/** What to run for a mutant, most promising first: tests that visit it, then the quickest. */
function planFor({ id, path: source }, coverage, idsOf) {
  let visits = 0;
  const files = [];
  for (const { path, loadMs, tests, atLoad } of coverage) {
    // A constant is mutated while the file loads, which concerns every test of it: those that visit its source first.
    const isAtLoad = id in atLoad;
    const chosen = tests
      .filter((test) => isAtLoad || id in test.visits)
      .map(({ nth, tookMs, visits: seen }) => {
        const isNear = id in seen || idsOf(source).some((other) => other in seen);
        return { nth, tookMs, costMs: tookMs + (isNear ? 0 : 1e6) };
      })
      .toSorted((a, b) => a.costMs - b.costMs);
    if (chosen.length === 0) continue;
    visits += (atLoad[id] ?? 0) + tests.reduce((sum, test) => sum + (test.visits[id] ?? 0), 0);
    files.push({ path, loadMs, tests: chosen, costMs: loadMs + chosen[0].costMs });
  }
  files.sort((a, b) => a.costMs - b.costMs);
  return { id, files, hitLimit: VISITS_FACTOR * visits + 1_000 };
}

/** Urgent mutants first, then of each file one after the other: short time reaches every file. */
export const inTurn = (mutantsByPath, isUrgent) =>
  [...mutantsByPath.values()]
    .flatMap((own) => own.map((mutant, nth) => ({ mutant, turn: isUrgent(mutant) ? -1 : nth })))
    .toSorted((a, b) => a.turn - b.turn)
    .map(({ mutant }) => mutant);

/**
 * Tries the mutants of `paths` by the suite's tests, `urgent` ones first, until the clock says `untilMs`. Answers each
 * mutant with its `outcome`: killed, timeout, survived, uncovered or untried.
 */
export async function tryMutants(suite, paths, { isUrgent, untilMs, onTried }) {
  const { texts, mutants } = await makeMutants(paths);
  const judges = Array.from(
    { length: Math.min(availableParallelism(), 4) },
    () => new Judge(texts, suite.fresh),
  );
  try {
    const coverage = await coverageOf({ suite, paths }, (tests) => judges[0].cover(tests));
    const ids = Map.groupBy(mutants, ({ path }) => path);
    const idsOf = (path) => ids.get(path).map(({ id }) => id);
    const outcomeOf = (mutant, judge) => {
      const plan = planFor(mutant, coverage, idsOf);
      if (plan.files.length === 0) return { outcome: 'uncovered' };
      return Date.now() < untilMs ? judge.attempt(plan) : { outcome: 'untried' };
    };
    const queue = inTurn(ids, isUrgent).values();
    const tried = [];
    const work = async (judge) => {
      for (const mutant of queue) {
        tried.push({ ...mutant, ...(await outcomeOf(mutant, judge)) });
        onTried(tried.length, mutants.length);
      }
    };
    await Promise.all(judges.map(work));
    return tried.toSorted((a, b) => Number(a.id) - Number(b.id));
  } finally {
    for (const judge of judges) judge.end();
  }
}
