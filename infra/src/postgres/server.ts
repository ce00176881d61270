import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../lock-file.ts';
import { demandPort, freePort, portInUse } from '../ports.ts';
import { childrenOf, isAlive, signal, until } from '../processes.ts';
import { ServerRefused, refusalOf } from '../refusal.ts';
import { postgresSpeaks } from '../silence.ts';
import { findBinaries } from './binaries.ts';
import type { Binaries } from './binaries.ts';
import { serverEnv, pathFor, prepareCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { answers, urlOf } from './connection.ts';
import { explain, orphansRemain, portWasTaken } from './explain.ts';
import { liveServer, readPidFile } from './pid-file.ts';
import { accountFor } from './run-as.ts';
import { settingsFor } from './settings.ts';
import type { Durability } from './settings.ts';

export type EmbeddedPostgresOptions = {
  /** The data folder; `<dataDir>.password` (mode 600), `.log` and `.lock` lie beside it. */
  dataDir: string;
  /** Default: any free port. A live server found on the folder keeps the port it has. */
  port?: number;
  durability?: Durability;
  onProgress?: (line: string) => void;
};

export type EmbeddedPostgres = {
  /** Holds the password: never print it. */
  url: string;
  port: number;
  pid: number;
  /** The server was already running on this folder: its launcher was killed, or another process shares it. */
  adopted: boolean;
  /** Resolves when the server's process is gone, wanted or not: the supervisor starts it again with the same port. */
  exited: Promise<void>;
  /** Fast shutdown, also of an adopted server; resolves when the process is gone. */
  stop(): Promise<void>;
  /** False when nothing behind the port says a word in time, which a frozen server does not. */
  speaks(waitMsMax: number): Promise<boolean>;
  /** SIGKILL, with all its sessions: they may be frozen like it, and would hold its memory. The next start recovers. */
  kill(): Promise<void>;
};

const READY_MS_MAX = 120_000;
const ORPHANS_MS_MAX = 15_000;
const LOG_BYTES_MAX = 5 * 1024 * 1024;

/** Starts PostgreSQL on the folder, or adopts the server that already works there. Throws `ServerRefused`. */
export const startEmbeddedPostgres = async (
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> => {
  const dataDir = resolve(options.dataDir);
  try {
    mkdirSync(dirname(dataDir), { recursive: true });
    return await withLock(`${dataDir}.lock`, () => startLocked({ ...options, dataDir }));
  } catch (error) {
    throw refusalOf(error, dataDir);
  }
};

/** Stops the server that works on the folder, whoever started it; false when there is none. */
export const stopEmbeddedPostgres = async (folder: string): Promise<boolean> => {
  const dataDir = resolve(folder);
  if (!existsSync(dataDir)) return false;
  return withLock(`${dataDir}.lock`, async () => {
    const live = liveServer(dataDir);
    if (live) await stopServer(live.pid);
    return live !== undefined;
  });
};

const startLocked = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const { dataDir, durability = 'full', onProgress = () => undefined } = options;
  const account = accountFor(dataDir);
  const binaries = findBinaries(account);
  if (!existsSync(dataDir)) onProgress('PostgreSQL: creating the data folder');
  const cluster = await prepareCluster({ dataDir, account }, binaries, durability);
  const adopted = await adopt(cluster, onProgress);
  if (adopted) return adopted;
  const deadline = Date.now() + ORPHANS_MS_MAX;
  for (;;) {
    const port = await (options.port ? demandPort(options.port, 'PostgreSQL') : freePort());
    const outcome = await launch(cluster, binaries, settingsFor({ port, durability }));
    if ('ready' in outcome) {
      onProgress(`PostgreSQL ${binaries.major} listens on 127.0.0.1:${port}`);
      return handle(cluster, { ...outcome.ready, port, adopted: false });
    }
    if (!mayPass(outcome.said, options) || Date.now() > deadline)
      throw startFailure(outcome.said, { port, dataDir });
    await sleep(100);
  }
};

const startFailure = (said: string, { port, dataDir }: { port: number; dataDir: string }): Error =>
  portWasTaken(said)
    ? portInUse(port, 'PostgreSQL')
    : explain(said, { what: 'PostgreSQL could not start on', dataDir });

/** Orphans of the last server end by themselves, and another free port can be drawn where none was asked for. */
const mayPass = (said: string, { port }: EmbeddedPostgresOptions): boolean =>
  orphansRemain(said) || (portWasTaken(said) && port === undefined);

/** Waits while a live server is starting or stopping; it is taken only when it opens with this folder's password. */
const adopt = async (
  cluster: Cluster,
  onProgress: EmbeddedPostgresOptions['onProgress'],
): Promise<EmbeddedPostgres | undefined> => {
  const deadline = Date.now() + READY_MS_MAX;
  while (Date.now() < deadline) {
    const live = liveServer(cluster.dataDir);
    if (live === undefined) return undefined;
    if (live.ready && (await answers(live.port, cluster.password, live.startedAt))) {
      onProgress?.(`PostgreSQL was already running on 127.0.0.1:${live.port}: adopted`);
      return handle(cluster, { pid: live.pid, port: live.port, adopted: true });
    }
    await sleep(100);
  }
  throw new ServerRefused(
    'start-failed',
    `A PostgreSQL server holds ${cluster.dataDir} and does not answer: stop it (its pid is in postmaster.pid) and start again.`,
  );
};

type Launched = { pid: number; child?: ChildProcess };

/** Detached, so that a Ctrl-C in the terminal reaches the services first and the database last. */
const launch = async (
  cluster: Cluster,
  binaries: Binaries,
  settings: string[],
): Promise<{ ready: Launched } | { said: string }> => {
  const { dataDir, account, password } = cluster;
  const logFile = `${dataDir}.log`;
  const log = openLog(logFile);
  const logStart = statSync(logFile).size;
  const said = (): string => readFileSync(logFile).subarray(logStart).toString();
  const child = spawn(binaries.postgres, ['-D', pathFor(account, dataDir), ...settings], {
    ...account,
    cwd: dataDir,
    env: serverEnv,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', () => (failure ??= ''));
  child.unref();
  const isReady = (): boolean => {
    const file = readPidFile(dataDir);
    return file?.pid === child.pid && file?.ready === true;
  };
  await until(() => failure !== undefined || isReady(), READY_MS_MAX, 15);
  if (failure !== undefined || child.pid === undefined)
    return { said: `${said()}\n${failure ?? ''}` };
  const file = readPidFile(dataDir);
  if (file && isReady() && (await answers(file.port, password, file.startedAt)))
    return { ready: { pid: child.pid, child } };
  await stopServer(child.pid);
  return { said: `${said()}\n` };
};

/** Appended to; one that has grown too large is kept once, under another name. */
const openLog = (file: string): number => {
  if (existsSync(file) && statSync(file).size > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
};

const handle = (
  cluster: Cluster,
  server: Launched & { port: number; adopted: boolean },
): EmbeddedPostgres => {
  const { pid, child, port, adopted } = server;
  let stopped: Promise<void> | undefined;
  const gone = Promise.withResolvers<void>();
  const stop = async (): Promise<void> => {
    await stopServer(pid);
    gone.resolve();
  };
  return {
    url: urlOf(port, cluster.password),
    port,
    pid,
    adopted,
    exited: Promise.race([gone.promise, child ? exitOf(child) : watch(pid)]),
    stop: () => (stopped ??= stop()),
    speaks: (waitMsMax) => postgresSpeaks(port, waitMsMax),
    kill: () => killServer(pid),
  };
};

const exitOf = (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((settle) => {
    child.once('exit', () => settle());
  });
};

/** An adopted server is no child of this process: only a look now and then tells that it is gone. */
const watch = (pid: number): Promise<void> => {
  return new Promise((settle) => {
    const timer = setInterval(() => {
      if (isAlive(pid)) return;
      clearInterval(timer);
      settle();
    }, 250);
    timer.unref();
  });
};

const killServer = async (pid: number): Promise<void> => {
  // The server first, because it would start again what it finds dead.
  const all = [pid, ...childrenOf(pid)];
  for (const one of all) signal(one, 'SIGKILL');
  await until(() => !all.some(isAlive), ORPHANS_MS_MAX);
};

/** SIGINT ends every session and checkpoints; SIGQUIT ends at once and leaves recovery to the next start. */
const stopServer = async (pid: number): Promise<void> => {
  for (const [name, waitMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!signal(pid, name) || (await until(() => !isAlive(pid), waitMs))) return;
  }
};
