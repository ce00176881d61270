import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { codeOf } from '../terminal/refusal.ts';

/** A pid alone is reused by the system: with the time the process began it names one process for ever. */
export const ProcessIdentity = z.object({ pid: z.int().positive(), began: z.string() });
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

const beganOf = (pid: number): string | undefined => {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may hold spaces; what follows it are fields 3 (state) and on, 22 is the start.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const [state] = fields;
      return state === 'Z' || state === 'X' ? undefined : `${bootId()}:${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout?.trim() || undefined;
};

/** Who this pid is now, or undefined when it runs no more (a zombie counts as gone). */
export const identityOf = (pid: number): ProcessIdentity | undefined => {
  const began = beganOf(pid);
  return began === undefined ? undefined : { pid, began };
};

export const isRunning = ({ pid, began }: ProcessIdentity): boolean => beganOf(pid) === began;

/** Sends a signal unless the process is gone or its pid was given to another program. */
export const signalProcess = (identity: ProcessIdentity, signal: NodeJS.Signals): void => {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
};

/** Asks the process to end, then makes it; resolves when it is gone. */
export const endProcess = async (
  identity: ProcessIdentity,
  { graceMs, signal = 'SIGTERM' }: { graceMs: number; signal?: NodeJS.Signals },
): Promise<void> => {
  signalProcess(identity, signal);
  const deadline = Date.now() + graceMs;
  while (isRunning(identity) && Date.now() < deadline) await sleep(25);
  signalProcess(identity, 'SIGKILL');
  while (isRunning(identity)) await sleep(25);
};
