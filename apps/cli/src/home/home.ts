import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { HomeEntryName } from '@tact/contracts';
import { Refusal, codeOf, fileRefusal } from '../terminal/refusal.ts';

/** Everything the embedded platform keeps between runs lies in one folder (`TACT_HOME`, default `.tact`). */
export type Home = {
  readonly root: string;
  readonly credentials: string;
  /** Credentials that were drawn, until the services have accepted them. */
  readonly drawnCredentials: string;
  readonly run: string;
  readonly lock: string;
  /** By how much its clock was moved on. */
  readonly clock: string;
  readonly logs: string;
  readonly postgres: string;
  readonly kafka: string;
};

const FREE_BYTES_MIN = 64 * 1024 * 1024;
/** Only a folder that was empty when Tact first used it carries this file: only such a folder is emptied. */
const owned = 'tact-home' satisfies HomeEntryName;
/** How the files of the folder lie; a folder of a later layout is not touched. */
const LAYOUT = 1;

/** What a later version keeps elsewhere would be made a second time here. */
const refuseNewerLayout = (home: Home): void => {
  const path = join(home.root, owned);
  if (!existsSync(path)) return;
  const layout = Number(/layout (\d+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? LAYOUT);
  if (layout <= LAYOUT) return;
  throw new Refusal(
    `${home.root} is of layout ${layout}, made by a newer version of Tact, and this one knows ${LAYOUT}: start that version, or restore a backup from before the upgrade.`,
  );
};

export const homeAt = (folder: string | undefined): Home => {
  const root = resolve(folder === undefined || folder === '' ? '.tact' : folder);
  // What is not declared is nowhere in the registry of stores, and may not lie here.
  const under = (name: HomeEntryName) => join(root, name);
  return {
    root,
    credentials: under('credentials.json'),
    drawnCredentials: under('credentials.drawn.json'),
    run: under('run.json'),
    lock: under('lock'),
    clock: under('clock.json'),
    logs: under('logs'),
    postgres: under('postgres'),
    kafka: under('kafka'),
  };
};

/** One level at a time: Node's own `recursive` never ends on a file system that refuses with ENOENT, like /proc. */
const makeFolder = (path: string, mode: number): void => {
  if (existsSync(path)) return;
  makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another start was first.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
};

/** Creates the folder (readable by its owner alone) and proves that it can be written. Throws `Refusal`. */
export const openHome = (home: Home): void => {
  try {
    makeFolder(home.root, 0o711);
    if (readdirSync(home.root).length === 0) {
      writePrivate(join(home.root, owned), `This folder belongs to Tact (layout ${LAYOUT}).\n`);
    }
    refuseNewerLayout(home);
    mkdirSync(home.logs, { recursive: true, mode: 0o700 });
    writePrivate(join(home.logs, '.probe'), 'x');
    rmSync(join(home.logs, '.probe'));
  } catch (error) {
    throw fileRefusal(error, home.root);
  }
  const { bavail, bsize } = statfsSync(home.root);
  if (bavail * bsize < FREE_BYTES_MIN) {
    throw new Refusal(
      `Only ${Math.floor((bavail * bsize) / 1024 / 1024)} MB of disk space are free for ${home.root} and Tact needs 64 MB: free some and start again.`,
    );
  }
};

const kept: ReadonlySet<string> = new Set([owned, 'lock']);
/** Made anew at every start, worth nothing to anybody. */
const passing: ReadonlySet<string> = new Set([...kept, 'logs', 'run.json']);

/** Names of what the folder holds and would be missed. */
export const lastingIn = (home: Home): string[] =>
  readdirSync(home.root).filter((name) => !passing.has(name));

/** Throws `Refusal` on a folder that Tact did not make. */
export const requireOwned = (home: Home): void => {
  if (existsSync(join(home.root, owned))) return;
  throw new Refusal(
    `${home.root} held other files before Tact came, so --reset does not touch it: remove by hand what you do not need.`,
  );
};

/** Empties the folder of everything but the lock its caller holds. Throws `Refusal` on a folder that is not ours. */
export const emptyHome = (home: Home): void => {
  requireOwned(home);
  try {
    for (const name of readdirSync(home.root)) {
      if (!kept.has(name)) rmSync(join(home.root, name), { recursive: true, force: true });
    }
    mkdirSync(home.logs, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileRefusal(error, home.root);
  }
};

/** Writes a whole file or nothing, readable by its owner alone. */
export const writePrivate = (path: string, text: string): void => {
  const draft = `${path}.${process.pid}.new`;
  try {
    rmSync(draft, { force: true });
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw fileRefusal(error, path);
  }
};

/** The JSON of a file that is made anew at every start; undefined when there is none or when it is broken. */
export const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};
