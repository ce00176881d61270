import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cachedJars } from './jars.ts';

export type Availability = { available: true } | { available: false; why: string };

const JAVA_MIN = 17;

/** Whether a broker can be started here; `why` is a sentence for the person who wonders what was skipped. */
export function kafkaAvailable(): Availability {
  const version = javaMajor();
  if (version === undefined)
    return { available: false, why: `Kafka needs Java ${JAVA_MIN} or newer, and there is none.` };
  if (version < JAVA_MIN)
    return { available: false, why: `Kafka needs Java ${JAVA_MIN} or newer, this is ${version}.` };
  if (cachedJars() === undefined && !isOnPath('mvn'))
    return { available: false, why: 'Kafka is fetched by Maven (mvn), which is not on the PATH.' };
  return { available: true };
}

export function javaProgram(): string {
  const home = process.env['JAVA_HOME'];
  return home ? join(home, 'bin', 'java') : 'java';
}

function javaMajor(): number | undefined {
  const asked = spawnSync(javaProgram(), ['-version'], { encoding: 'utf8' });
  const found = /version "(\d+)(?:\.(\d+))?/.exec(asked.stderr ?? '');
  if (asked.status !== 0 || !found) return undefined;
  return Number(found[1] === '1' ? found[2] : found[1]);
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
