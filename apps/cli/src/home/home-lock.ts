import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { ProcessIdentity, identityOf, isRunning } from './process-identity.ts';
import { Refusal, codeOf, fileRefusal } from '../terminal/refusal.ts';

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const holderIn = (text: string): ProcessIdentity | undefined => {
  try {
    return ProcessIdentity.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** A hard link appears whole or not at all, so nobody ever reads half a lock. */
const tryLink = (from: string, to: string): boolean => {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

/** Two starters may find the same stale lock: whoever moved a fresh one by mistake puts it back. */
const removeStale = (path: string, stale: string): void => {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (textOf(aside) !== stale) tryLink(aside, path);
  } catch {
    // The other starter was first; the caller looks again.
  }
  rmSync(aside, { force: true });
};

/**
 * Takes the lock of a data folder for this process and returns what gives it back. A second start is
 * refused at once; the lock of a process that was killed is recognised by pid and start time.
 */
export const lockHome = (path: string): (() => void) => {
  const mine = identityOf(process.pid);
  const text = JSON.stringify(mine);
  const draft = `${path}.${process.pid}.${randomUUID()}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    for (let turn = 0; turn < 20; turn += 1) {
      if (tryLink(draft, path)) {
        return () => {
          if (textOf(path) === text) rmSync(path, { force: true });
        };
      }
      const found = textOf(path);
      const holder = found === undefined ? undefined : holderIn(found);
      if (holder !== undefined && isRunning(holder)) {
        throw new Refusal(
          `Tact already runs on this data folder (process ${holder.pid}): stop it, or set TACT_HOME to another folder.`,
        );
      }
      if (found !== undefined) removeStale(path, found);
    }
    throw new Refusal(`The lock ${path} changes hands too fast: try again.`);
  } catch (error) {
    throw fileRefusal(error, path);
  } finally {
    rmSync(draft, { force: true });
  }
};
