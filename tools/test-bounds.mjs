// How long one test file may take, so that whoever changes a line waits for its test and does not go away. Files of a
// whole run take turns on the cores, so a file is judged by the least of what its last runs took, and by no assertion.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './toolchain.mjs';

/** Seconds for one file of a stage that is tried alone on two quiet cores. Whole processes have no bound. */
const boundSeconds = { unit: 3, integration: 15 };
const RUNS_KEPT = 5;

const isTried = ({ isFailed, skipped, tests }) => !isFailed && skipped < tests;

/** What each file took in its last runs, in milliseconds, the newest first. Files that are gone are forgotten. */
export function withRun(known, costs, exists = (file) => existsSync(join(root, file))) {
  const kept = Object.entries(known).filter(([file]) => exists(file));
  const took = costs
    .filter(isTried)
    .map(({ file, ms }) => [file, [ms, ...(known[file] ?? [])].slice(0, RUNS_KEPT)]);
  return Object.fromEntries([...kept, ...took]);
}

/** A line for each file of this run whose quickest run was over its bound; none where all keep theirs. */
export function overBounds(costs, known) {
  const over = costs
    .map(({ file, stage }) => ({
      file,
      bound: boundSeconds[stage] ?? Infinity,
      least: Math.min(...(known[file] ?? [0])) / 1_000,
    }))
    .filter(({ bound, least }) => least > bound)
    .toSorted((one, other) => other.least - one.least);
  if (over.length === 0) return [];
  const runs = Math.min(...over.map(({ file }) => known[file].length));
  return [
    `tact · over the bound of one file (unit ${boundSeconds.unit} s, integration ${boundSeconds.integration} s), by the least of ${runs === 1 ? 'one run' : `${runs} runs or more`}:`,
    ...over.map(
      ({ file, least, bound }) => `${least.toFixed(1).padStart(7)} s of ${bound}  ${file}`,
    ),
    'Beside others a file takes longer than alone: npm test -- <its path> says what it takes.',
  ];
}

/** Remembers what this run took and says which files are over their bound. A record that cannot be read begins anew. */
export function recordRun(costs, path) {
  const known = withRun(readRecord(path), costs);
  writeFileSync(path, JSON.stringify(known));
  return overBounds(costs, known);
}

function readRecord(path) {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // Two runs in one tree may have written at once: what is lost are times, which the next runs take again.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
