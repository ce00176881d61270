import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lchownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ServerRefused } from '../refusal.ts';

/** The user PostgreSQL runs as when the launcher is root: PostgreSQL refuses to run as root itself. */
export type Account = { uid: number; gid: number };

/** Undefined when no change of user is needed. The owner of existing data keeps it, so a new `postgres` user changes nothing. */
export const accountFor = (dataDir: string): Account | undefined => {
  const own = process.getuid?.();
  const owner = existsSync(dataDir) ? statSync(dataDir) : undefined;
  if (own !== 0) {
    if (owner && owner.uid !== own) throw belongsToAnother(dataDir, owner.uid);
    return undefined;
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return unprivilegedAccount();
};

const belongsToAnother = (dataDir: string, uid: number): ServerRefused => {
  return new ServerRefused(
    'no-rights',
    `The data folder ${dataDir} belongs to another user (uid ${uid}): start as that user or choose another data folder.`,
  );
};

/** The first of the users that a system has for this; root alone asks. */
const unprivilegedAccount = (): Account => {
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new ServerRefused(
    'no-rights',
    'PostgreSQL refuses to run as root and there is no user postgres or nobody: start as a plain user or set DATABASE_URL.',
  );
};

/** Whether the account can read and enter the path, asked of the system itself: modes, ACLs and mounts all count. */
export const canReach = (account: Account | undefined, path: string): boolean => {
  if (account === undefined) return true;
  const asked = spawnSync('/bin/sh', ['-c', 'test -r "$0" && test -x "$0"', path], {
    ...account,
    cwd: '/',
  });
  return asked.status === 0;
};

/** Gives a folder to the account, with what it holds (a copy restored by root would not start otherwise). */
export const giveTo = (account: Account | undefined, folder: string): void => {
  if (account === undefined) return;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(folder, entry), account.uid, account.gid);
  chownSync(folder, account.uid, account.gid);
};

const idOf = (flag: '-u' | '-g', name: string): number | undefined => {
  const asked = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return asked.status === 0 ? Number(asked.stdout) : undefined;
};
