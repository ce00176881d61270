// Mutants that no test can kill, each with the reason: they count as neither killed nor survived.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './rooms.mjs';

const list = 'tools/mutate/equivalent.json';

const isSame = (entry, mutant) =>
  entry.path === mutant.path &&
  entry.from === mutant.from &&
  entry.to === mutant.to &&
  (entry.nth ?? 0) === mutant.nth;

const where = ({ path, from, to, nth = 0 }) =>
  `${path}\n    - ${from}\n    + ${to}${nth > 0 ? `\n    nth ${nth}` : ''}`;

/**
 * The tried mutants of `paths` with those of the list named `equivalent`, and what is wrong with the list: an entry
 * whose mutant is killed, or is gone, says something untrue.
 */
export function withEquivalents(tried, paths) {
  const entries = JSON.parse(readFileSync(join(root, list), 'utf8'));
  const faults = [];
  const equivalent = new Set();
  for (const entry of entries.filter(({ path }) => paths.includes(path))) {
    const mutant = tried.find((one) => isSame(entry, one));
    if (!entry.reason) faults.push(`No reason is given: ${where(entry)}`);
    if (mutant === undefined) faults.push(`No such mutant any more: ${where(entry)}`);
    else if (['killed', 'timeout'].includes(mutant.outcome))
      faults.push(`Not equivalent, ${mutant.killedBy ?? 'a loop'} kills it: ${where(entry)}`);
    else equivalent.add(mutant);
  }
  return {
    faults: faults.map((fault) => `${list}: ${fault}`),
    mutants: tried.map((one) => (equivalent.has(one) ? { ...one, outcome: 'equivalent' } : one)),
  };
}
