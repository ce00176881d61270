// Whether the recorded mutation scores (bench/results/mutation.json) still speak of the code: every source under
// mutation has one, every room reaches its bound by them, and few are of a text that has changed since.
import process from 'node:process';
import { rooms, sourcesOf, suites } from './mutate/rooms.mjs';
import { judgedIn, percentOf, recorded, roomScores, staleOf } from './mutate/scores.mjs';

/** Of a hundred mutants, how many may lie in files that changed since they were scored. */
const STALE_PERCENT_MAX = 10;

const sources = suites.flatMap(sourcesOf);
const files = Object.fromEntries(
  Object.entries(recorded()).filter(([path]) => sources.includes(path)),
);
const mutantsOf = (paths) => paths.reduce((sum, path) => sum + judgedIn(files[path]), 0);
const faults = [];

const unscored = sources.filter((path) => files[path] === undefined);
if (unscored.length > 0)
  faults.push(`No recorded score, so \`npm run mutate -- --missing\`: ${unscored.join(', ')}`);

for (const { name, percent, percentMin } of roomScores(files))
  if (percent < percentMin)
    faults.push(`${name} is at ${percent.toFixed(1)} %, below its bound of ${percentMin} %.`);

const stale = staleOf(files);
const stalePercent = (100 * mutantsOf(stale)) / Math.max(1, mutantsOf(Object.keys(files)));
if (stalePercent > STALE_PERCENT_MAX)
  faults.push(
    `${stalePercent.toFixed(0)} % of the mutants lie in files changed since their score.`,
  );
if (stale.length > 0)
  process.stdout.write(
    `  changed since their score, so \`npm run mutate -- --missing\`: ${stale.join(', ')}\n`,
  );

const poor = Object.keys(files).filter(
  (path) => percentOf(files[path]) < Math.min(...rooms.map(({ percentMin }) => percentMin)),
);
if (poor.length > 0)
  process.stdout.write(`  below the lowest bound, with others above it: ${poor.join(', ')}\n`);

for (const fault of faults) process.stdout.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
