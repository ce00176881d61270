// Which jest runs use the shared test servers. Runs of several people or terminals may overlap in one tree: the
// PostgreSQL server is shared by all and stopped by the last to leave, a Kafka broker belongs to one run.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  isAlive,
  stopEmbeddedPostgres,
  stopKafkaBroker,
  withLock,
} from '../../../infra/src/index.ts';

const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url));
const runs = `${cache}test-runs/`;
const lock = `${cache}test-runs.lock`;

export function join(run) {
  return withLock(lock, async () => {
    mkdirSync(runs, { recursive: true });
    writeFileSync(runs + run, '');
    await clearDeadRuns();
  });
}

export function leave(run) {
  return withLock(lock, async () => {
    printSkipped(run);
    rmSync(runs + run, { force: true });
    await clearDeadRuns();
    if (liveRuns().length > 0) return;
    await stopEmbeddedPostgres(`${cache}test-postgres/data`);
    rmSync(`${cache}test-postgres`, { recursive: true, force: true });
  });
}

const liveRuns = () => readdirSync(runs).filter((name) => /^\d+$/.test(name));

/** A run that was killed could not tidy up: its broker and its files go now. */
async function clearDeadRuns() {
  for (const name of liveRuns()) if (!isAlive(Number(name))) rmSync(runs + name, { force: true });
  const live = new Set(liveRuns());
  for (const name of readdirSync(runs))
    if (!live.has(name.split('.')[0])) rmSync(runs + name, { force: true });
  mkdirSync(`${cache}test-kafka`, { recursive: true });
  for (const folder of readdirSync(`${cache}test-kafka`)) {
    if (live.has(folder.split('.')[0])) continue;
    await stopKafkaBroker(`${cache}test-kafka/${folder}`);
    rmSync(`${cache}test-kafka/${folder}`, { recursive: true, force: true });
  }
}

function printSkipped(run) {
  let why;
  try {
    why = readFileSync(`${runs}${run}.kafka-skipped`, 'utf8');
  } catch {
    return;
  }
  const line = '='.repeat(78);
  process.stderr.write(
    `\n${line}\nTHE KAFKA TESTS WERE SKIPPED. ${why}\nWith KAFKA_REQUIRED=1 this is a failure.\n${line}\n`,
  );
}
