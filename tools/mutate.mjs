// `npm run mutate [part of a path ...]`: breaks the code in small ways and says which of them no test notices.
// `--changed` takes what changed since the merge base with main (or since MUTATE_BASE), `--missing` what has no score of
// its text recorded, so that a run that was ended goes on; `--minutes n` tries what that time allows, `--workers n` by so
// many processes. A file's score is recorded once all of its mutants are tried.
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { changedLines } from './mutate/changed.mjs';
import { withEquivalents } from './mutate/equivalent.mjs';
import { isWithin, rooms, sourcesOf, suites } from './mutate/rooms.mjs';
import {
  countsOf,
  judgedIn,
  percentOf,
  poorer,
  record,
  recorded,
  roomScores,
  sourceOf,
  staleOf,
} from './mutate/scores.mjs';
import { tryMutants } from './mutate/try-mutants.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    changed: { type: 'boolean', default: false },
    missing: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    workers: { type: 'string' },
  },
});
const say = (text) => process.stdout.write(`${text}\n`);

const { lines, comparedWith } = values.changed
  ? changedLines()
  : { lines: new Map(), comparedWith: undefined };
const workers = Number(values.workers ?? Math.min(availableParallelism(), 4));
const before = recorded();
const sources = suites.flatMap(sourcesOf);
/** As it stands now: another run may have recorded its files in the meantime. */
const known = () =>
  Object.fromEntries(Object.entries(recorded()).filter(([path]) => sources.includes(path)));
const isMissing = (path) =>
  before[path] === undefined || staleOf({ [path]: before[path] }).length > 0;
const isAsked = (path) =>
  (!values.changed || lines.has(path)) &&
  (!values.missing || isMissing(path)) &&
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
    const digests = new Map(paths.map((path) => [path, sourceOf(path)]));
    const onFile = (path, tried) => {
      const { mutants, faults: untrue } = withEquivalents(tried, [path]);
      faults.push(...untrue);
      files[path] = { ...countsOf(mutants), source: digests.get(path) };
      tellFile(path, mutants);
      if (files[path].untried > 0) return;
      record({ ...known(), [path]: files[path] });
    };
    const shareMs = (untilMs - Date.now()) / (meant.length - nth);
    await tryMutants(suite, paths, {
      isUrgent,
      untilMs: Date.now() + shareMs,
      workers,
      onTried,
      onFile,
    });
  }
  return { files, faults };
};

/** The last line of a run that did not try all: which files keep no score, or an old one. */
const tellUntried = (files) => {
  const untried = Object.entries(files).filter(([, counts]) => counts.untried > 0);
  if (untried.length === 0) return;
  const count = untried.reduce((sum, [, counts]) => sum + counts.untried, 0);
  const each = untried.map(([path, counts]) => `${path} (${counts.untried})`).join(', ');
  say(
    `NOT TRIED within ${values.minutes} minutes: ${count} mutants of ${untried.length} files: ${each}`,
  );
};

const tellRooms = () => {
  const all = known();
  const stale = staleOf(all);
  for (const path of stale) say(`stale, so in no score: ${path} changed since it was recorded`);
  const fresh = Object.fromEntries(Object.entries(all).filter(([path]) => !stale.includes(path)));
  for (const { name, files: count, percent, percentMin } of roomScores(fresh)) {
    const { within } = rooms.find((room) => room.name === name);
    const there = sources.filter((path) => isWithin(path, within)).length;
    say(`${name}: ${percent.toFixed(1)} %, ${percentMin} % is asked; ${count} of ${there} files`);
  }
};

const main = async () => {
  if (comparedWith !== undefined)
    say(`Compared with ${comparedWith}: ${lines.size} files are meant.`);
  const { files, faults } = await tryAll();
  if (Object.keys(files).length === 0) say('No file under mutation is meant.');
  const judged = Object.values(files).reduce((sum, counts) => sum + judgedIn(counts), 0);
  const isUntried = Object.values(files).some(({ untried }) => untried > 0);
  if (isUntried && judged === 0) faults.push('The time was too short: not one mutant is judged.');
  tellRooms();
  for (const [path, { untried }] of Object.entries(files))
    if (untried > 0 && isMissing(path))
      faults.push(
        `${path} is not tried to its end, and no score of it as it stands is recorded: run \`npm run mutate ${path}\`, and commit bench/results/mutation.json.`,
      );
  for (const path of poorer(files, before)) faults.push(`${path} is below its bound, and poorer.`);
  for (const fault of faults) say(fault);
  tellUntried(files);
  process.exitCode = faults.length === 0 ? 0 : 1;
};

await main();
