// The two commands of a bare machine (Node >= 20 and npm): `npm start` and `npm test`. No dependencies; what is
// needed is fetched once: Node 24, pnpm, the packages, the build. Everything is run with Node 24.
import { join } from 'node:path';
import { Stop, forwardSignals, run, stage, wasInterrupted } from './child.mjs';
import { build, install, root, toolchain } from './toolchain.mjs';

const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const cli = join(root, 'apps', 'cli', 'dist', 'main.js');

const verbs = {
  start: async (env, args) => {
    await build(env);
    return (await run('node', [cli, 'start', ...args], { env, linked: true })).code;
  },
  tact: async (env, args) => {
    await build(env);
    return (await run('node', [cli, ...args], { env })).code;
  },
  test: runTests,
  build: async (env) => {
    await build(env);
    return 0;
  },
  // The lint reads types across packages, which a tree that was never built does not have.
  check: async (env, args) => {
    await build(env);
    return (await run('node', [join(root, 'tools', 'check.mjs'), ...args], { env })).code;
  },
  bench: async (env, args) => {
    await build(env);
    return (await run('node', [join(root, 'tools', 'bench.mjs'), ...args], { env })).code;
  },
};

/** Where a stage kills processes and holds others to time limits, its files run one after the other. */
const stages = [['unit'], ['integration'], ['conformance', '--runInBand'], ['e2e', '--runInBand']];

/** All stages run, whatever an earlier one said: one run shows everything that is broken. */
async function runTests(env, args) {
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
  const project = (name, ...more) => [jest, ...more, ...args, '--selectProjects', name];
  const results = [];
  for (const [name, ...flags] of stages) {
    const began = performance.now();
    const listed = await run('node', project(name, '--listTests'), { env: jestEnv, quiet: true });
    const files = listed.output.split('\n').filter((line) => line.endsWith('.test.ts')).length;
    if (listed.code === 0 && files === 0) {
      results.push(`${name}: no test matches`);
      continue;
    }
    let code = await prepare(name, env);
    if (code === 0) {
      console.log(`\ntact · ${name} tests (${files} files)`);
      const done = await run('node', project(name, ...flags), { env: jestEnv });
      code = done.code;
    }
    if (wasInterrupted()) return code === 0 ? 130 : code;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    results.push(`${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
    process.exitCode ||= code;
  }
  console.log(`\ntact · ${results.join(' · ')}`);
  return process.exitCode ?? 0;
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

async function main() {
  const [verb, ...args] = process.argv.slice(2);
  const action = Object.hasOwn(verbs, verb ?? '') ? verbs[verb] : undefined;
  if (action === undefined)
    throw new Stop(`Usage: node tools/bootstrap.mjs ${Object.keys(verbs).join('|')} [arguments]`);
  forwardSignals();
  const env = await toolchain();
  await install(env);
  return action(env, args);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
