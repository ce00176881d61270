// `npm test`: four stages, all of them whatever an earlier one said, so that one run shows everything that is broken.
import { join } from 'node:path';
import { Stop, run, stage, wasInterrupted } from './child.mjs';
import { build, root } from './toolchain.mjs';

const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');

/** Where a stage kills processes and holds others to time limits, its files run one after the other. */
const stages = [['unit'], ['integration'], ['conformance', '--runInBand'], ['e2e', '--runInBand']];

export const testHelp = `npm test                     every test
npm test -- whatsapp         those whose path holds "whatsapp", of all stages
npm test -- webhook -t twice of these, those whose name holds "twice"

Stages, one after the other: unit (pure), integration (a real PostgreSQL, a real Kafka), conformance (both
message logs), e2e (the real processes). Other flags are jest's: npm test -- -u, npm test -- --verbose.

KAFKA_REQUIRED=1 makes a missing Java or Maven a failure; without it the tests on Kafka are skipped, loudly.
UPDATE_SCHEMAS=1 npm test -- schemas writes what a new event, field or value changes under packages/contracts.`;

const asksForHelp = (args) => args.some((word) => word === '--help' || word === '-h');

/** Resolves with the exit code: not 0 when a test fails, and not 0 when none was asked for that exists. */
export async function runTests(env, args) {
  if (asksForHelp(args)) {
    console.log(testHelp);
    return 0;
  }
  const results = [];
  let matched = 0;
  let worst = 0;
  for (const one of stages) {
    const { text, code, files } = await runStage(one, { env, args });
    if (wasInterrupted()) return code === 0 ? 130 : code;
    results.push(text);
    matched += files;
    worst ||= code;
  }
  console.log(`\ntact · ${results.join(' · ')}`);
  if (matched > 0 || worst > 0) return worst;
  throw new Stop(
    `No test has ${args.map((word) => `"${word}"`).join(' or ')} in its path: give a part of a path, as in npm test -- whatsapp.`,
  );
}

async function runStage([name, ...flags], { env, args }) {
  const began = performance.now();
  const jestEnv = {
    ...env,
    NODE_OPTIONS: [
      env.NODE_OPTIONS,
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
    ]
      .filter(Boolean)
      .join(' '),
  };
  // Last, because jest takes every word after this flag for a project's name.
  const project = (...more) => [jest, ...more, ...args, '--selectProjects', name];
  const listed = await run('node', project('--listTests'), { env: jestEnv, quiet: true });
  const files = listed.output.split('\n').filter((line) => line.endsWith('.test.ts')).length;
  if (listed.code === 0 && files === 0) return { text: `${name}: no test matches`, code: 0, files };
  let code = await prepare(name, env);
  if (code === 0) {
    console.log(`\ntact · ${name} tests (${files} files)`);
    ({ code } = await run('node', project(...flags), { env: jestEnv }));
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return { text: `${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s`, code, files };
}

/** Integration wants Kafka's jars, where Java and Maven are present; e2e starts what was built. */
async function prepare(name, env) {
  try {
    if (name === 'e2e') await build(env);
    if (name === 'integration' || name === 'conformance')
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
