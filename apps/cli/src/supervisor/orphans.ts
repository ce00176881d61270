import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@tact/infra';
import type { Home } from '../home/home.ts';
import { endProcess, isRunning } from '../home/process-identity.ts';
import { readRunFile } from '../home/run-file.ts';

const GRACE_MS = 5_000;

/**
 * Ends what a killed run left behind, and says how many. A process counts as ours only when pid and
 * start time are those written down. Stores named in `adopted` stay: the start takes them over.
 */
export const endOrphans = async (home: Home, adopted: readonly string[]): Promise<number> => {
  const run = readRunFile(home);
  if (run === undefined) return 0;
  const { gateway, mail, services } = run;
  const processes = [gateway ?? [], mail ?? [], services].flat();
  const left = processes.flatMap((entry) => entry.process ?? []).filter(isRunning);
  await Promise.all(left.map((process) => endProcess(process, { graceMs: GRACE_MS })));
  const stores = run.stores.filter(
    (store) => !adopted.includes(store.name) && isRunning(store.process),
  );
  for (const { name, process } of stores) {
    // SIGTERM would let PostgreSQL wait for its clients for ever.
    const signal = name === 'PostgreSQL' ? 'SIGINT' : 'SIGTERM';
    await endProcess(process, { graceMs: 2 * GRACE_MS, signal });
  }
  return left.length + stores.length;
};

/** A server must not find its data gone under it: it is adopted and stopped first. */
export const stopLeftPostgres = async (home: Home): Promise<void> => {
  if (!existsSync(join(home.postgres, 'postmaster.pid'))) return;
  const server = await startEmbeddedPostgres({ dataDir: home.postgres });
  await server.stop();
};
