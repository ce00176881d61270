import { randomUUID } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './processes.ts';

const HEARTBEAT_MS = 2_000;
/** A holder that has not touched its file for so long is dead or its pid was given to another program. */
const STALE_AFTER_MS = 15_000;

/**
 * Runs `work` while holding the lock file `path`, waiting for other processes of this machine. A holder that was
 * killed leaves its file behind: the next one takes it over as soon as it sees that the process is gone.
 */
export const withLock = async <Result>(
  path: string,
  work: () => Promise<Result>,
  waitMsMax = 120_000,
): Promise<Result> => {
  const token = `${process.pid} ${randomUUID()}`;
  mkdirSync(dirname(path), { recursive: true });
  const deadline = Date.now() + waitMsMax;
  while (!take(path, token)) {
    if (Date.now() > deadline) throw new Error(`Waited ${waitMsMax} ms for ${path}: remove it.`);
    await sleep(30);
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (tokenIn(path) === token) rmSync(path, { force: true });
  }
};

const take = (path: string, token: string): boolean => {
  try {
    writeFileSync(path, token, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const stale = tokenIn(path);
  if (stale !== undefined && isStale(path, stale)) removeStale(path, stale);
  return false;
};

const isStale = (path: string, token: string): boolean => {
  const pid = Number.parseInt(token, 10);
  if (pid > 0 && !isAlive(pid)) return true;
  try {
    return Date.now() - statSync(path).mtimeMs > STALE_AFTER_MS;
  } catch {
    return false;
  }
};

/** Two waiters may find the same stale file: whoever moved a fresh one by mistake puts it back. */
const removeStale = (path: string, stale: string): void => {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (tokenIn(aside) !== stale) linkSync(aside, path);
  } catch {
    // Another waiter was first: the next turn of the loop looks again.
  }
  rmSync(aside, { force: true });
};

const tokenIn = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const touch = (path: string): void => {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // The file was taken over after a long pause of this process; PostgreSQL's own lock still guards the data.
  }
};
