import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** True while the process runs; a zombie (killed, not yet reaped by a container's first process) counts as gone. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^\) [ZX]/.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    // Without /proc (macOS), or gone between the two looks: the next look tells.
    return true;
  }
};

/** The command line of a process, or '' when it is gone or may not be seen. */
export const commandLineOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
      .stdout;
  }
};

/** The working folder of a process, where the system shows it (Linux); a pid alone proves nothing after a reboot. */
export const workingFolderOf = (pid: number): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
};

/** Waits until `done` holds; false when `msMax` passed first. */
export const until = async (done: () => boolean, msMax: number, everyMs = 20): Promise<boolean> => {
  const deadline = Date.now() + msMax;
  while (!done()) {
    if (Date.now() > deadline) return false;
    await sleep(everyMs);
  }
  return true;
};

/** Sends the signal and says whether the process was there to take it. */
export const signal = (pid: number, name: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
};

/** The processes this one started and that still run. */
export const childrenOf = (pid: number): number[] => {
  const listed = (text: string): number[] => text.split(/\s+/).filter(Boolean).map(Number);
  try {
    return listed(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  } catch {
    return listed(spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout ?? '');
  }
};
