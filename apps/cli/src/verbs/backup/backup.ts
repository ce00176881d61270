import type { Home } from '../../home/home.ts';
import { readRunFile } from '../../home/run-file.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { demandData, lockUnlessRunning, withDatabase } from './database-of.ts';
import { runProgram } from './keeper-program.ts';

export type Place = {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
};

/** `tact backup`: data and keys of this platform at one instant, running or not. */
export const backup = async (
  folder: string,
  { keys }: { readonly keys?: string },
  { home, env, terminal }: Place,
): Promise<void> => {
  demandData(home, env);
  const unlock = lockUnlessRunning(home);
  const log = env['KAFKA_BROKERS'] ? 'kafka' : readRunFile(home)?.messageLog;
  const args = [
    'backup',
    folder,
    ...(keys === undefined ? [] : ['--keys', keys]),
    ...(log === undefined ? [] : ['--message-log', log]),
  ];
  try {
    await withDatabase(
      { home, env, terminal },
      (url) => runProgram(args, { ...env, DATABASE_URL: url, TACT_HOME: home.root }),
      // While the platform runs, the server is the platform's.
      { stopAfter: unlock !== undefined },
    );
  } finally {
    unlock?.();
  }
};
