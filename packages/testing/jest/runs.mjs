// Which jest runs use the shared test servers. Runs of several people or terminals may overlap in one tree: the
// PostgreSQL server is shared by all and stopped by the last to leave; other servers belong to one run's folder.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  isAlive,
  stopEmbeddedPostgres,
  stopKafkaBroker,
  withLock,
} from '../../../infra/src/index.ts';

const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url));
const runs = `${cache}test-scratch/`;
const lock = `${cache}test-scratch.lock`;

export function join(run) {
  return withLock(lock, async () => {
    mkdirSync(runs + run, { recursive: true });
    await clearDeadRuns();
  });
}

export function leave(run) {
  return withLock(lock, async () => {
    printSkipped(run);
    await clear(run);
    await clearDeadRuns();
    if (readdirSync(runs).length > 0) return;
    await stopEmbeddedPostgres(`${cache}test-postgres/data`);
    rmSync(`${cache}test-postgres`, { recursive: true, force: true });
  });
}

/** A run that was killed could not tidy up: its servers and its files go now. */
async function clearDeadRuns() {
  for (const run of readdirSync(runs)) if (!isAlive(Number(run))) await clear(run);
}

async function clear(run) {
  const folder = runs + run;
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('postmaster.pid')) await stopEmbeddedPostgres(dirname(`${folder}/${file}`));
    if (file.endsWith('broker.json')) await stopKafkaBroker(dirname(`${folder}/${file}`));
  }
  rmSync(folder, { recursive: true, force: true });
}

/** What a machine may lack, and what then was not tried; each says so last, where it is seen. */
const skippable = [
  { note: 'kafka-skipped', what: 'THE KAFKA TESTS', required: 'KAFKA_REQUIRED' },
  { note: 'browser-skipped', what: 'THE TESTS IN A BROWSER', required: 'BROWSER_REQUIRED' },
];

function printSkipped(run) {
  const line = '='.repeat(78);
  for (const { note, what, required } of skippable) {
    const file = `${runs}${run}/${note}`;
    if (!existsSync(file)) continue;
    process.stderr.write(
      `\n${line}\n${what} WERE SKIPPED. ${readFileSync(file, 'utf8')}\nWith ${required}=1 this is a failure.\n${line}\n`,
    );
  }
}
