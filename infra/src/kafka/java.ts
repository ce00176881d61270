import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cachedJars } from './jars.ts';

export type Availability = { available: true } | { available: false; why: string };

const JAVA_MIN = 17;

/** Whether a broker can be started here; `why` is a sentence for the person who wonders what was skipped. */
export const kafkaAvailable = (): Availability => {
  const version = javaMajor();
  const needs = `Kafka needs Java ${JAVA_MIN} or newer`;
  const home = process.env['JAVA_HOME'];
  const advice = home
    ? 'let JAVA_HOME name a newer one, or start without Kafka'
    : `install one (apt: openjdk-${JAVA_MIN}-jre-headless), or start without Kafka`;
  if (version === undefined) {
    const where = home ? `JAVA_HOME, ${home}, holds none that runs` : 'there is none on the PATH';
    return { available: false, why: `${needs}, and ${where}: ${advice}.` };
  }
  if (version < JAVA_MIN)
    return { available: false, why: `${needs}, and this is ${version}: ${advice}.` };
  if (cachedJars() === undefined && !isOnPath('mvn'))
    return {
      available: false,
      why: 'Kafka is fetched once by Maven (mvn), which is not on the PATH: install it (apt: maven), or start without Kafka.',
    };
  return { available: true };
};

export const javaProgram = (): string => {
  const home = process.env['JAVA_HOME'];
  return home ? join(home, 'bin', 'java') : 'java';
};

const javaMajor = (): number | undefined => {
  const asked = spawnSync(javaProgram(), ['-version'], { encoding: 'utf8' });
  const found = /version "(\d+)(?:\.(\d+))?/.exec(asked.stderr ?? '');
  if (asked.status !== 0 || !found) return undefined;
  return Number(found[1] === '1' ? found[2] : found[1]);
};

const isOnPath = (program: string): boolean => {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
};
