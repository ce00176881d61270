import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BenchCase, BenchResult } from './bench.ts';
import { machineOf, printTable, verdict, writeResults } from './report.ts';
import { openServer, withBench } from './server.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const filter = process.argv[2] ?? '';
const seconds = Number(process.env['BENCH_SECONDS'] ?? 8);

async function casesOf(folder: string): Promise<BenchCase[]> {
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
  const all = loaded.flat();
  const exact = all.filter(({ name }) => name === filter);
  return exact.length > 0 ? exact : all.filter(({ name }) => name.includes(filter));
}

const chosen = await casesOf(fileURLToPath(new URL('cases', import.meta.url)));
if (chosen.length === 0) throw new Error(`No bench case has "${filter}" in its name`);
const server = await openServer(join(root, '.cache', `bench-${process.pid}`));
const results: BenchResult[] = [];
try {
  for (const one of chosen) {
    console.log(`running ${one.name} ...`);
    results.push(...(await withBench({ url: server.url, seconds }, (bench) => one.run(bench))));
  }
} finally {
  await server.stop();
}
printTable(results);
console.log(`written to ${writeResults(root, machineOf(server.version), results)}`);
if (results.some((one) => verdict(one) === 'MISSED')) process.exitCode = 1;
