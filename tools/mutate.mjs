// `npm run mutate [part of a path ...]`: breaks the code in small ways and says which of them no test notices.
// `--changed` takes what changed since the merge base with main (or since MUTATE_BASE), `--minutes n` tries what that
// time allows.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { changedLines } from './mutate/changed.mjs';
import { withEquivalents } from './mutate/equivalent.mjs';
import { isWithin, rooms, sourcesOf, suites } from './mutate/rooms.mjs';
import {
  countsOf,
  digestOf,
  judgedIn,
  percentOf,
  poorer,
  record,
  recorded,
  roomScores,
  staleOf,
} from './mutate/scores.mjs';
import { tryMutants } from './mutate/try-mutants.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { changed: { type: 'boolean', default: false }, minutes: { type: 'string' } },
});
const say = (text) => process.stdout.write(`${text}\n`);

const { lines, comparedWith } = values.changed
  ? changedLines()
  : { lines: new Map(), comparedWith: undefined };
const isAsked = (path) =>
  (!values.changed || lines.has(path)) &&
  (positionals.length === 0 || positionals.some((part) => path.includes(part)));

const onTried = (tried, all) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${tried} of ${all} `);
};

const untilMs =
  values.minutes === undefined ? Infinity : Date.now() + Number(values.minutes) * 60_000;
const isUrgent = ({ path, line }) => lines.get(path)?.has(line) ?? false;

const describeCounts = (counts) =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

const tellFile = (path, mutants) => {
  const counts = countsOf(mutants);
  const isUnjudged = counts.untried > 0 && judgedIn(counts) === 0;
  const score = isUnjudged ? 'not judged' : `${percentOf(counts).toFixed(1)} %`;
  say(`\n${path}: ${score} (${describeCounts(counts)})`);
  for (const { outcome, line, kind, from, to } of mutants) {
    if (outcome !== 'survived' && outcome !== 'uncovered') continue;
    say(`  ${outcome} ${path}:${line} ${kind}\n    - ${from}\n    + ${to}`);
  }
};

/** Counts by path of one suite after the other, each with its share of the time; `faults` of the equivalents. */
const tryAll = async () => {
  const faults = [];
  const files = {};
  const meant = suites
    .map((suite) => ({ suite, paths: sourcesOf(suite).filter(isAsked) }))
    .filter(({ paths }) => paths.length > 0);
  for (const [nth, { suite, paths }] of meant.entries()) {
    const digests = new Map(paths.map((path) => [path, digestOf(path)]));
    const shareMs = (untilMs - Date.now()) / (meant.length - nth);
    const tried = await tryMutants(suite, paths, {
      isUrgent,
      untilMs: Date.now() + shareMs,
      onTried,
    });
    const { mutants, faults: untrue } = withEquivalents(tried, paths);
    faults.push(...untrue);
    for (const path of paths) {
      const own = mutants.filter((mutant) => mutant.path === path);
      files[path] = { ...countsOf(own), source: digests.get(path) };
      tellFile(path, own);
    }
  }
  return { files, faults };
};

const tellUntried = (files) => {
  const all = Object.values(files);
  const untried = all.reduce((sum, counts) => sum + counts.untried, 0);
  if (untried === 0) return untried;
  const mutants = all.flatMap((counts) => Object.values(counts)).filter(Number.isFinite);
  const count = mutants.reduce((sum, one) => sum + one, 0);
  say(`\n${untried} of ${count} mutants were NOT TRIED within ${values.minutes} minutes.`);
  for (const [path, counts] of Object.entries(files))
    if (counts.untried > 0) say(`  ${counts.untried} of ${path}`);
  return untried;
};

const main = async () => {
  if (comparedWith !== undefined)
    say(`Compared with ${comparedWith}: ${lines.size} files are meant.`);
  const { files, faults } = await tryAll();
  if (Object.keys(files).length === 0) say('No file under mutation is meant.');
  const before = recorded();
  const untried = tellUntried(files);
  const judged = Object.values(files).reduce((sum, counts) => sum + judgedIn(counts), 0);
  if (untried > 0 && judged === 0) faults.push('The time was too short: not one mutant is judged.');
  const sources = suites.flatMap(sourcesOf);
  const all = Object.fromEntries(
    Object.entries({ ...before, ...files }).filter(([path]) => sources.includes(path)),
  );
  const stale = staleOf(all);
  for (const path of stale) say(`stale, so in no score: ${path} changed since it was recorded`);
  const fresh = Object.fromEntries(Object.entries(all).filter(([path]) => !stale.includes(path)));
  for (const { name, files: count, percent, percentMin } of roomScores(fresh)) {
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
};

await main();
