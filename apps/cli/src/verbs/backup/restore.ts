import { existsSync, readdirSync } from 'node:fs';
import { openHome, type Home } from '../../home/home.ts';
import { lockHome } from '../../home/home-lock.ts';
import { Refusal } from '../../terminal/refusal.ts';
import type { Place } from './backup.ts';
import { withDatabase } from './database-of.ts';
import { runProgram } from './keeper-program.ts';

export type RestoreFlags = {
  readonly keys?: string;
  readonly olderThanSevenDays: boolean;
  readonly deleteTopics: boolean;
};

/** Records of facts the backup does not know, under numbers that new facts will get. */
const refuseTopics = ({ kafka }: Home): void => {
  if (!existsSync(kafka) || readdirSync(kafka).length === 0) return;
  throw new Refusal(
    `${kafka} holds the topics of another history: remove this folder, and everything is published again.`,
  );
};

/** `tact restore`: a backup into an empty data folder, or into an empty database of one's own. */
export const restore = async (
  folder: string,
  { keys, olderThanSevenDays, deleteTopics }: RestoreFlags,
  { home, env, terminal }: Place,
): Promise<void> => {
  openHome(home);
  refuseTopics(home);
  const unlock = lockHome(home.lock);
  const args = [
    'restore',
    folder,
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
