import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@tact/infra';
import type { Home } from '../../home/home.ts';
import { lockHome } from '../../home/home-lock.ts';
import { Refusal } from '../../terminal/refusal.ts';
import { readRunFile } from '../../home/run-file.ts';
import type { Terminal } from '../../terminal/terminal.ts';

type Given = {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
};

/** Undefined while the platform runs on this folder: whoever only reads may go on beside it. */
export const lockUnlessRunning = (home: Home): (() => void) | undefined => {
  try {
    return lockHome(home.lock);
  } catch (error) {
    if (error instanceof Refusal && error.cause === undefined) return undefined;
    throw error;
  }
};

/** Throws `Refusal` where there is nothing to copy, or where nobody says which server holds it. */
export const demandData = (home: Home, env: NodeJS.ProcessEnv): void => {
  if (env['DATABASE_URL']) return;
  if (readRunFile(home)?.database === 'external') {
    throw new Refusal(
      'The data of this platform is in a database of your own: set DATABASE_URL to it, as at the start.',
    );
  }
  if (!existsSync(join(home.postgres, 'PG_VERSION'))) {
    throw new Refusal(
      `There is no data in ${home.root}: set TACT_HOME to the data folder of the platform, or DATABASE_URL to its database.`,
    );
  }
};

/**
 * Runs the work with the URL of the platform's database: the one that was given, else the embedded one. That is the
 * server that runs already, or one that is started for the work and stopped after it.
 */
export const withDatabase = async (
  { home, env, terminal }: Given,
  work: (url: string) => Promise<void>,
  { stopAfter }: { readonly stopAfter: boolean },
): Promise<void> => {
  if (env['DATABASE_URL']) return work(env['DATABASE_URL']);
  const server = await terminal.step('PostgreSQL answers', (onProgress) =>
    startEmbeddedPostgres({ dataDir: home.postgres, onProgress }),
  );
  try {
    await work(server.url);
  } finally {
    if (stopAfter) await terminal.step('PostgreSQL stopped', () => server.stop());
  }
};
