import { openHome } from '../home.ts';
import { lockHome } from '../home-lock.ts';
import type { Place } from './backup.ts';
import { withDatabase } from './database-of.ts';
import { runProgram } from './keeper-program.ts';

export type RestoreFlags = {
  readonly keys?: string;
  readonly olderThanSevenDays: boolean;
  readonly deleteTopics: boolean;
};

/** `tact restore`: a backup into an empty data folder, or into an empty database of one's own. */
export const restore = async (
  folder: string,
  { keys, olderThanSevenDays, deleteTopics }: RestoreFlags,
  { home, env, terminal }: Place,
): Promise<void> => {
  openHome(home);
  const unlock = lockHome(home.lock);
  const args = [
    ...['restore', folder],
    ...(keys === undefined ? [] : ['--keys', keys]),
    ...(olderThanSevenDays ? ['--older-than-seven-days'] : []),
    ...(deleteTopics ? ['--delete-topics'] : []),
  ];
  try {
    await withDatabase(
      { home, env, terminal },
      (url) => runProgram(args, { ...env, DATABASE_URL: url, TACT_HOME: home.root }),
      { stopAfter: true },
    );
  } finally {
    unlock();
  }
};
