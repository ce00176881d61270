// `npm run mutate [part of a path ...]`: breaks the code in small ways and says which of them no test notices.
// `--changed` takes what changed since the merge base with main, `--minutes n` tries what that time allows.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { changedLines } from './mutate/changed.mjs';
import { withEquivalents } from './mutate/equivalent.mjs';
import { isWithin, rooms, sourcesOf, suites } from './mutate/rooms.mjs';
import { countsOf, percentOf, poorer, record, recorded, roomScores } from './mutate/scores.mjs';
import { tryMutants } from './mutate/try-mutants.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { changed: { type: 'boolean', default: false }, minutes: { type: 'string' } },
});
const say = (text) => process.stdout.write(`${text}\n`);

const lines = values.changed ? changedLines() : new Map();
const isAsked = (path) =>
  (!values.changed || lines?.has(path)) &&
  (positionals.length === 0 || positionals.some((part) => path.includes(part)));

const onTried = (tried, all) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${tried} of ${all} `);
};

const untilMs =
  values.minutes === undefined ? Infinity : Date.now() + Number(values.minutes) * 60_000;
const isUrgent = ({ path, line }) => lines?.get(path)?.has(line) ?? false;

const describeCounts = (counts) =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

function tellFile(path, mutants) {
  const counts = countsOf(mutants);
  say(`\n${path}: ${percentOf(counts).toFixed(1)} % (${describeCounts(counts)})`);
  for (const { outcome, line, kind, from, to } of mutants) {
    if (outcome !== 'survived' && outcome !== 'uncovered') continue;
    say(`  ${outcome} ${path}:${line} ${kind}\n    - ${from}\n    + ${to}`);
  }
}

async function main() {
  const faults = [];
  const files = {};
  for (const suite of suites) {
    const paths = sourcesOf(suite).filter(isAsked);
    if (paths.length === 0) continue;
    const tried = await tryMutants(suite, paths, { isUrgent, untilMs, onTried });
    const { mutants, faults: untrue } = withEquivalents(tried, paths);
    faults.push(...untrue);
    for (const path of paths) {
      const own = mutants.filter((mutant) => mutant.path === path);
      files[path] = countsOf(own);
      tellFile(path, own);
    }
  }
  if (lines === undefined) say('git knows no base to compare with: nothing is mutated.');
  else if (Object.keys(files).length === 0) say('No file under mutation is meant.');
  const before = recorded();
  const untried = Object.values(files).reduce((all, counts) => all + counts.untried, 0);
  if (untried > 0) say(`\n${untried} mutants were not tried within ${values.minutes} minutes.`);
  const sources = suites.flatMap(sourcesOf);
  const all = Object.fromEntries(
    Object.entries({ ...before, ...files }).filter(([path]) => sources.includes(path)),
  );
  for (const { name, files: count, percent, percentMin } of roomScores(all)) {
    const { within } = rooms.find((room) => room.name === name);
    const there = sources.filter((path) => isWithin(path, within)).length;
    say(`${name}: ${percent.toFixed(1)} %, ${percentMin} % is asked; ${count} of ${there} files`);
    const isJudged = positionals.length === 0 && !values.changed;
    if (isJudged && percent < percentMin) faults.push(`${name} is below its bound.`);
  }
  for (const path of poorer(files, before)) faults.push(`${path} is below its bound, and poorer.`);
  for (const fault of faults) say(fault);
  if (!values.changed && untried === 0) record(all);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

await main();
