// One process that tries mutants, one after the other, until its parent ends it or a mutant does.
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { loadedSources, loadFresh } from './fresh-modules.mjs';
import { collect } from './jest-globals.mjs';
import { root } from './rooms.mjs';
import { endSuites, runTest } from './run-tests.mjs';
import { countVisits, visitsCounted, wake } from './switchboard.mjs';

const due = new Float64Array(new SharedArrayBuffer(16)).fill(Infinity);
let nextGeneration;
let allowRuns;
let runsMax = Infinity;

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** Ten times what a step takes without a mutant, and a second. */
function expectStep(tookMs) {
  due[0] = cpuMs() + 10 * tookMs + 1_000;
  due[1] = Date.now() + 60_000 + 100 * tookMs;
}

async function begin({ texts, fresh, ...limits }) {
  nextGeneration = loadFresh(texts, fresh);
  new Worker(new URL('watchdog.worker.mjs', import.meta.url), { workerData: due.buffer }).unref();
  ({ allowRuns } = await import('./few-runs.mjs'));
  ({ runsMax } = limits);
  return {};
}

const failureOf = (one) =>
  runTest(one).then(
    () => undefined,
    (error) => error ?? new Error('Failed without an error.'),
  );

const collectFrom = (path) => collect(() => import(pathToFileURL(join(root, path)).href));

/** One test with no mutant awake: which mutants it visits how often, and what it takes; undefined if it is too heavy. */
async function coverTest(one, { visitsMax, drawsAll }) {
  allowRuns(drawsAll ? Infinity : runsMax);
  countVisits(visitsMax);
  const started = cpuMs();
  const failure = await failureOf(one);
  const { visits, isTooHeavy } = visitsCounted();
  if (isTooHeavy) return undefined;
  // A test that counts what it drew fails when it may draw but little.
  const isShort = failure !== undefined && !drawsAll && runsMax < Infinity;
  if (isShort) return coverTest(one, { visitsMax, drawsAll: true });
  if (failure !== undefined) throw failure;
  const heft = Object.values(visits).reduce((sum, count) => sum + count, 0);
  return { tookMs: cpuMs() - started, visits, heft, drawsAll };
}

/** Every test of a file once, those left out that make more than `visitsMax` visits. */
async function cover({ path, visitsMax }) {
  nextGeneration();
  wake(undefined);
  countVisits(Infinity);
  const began = cpuMs();
  const all = await collectFrom(path);
  const loadMs = cpuMs() - began;
  const { visits: atLoad } = visitsCounted();
  const tests = [];
  for (const [nth, one] of all.entries()) {
    const covered = await coverTest(one, { visitsMax, drawsAll: false }).catch((cause) => {
      throw new Error(`Fails without a mutant: ${path}, ${one.name}`, { cause });
    });
    if (covered !== undefined) tests.push({ nth, ...covered });
  }
  await endSuites(all);
  return {
    file: { path, loadMs, tests, heavy: all.length - tests.length, atLoad },
    loaded: loadedSources(),
  };
}

/** The name of the first test that fails, or undefined. `steps`: `[{ path, loadMs, nth, tookMs, drawsAll }]`. */
async function firstFailure(steps) {
  const collected = new Map();
  const begun = [];
  for (const { path, loadMs, nth, tookMs, drawsAll } of steps) {
    if (!collected.has(path)) {
      expectStep(loadMs);
      collected.set(path, await collectFrom(path));
    }
    const one = collected.get(path)[nth];
    begun.push(one);
    expectStep(tookMs);
    allowRuns(drawsAll ? Infinity : runsMax);
    if ((await failureOf(one)) !== undefined) return one.name;
  }
  await endSuites(begun);
}

async function attempt({ id, steps, hitsMax }) {
  nextGeneration();
  wake(id, hitsMax);
  const killedBy = await firstFailure(steps).catch(() => 'loading');
  wake(undefined);
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
