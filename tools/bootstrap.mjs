// The commands of a bare machine (Node >= 20 and npm). No dependencies; what is needed is fetched once: Node 24, pnpm,
// the packages, the build. Everything is run with Node 24.
import { join } from 'node:path';
import { Stop, forwardSignals, run } from './child.mjs';
import { argumentsFor } from './npm-flags.mjs';
import { runTests } from './run-tests.mjs';
import { build, install, root, toolchain } from './toolchain.mjs';

const NODE_MAJOR_MIN = 20;
const cli = join(root, 'apps', 'cli', 'dist', 'main.js');

/** A program that needs what was built. */
const built =
  (script, ...words) =>
  async (env, args) => {
    await build(env);
    return (await run('node', [join(root, ...script), ...words, ...args], { env })).code;
  };

const verbs = {
  start: async (env, args) => {
    await build(env);
    return (await run('node', [cli, 'start', ...args], { env, linked: true })).code;
  },
  tact: built(['apps', 'cli', 'dist', 'main.js']),
  test: runTests,
  build: async (env) => {
    await build(env);
    return 0;
  },
  // The lint reads types across packages, which a tree that was never built does not have.
  check: built(['tools', 'check.mjs']),
  'api-check': built(['tools', 'api-check.mjs']),
  'check:fix': built(['tools', 'check.mjs'], '--fix'),
  mutate: async (env, args) =>
    (await run('node', [join(root, 'tools', 'mutate.mjs'), ...args], { env })).code,
  bench: built(['packages', 'bench', 'dist', 'run-bench.js']),
};

async function main() {
  const [verb, ...given] = process.argv.slice(2);
  const action = Object.hasOwn(verbs, verb ?? '') ? verbs[verb] : undefined;
  if (action === undefined)
    throw new Stop(`Usage: node tools/bootstrap.mjs ${Object.keys(verbs).join('|')} [arguments]`);
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN)
    throw new Stop(
      `Tact needs Node ${NODE_MAJOR_MIN} or newer to begin with, and this is ${process.versions.node}: install a newer one from https://nodejs.org, then run the same command again.`,
    );
  const args = argumentsFor(verb, given, process.env);
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
