import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ServerRefused } from '../refusal.ts';
import { kafkaHome } from './jars.ts';
import type { Jars } from './jars.ts';
import { javaEnvironment } from './java-environment.ts';
import { javaProgram } from './java.ts';

const LOG_BYTES_MAX = 5 * 1024 * 1024;
/** One small broker: the first compiler only, since it lives for minutes, and a heap that leaves room for tests. */
const jvmFlags = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** Starts one of Kafka's programs, detached, its output in `<dataDir>/broker.log`. */
export const java = (jars: Jars, args: readonly string[], dataDir: string): ChildProcess => {
  const logFile = join(dataDir, 'broker.log');
  if (existsSync(logFile) && statSync(logFile).size > LOG_BYTES_MAX)
    renameSync(logFile, `${logFile}.1`);
  const log = openSync(logFile, 'a', 0o600);
  const configuration = `-Dlog4j2.configurationFile=${pathToFileURL(join(kafkaHome, 'log4j2.properties')).href}`;
  const child = spawn(
    javaProgram(),
    [...jvmFlags, configuration, '-cp', `${jars.folder}/*`, ...args],
    {
      cwd: dataDir,
      env: javaEnvironment(),
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  return child;
};

/** Where the output of a program started now will begin. */
export const logSize = (dataDir: string): number => {
  const file = join(dataDir, 'broker.log');
  return existsSync(file) ? statSync(file).size : 0;
};

export const logSince = (dataDir: string, since: number): string => {
  const file = join(dataDir, 'broker.log');
  return existsSync(file) ? readFileSync(file).subarray(since).toString() : '';
};

/** One sentence from what the program printed since then. */
export const explain = (dataDir: string, since: number): ServerRefused => {
  const said = logSince(dataDir, since);
  if (/No space left on device/.test(said))
    return new ServerRefused(
      'no-disk-space',
      `No disk space is left for ${dataDir}: free some and start again.`,
    );
  const line = said.split('\n').findLast((text) => /ERROR|FATAL|Exception/.test(text));
  const why = line?.replace(/^.*(ERROR|FATAL) */, '').trim() ?? 'it said nothing';
  return new ServerRefused(
    'start-failed',
    `Kafka could not start on ${dataDir}: ${why} (more in broker.log there).`,
  );
};
