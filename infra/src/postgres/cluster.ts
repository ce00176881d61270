import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ServerRefused } from '../refusal.ts';
import type { Binaries } from './binaries.ts';
import { explain } from './explain.ts';
import { liveServer } from './pid-file.ts';
import { canReach, giveTo } from './run-as.ts';
import type { Account } from './run-as.ts';
import type { Durability } from './settings.ts';

export const superuser = 'tact';
const FREE_BYTES_MIN = 256 * 1024 * 1024;

/** A folder prepared to be served: `password` opens it, `account` runs it. */
export type Cluster = { dataDir: string; password: string; account: Account | undefined };

/** Variables like PGDATA or PGPORT of the caller must not reach the server. */
export const serverEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Creates the cluster when the folder holds none; an interrupted creation leaves nothing that looks like one. */
export const prepareCluster = async (
  cluster: Omit<Cluster, 'password'>,
  binaries: Binaries,
  durability: Durability,
): Promise<Cluster> => {
  const { dataDir, account } = cluster;
  demandSpace(dirname(dataDir));
  const versionFile = join(dataDir, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const version = readFileSync(versionFile, 'utf8').trim();
    if (version !== binaries.major)
      throw new ServerRefused(
        'data-unusable',
        `${dataDir} was made by PostgreSQL ${version}, this is ${binaries.major}: move the folder away or upgrade it with pg_upgrade.`,
      );
    // The files of a live server are its own already, and come and go meanwhile.
    if (liveServer(dataDir) === undefined) giveTo(account, dataDir);
    return { ...cluster, password: keptPassword(dataDir) };
  }
  if (existsSync(dataDir)) demandEmpty(dataDir);
  const password = newPassword(dataDir);
  const fresh = `${dataDir}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  giveTo(account, fresh);
  try {
    await initdb({ dataDir: fresh, password, account }, binaries, durability);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  if (existsSync(dataDir)) rmdirSync(dataDir);
  renameSync(fresh, dataDir);
  return { ...cluster, password };
};

/**
 * The path by which the account names its data. A folder under root's private home cannot be walked to by another
 * user, yet a process that already stands in it can use it: Linux then offers `/proc/self/cwd`.
 */
export const pathFor = (account: Account | undefined, dataDir: string): string => {
  if (canReach(account, dataDir)) return dataDir;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new ServerRefused(
    'no-rights',
    `The user PostgreSQL runs as cannot reach ${dataDir}: choose a data folder outside root's home.`,
  );
};

const initdb = async (
  cluster: Cluster,
  binaries: Binaries,
  durability: Durability,
): Promise<void> => {
  const { dataDir, account } = cluster;
  const secrets = mkdtempSync(join(tmpdir(), 'tact-initdb-'));
  try {
    writeFileSync(join(secrets, 'password'), cluster.password, { mode: 0o600 });
    giveTo(account, secrets);
    const { status, output } = await run(
      binaries.initdb,
      [
        '-D',
        pathFor(account, dataDir),
        '-U',
        superuser,
        '--auth=scram-sha-256',
        `--pwfile=${join(secrets, 'password')}`,
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--locale=C.UTF-8',
        ...(durability === 'test' ? ['--no-sync'] : []),
      ],
      cluster,
    );
    if (status !== 0)
      throw explain(output, {
        what: 'PostgreSQL could not create its data in',
        dataDir: dirname(dataDir),
      });
  } finally {
    rmSync(secrets, { recursive: true, force: true });
  }
};

const run = (
  program: string,
  args: string[],
  { dataDir, account }: Cluster,
): Promise<{ status: number | null; output: string }> => {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...account,
      cwd: dataDir,
      env: serverEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => {
      const said = `${program} does not run on this machine (${error.message}): set DATABASE_URL to a server of your own.`;
      reject(new ServerRefused('tool-missing', said, { cause: error }));
    });
    child.once('close', (status) => resolve({ status, output }));
  });
};

const demandSpace = (folder: string): void => {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < FREE_BYTES_MIN)
    throw new ServerRefused(
      'no-disk-space',
      `Only ${Math.floor(free / 1024 / 1024)} MB of disk space are free for ${folder} and PostgreSQL needs 256 MB: free some and start again.`,
    );
};

const demandEmpty = (dataDir: string): void => {
  if (readdirSync(dataDir).length > 0)
    throw new ServerRefused(
      'data-unusable',
      `${dataDir} holds files that are not a PostgreSQL data folder: choose an empty or new folder.`,
    );
};

const passwordFile = (dataDir: string): string => `${dataDir}.password`;

const keptPassword = (dataDir: string): string => {
  try {
    return readFileSync(passwordFile(dataDir), 'utf8');
  } catch (error) {
    throw new ServerRefused(
      'data-unusable',
      `The password file ${passwordFile(dataDir)} cannot be read: restore it beside its data folder.`,
      { cause: error },
    );
  }
};

const newPassword = (dataDir: string): string => {
  if (existsSync(passwordFile(dataDir))) return keptPassword(dataDir);
  const password = randomBytes(24).toString('base64url');
  const draft = `${passwordFile(dataDir)}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, password, { mode: 0o600, flag: 'wx' });
  renameSync(draft, passwordFile(dataDir));
  return password;
};
