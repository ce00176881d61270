import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf, isAlive, workingFolderOf } from '../processes.ts';

/** What a server writes about itself in `postmaster.pid`; `ready` is the word of its last line. */
export type PidFile = { pid: number; port: number; startedAt: number; ready: boolean };

export const readPidFile = (dataDir: string): PidFile | undefined => {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return undefined;
    return {
      pid,
      startedAt: Number(lines[2]),
      port: Number(lines[3]),
      ready: lines[7]?.trim() === 'ready',
    };
  } catch {
    return undefined;
  }
};

/**
 * The server that works on this folder now, if any. After a reboot or in a new container the pid may belong to
 * another program, and PostgreSQL would then refuse to start for ever: only in that case the file is removed.
 * The file of a dead process is left to PostgreSQL, which also looks for orphans that still hold its memory.
 */
export const liveServer = (dataDir: string): PidFile | undefined => {
  const found = readPidFile(dataDir);
  if (found === undefined || !isAlive(found.pid)) return undefined;
  if (worksOn(found.pid, dataDir)) return found;
  rmSync(join(dataDir, 'postmaster.pid'), { force: true });
  return undefined;
};

const worksOn = (pid: number, dataDir: string): boolean => {
  const real = realpathSync(dataDir);
  const folder = workingFolderOf(pid);
  if (folder !== undefined) return folder === real;
  const command = commandLineOf(pid);
  return command.includes('postgres') && (command.includes(real) || command.includes(dataDir));
};
