// One process that tries mutants, one after the other, until its parent ends it or a mutant does.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { loadedPaths, loadFresh } from './fresh-modules.mjs';
import { collect } from './jest-globals.mjs';
import { root } from './rooms.mjs';
import { endSuites, runTest } from './run-tests.mjs';

/** What StrykerJS's text asks: which mutant is awake, and where its visits are counted. */
const switchboard = { mutantCoverage: { static: {}, perTest: {} } };
Reflect.set(globalThis, '__stryker__', switchboard);

const due = new Float64Array(new SharedArrayBuffer(16)).fill(Infinity);
let nextGeneration;

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** Ten times what a step takes without a mutant, and a second. */
function expectStep(tookMs) {
  due[0] = cpuMs() + 10 * tookMs + 1_000;
  due[1] = Date.now() + 60_000 + 100 * tookMs;
}

async function begin({ texts, fresh }) {
  nextGeneration = loadFresh(texts, fresh);
  new Worker(new URL('watchdog.worker.mjs', import.meta.url), { workerData: due.buffer }).unref();
  const { resolve } = createRequire(join(root, 'packages/domain/package.json'));
  const { default: fc } = await import(pathToFileURL(resolve('fast-check')).href);
  // Drawn alike for every mutant, or one that dies today would live tomorrow; a counterexample need not be small.
  fc.configureGlobal({ seed: 20_261_129, endOnFailure: true });
  return {};
}

const collectFrom = (path) => collect(() => import(pathToFileURL(join(root, path)).href));

/** Every test once with no mutant awake: which mutants it visits, how often, and what it takes. */
async function cover(paths) {
  const files = [];
  for (const path of paths) {
    nextGeneration();
    const seen = (switchboard.mutantCoverage = { static: {}, perTest: {} });
    switchboard.currentTestId = undefined;
    const began = cpuMs();
    const all = await collectFrom(path);
    const loadMs = cpuMs() - began;
    const tests = [];
    for (const [nth, one] of all.entries()) {
      const id = `test ${nth}`;
      switchboard.currentTestId = id;
      const started = cpuMs();
      await runTest(one).catch((cause) => {
        throw new Error(`Fails without a mutant: ${path}, ${one.name}`, { cause });
      });
      tests.push({ nth, tookMs: cpuMs() - started, visits: seen.perTest[id] ?? {} });
    }
    switchboard.currentTestId = undefined;
    await endSuites(all);
    files.push({ path, loadMs, tests, atLoad: seen.static });
  }
  return { files, loaded: loadedPaths() };
}

/** The name of the first test that fails, or undefined. `files`: `[{ path, loadMs, tests: [{ nth, tookMs }] }]`. */
async function firstFailure(files) {
  for (const { path, loadMs, tests } of files) {
    expectStep(loadMs);
    const all = await collectFrom(path);
    const chosen = tests.map(({ nth }) => all[nth]);
    for (const [at, one] of chosen.entries()) {
      expectStep(tests[at].tookMs);
      const hasFailed = await runTest(one).then(
        () => false,
        () => true,
      );
      if (hasFailed) return one.name;
    }
    await endSuites(chosen);
  }
}

async function attempt({ id, files, hitLimit }) {
  nextGeneration();
  Object.assign(switchboard, { activeMutant: id, hitCount: 0, hitLimit });
  // Nobody asks while a mutant is awake, and it would grow.
  switchboard.mutantCoverage = { static: {}, perTest: {} };
  const killedBy = await firstFailure(files).catch(() => 'loading');
  switchboard.activeMutant = undefined;
  due.fill(Infinity);
  return { killedBy, rssBytes: process.memoryUsage.rss() };
}

const verbs = { begin, cover, attempt };

async function answer([verb, given]) {
  try {
    process.send(await verbs[verb](given));
  } catch (error) {
    process.send({ defect: [error.stack, error.cause?.stack].filter(Boolean).join('\n') });
  }
}

process.on('message', (message) => void answer(message));
