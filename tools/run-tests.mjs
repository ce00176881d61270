// `npm test`: two runs of jest, both whatever the first said, so that one `npm test` shows everything that is broken.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { Stop, run, stage, wasInterrupted } from './child.mjs';
import { recordRun } from './test-bounds.mjs';
import { costsOf, totalsOf } from './test-costs.mjs';
import { build, root } from './toolchain.mjs';

const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const costsFile = (nth) => join(root, '.cache', `test-costs-${process.pid}-${nth}.json`);

/**
 * Many files wait, for leases, outages and processes, and few compute: more of them run at a time than there are cores.
 * Where whole platforms run, each with seven processes under load, two are enough.
 */
const cores = availableParallelism();
const runs = [
  { stages: ['unit', 'integration', 'conformance'], workers: Math.min(cores, 4) + 2 },
  { stages: ['e2e'], workers: 2 },
];

export const testHelp = `npm test                     every test
npm test -- whatsapp         those whose path holds "whatsapp", of all stages
npm test -- webhook -t twice of these, those whose name holds "twice"

Stages: unit (pure), integration (a real PostgreSQL, a real Kafka) and conformance (both message logs) side by side,
then e2e (the real processes). Other flags are jest's: npm test -- -u, npm test -- --verbose.

KAFKA_REQUIRED=1 makes a missing Java or Maven a failure; without it the tests on Kafka are skipped, loudly.
BROWSER_REQUIRED=1 does the same for Chromium, and PAGE_PICTURES=<folder> keeps a picture of every page it was shown.
UPDATE_SCHEMAS=1 npm test -- schemas writes what a new event, field or value changes under packages/contracts.`;

const asksForHelp = (args) => args.some((word) => word === '--help' || word === '-h');

const isOfSomeTests = (args) =>
  args.some((word) => word === '-t' || word.startsWith('--testNamePattern'));

/** The stage of a test file; `jest.config.mjs` says the same in jest's words. */
function stageOf(file) {
  if (file.endsWith('.e2e.test.ts')) return 'e2e';
  if (!file.endsWith('.int.test.ts')) return 'unit';
  return /[\\/]conformance[\\/][^\\/]+$/.test(file) ? 'conformance' : 'integration';
}

/** Resolves with the exit code: not 0 when a test fails, and not 0 when none was asked for that exists. */
export async function runTests(env, args) {
  if (asksForHelp(args)) {
    console.log(testHelp);
    return 0;
  }
  const jestEnv = environmentOf(env);
  const requested = await requestedStages(args, jestEnv);
  const began = performance.now();
  const costs = [];
  let worst = 0;
  for (const [nth, { stages, workers }] of runs.entries()) {
    const some = stages.filter((name) => requested.has(name));
    if (some.length === 0) continue;
    const code =
      (await prepare(some, env)) ||
      (await runJest({
        some,
        workers,
        args,
        env: { ...jestEnv, TACT_TEST_COSTS: costsFile(nth) },
      }));
    worst ||= code;
    costs.push(...takeCosts(nth));
    if (wasInterrupted()) return worst || 130;
  }
  console.log(costsOf(costs, (performance.now() - began) / 1_000));
  // A run of some tests of a file says nothing of the file.
  const times = join(root, '.cache', 'test-times.json');
  if (!isOfSomeTests(args)) for (const line of recordRun(costs, times)) console.log(line);
  for (const line of totalsOf(costs)) console.log(line);
  return worst;
}

function environmentOf(env) {
  const flags = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    // kafkajs draws waits that are over already.
    '--disable-warning=TimeoutNegativeWarning',
  ];
  return {
    ...env,
    NODE_OPTIONS: [env.NODE_OPTIONS, ...flags].filter(Boolean).join(' '),
    // Tests start hundreds of processes of the same programs: what V8 made of them once is kept.
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? join(root, '.cache', 'compiled'),
  };
}

/** The stages that have a file which the words match; all of them where jest does not say. */
async function requestedStages(args, env) {
  const all = new Set(runs.flatMap(({ stages }) => stages));
  if (args.length === 0) return all;
  const listed = await run('node', [jest, '--listTests', ...args], { env, quiet: true });
  if (listed.code !== 0) return all;
  const files = listed.output.split('\n').filter((line) => line.endsWith('.test.ts'));
  if (files.length > 0) return new Set(files.map((file) => stageOf(relative(root, file))));
  throw new Stop(
    `No test has ${args.map((word) => `"${word}"`).join(' or ')} in its path: give a part of a path, as in npm test -- whatsapp.`,
  );
}

/** Integration wants Kafka's jars, where Java and Maven are present; e2e starts what was built. */
async function prepare(stages, env) {
  try {
    if (stages.includes('e2e')) await build(env);
    if (stages.includes('integration') || stages.includes('conformance'))
      await stage('preparing Kafka', () =>
        run('node', [join(root, 'tools', 'prepare-kafka.mjs')], { env, quiet: true }),
      );
    return 0;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function runJest({ some, workers, args, env }) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  console.log(`\ntact · ${some.join(', ')} tests, ${workers} files at a time`);
  // The projects last, because jest takes every word after this flag for a project's name.
  const words = [`--maxWorkers=${workers}`, ...args, '--selectProjects', ...some];
  return (await run('node', [jest, ...words], { env })).code;
}

/** What `packages/testing/jest/cost-reporter.mjs` wrote; nothing where jest did not come to its end. */
function takeCosts(nth) {
  const file = costsFile(nth);
  if (!existsSync(file)) return [];
  const costs = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(file);
  return costs;
}
