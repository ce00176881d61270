import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BenchCase, BenchResult } from './bench.ts';
import { machineOf, printTable, verdict, writeResults } from './report.ts';
import { openServer, withBench } from './server.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const filter = process.argv[2] ?? '';
const seconds = Number(process.env['BENCH_SECONDS'] ?? 8);

const casesIn = async (folder: string): Promise<BenchCase[]> => {
  const files = readdirSync(folder).filter(
    (name) => /\.(js|ts)$/.test(name) && !name.endsWith('.d.ts'),
  );
  const loaded = await Promise.all(
    files.toSorted().map(async (name) => {
      const module = (await import(pathToFileURL(join(folder, name)).href)) as {
        cases: readonly BenchCase[];
      };
      return module.cases;
    }),
  );
  return loaded.flat();
};

const chosenOf = (all: readonly BenchCase[]): BenchCase[] => {
  const exact = all.filter(({ name }) => name === filter);
  if (exact.length > 0) return exact;
  return all.filter(({ name, onlyWhenNamed }) => !onlyWhenNamed && name.includes(filter));
};

const runHere = (one: BenchCase, url: string): Promise<readonly BenchResult[]> =>
  withBench({ url, seconds }, (bench) => one.run(bench));

/** Each case in a process of its own: what an earlier one left in the heap would be measured with the next. */
const runApart = (one: BenchCase, url: string): Promise<readonly BenchResult[]> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, BENCH_URL: url };
    const child = fork(fileURLToPath(import.meta.url), [one.name], { env });
    child.once('message', (results) => resolve(results as readonly BenchResult[]));
    child.once('exit', (code) => reject(new Error(`${one.name} ended with ${code}`)));
  });

const runAll = async (chosen: readonly BenchCase[]): Promise<void> => {
  const server = await openServer(join(root, '.cache', `bench-${process.pid}`));
  const results: BenchResult[] = [];
  try {
    for (const one of chosen) {
      console.log(`running ${one.name} ...`);
      const own = await runApart(one, server.url);
      const kept = { name: one.name, results: own };
      console.log(`written to ${writeResults(root, machineOf(server.version), kept)}`);
      results.push(...own);
    }
  } finally {
    await server.stop();
  }
  printTable(results);
  if (results.some((one) => verdict(one) === 'MISSED')) process.exitCode = 1;
};

const all = await casesIn(fileURLToPath(new URL('cases', import.meta.url)));
const chosen = chosenOf(all);
const [first] = chosen;
const url = process.env['BENCH_URL'];
if (first === undefined) {
  const names = all.map(({ name }) => name).toSorted();
  console.error(`No bench case has "${filter}" in its name: there are ${names.join(', ')}.`);
  process.exitCode = 1;
} else if (process.send === undefined || url === undefined) await runAll(chosen);
else process.send(await runHere(first, url), () => process.disconnect());
