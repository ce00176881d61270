import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '../lock-file.ts';
import { ServerRefused } from '../refusal.ts';
import { javaEnvironment } from './java-environment.ts';

/** `infra/kafka`, seen from `infra/src/kafka` and from `infra/dist/kafka` alike. */
export const kafkaHome = fileURLToPath(new URL('../../kafka/', import.meta.url));
const cache = join(kafkaHome, '..', '..', '.cache');
const pom = join(kafkaHome, 'pom.xml');

export type Jars = { folder: string; version: string };

/** The jars when they were fetched before and the pom has not changed since. */
export const cachedJars = (): Jars | undefined => {
  const jars = requiredJars();
  const kept = join(jars.folder, 'pom.xml');
  return existsSync(kept) && readFileSync(kept, 'utf8') === readFileSync(pom, 'utf8')
    ? jars
    : undefined;
};

/** Fetches the jars of `infra/kafka/pom.xml` into `.cache/kafka-<version>`, once per version of the pom. */
export const prepareKafka = async (
  options: { onProgress?: (line: string) => void } = {},
): Promise<Jars> => {
  const cached = cachedJars();
  if (cached) return cached;
  const jars = requiredJars();
  return withLock(
    `${jars.folder}.lock`,
    async () => {
      if (cachedJars()) return jars;
      const draft = `${jars.folder}.new`;
      rmSync(draft, { recursive: true, force: true });
      mkdirSync(draft, { recursive: true });
      options.onProgress?.(`Apache Kafka ${jars.version}: fetching with Maven, once`);
      await copyDependencies(draft, options.onProgress);
      copyFileSync(pom, join(draft, 'pom.xml'));
      rmSync(jars.folder, { recursive: true, force: true });
      renameSync(draft, jars.folder);
      return jars;
    },
    600_000,
  );
};

const requiredJars = (): Jars => {
  const version = /<kafka\.version>([^<]+)</.exec(readFileSync(pom, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${pom} names no kafka.version`);
  return { folder: join(cache, `kafka-${version}`), version };
};

const copyDependencies = (folder: string, onProgress?: (line: string) => void): Promise<void> => {
  const args = ['-B', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'];
  return new Promise((resolve, reject) => {
    const maven = spawn('mvn', [...args, `-DoutputDirectory=${folder}`], {
      cwd: dirname(pom),
      env: javaEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let files = 0;
    const collect = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-20_000);
      files += chunk.toString().split('Downloaded from').length - 1;
    };
    maven.stdout.on('data', collect);
    maven.stderr.on('data', collect);
    const ticker = setInterval(() => onProgress?.(`Apache Kafka: ${files} files fetched`), 5_000);
    maven.once('error', (error) => {
      clearInterval(ticker);
      reject(fetchFailed(error.message, error));
    });
    maven.once('close', (code) => {
      clearInterval(ticker);
      if (code === 0) resolve();
      else reject(fetchFailed(complaintOf(said)));
    });
  });
};

const fetchFailed = (why: string, cause?: unknown): ServerRefused => {
  return new ServerRefused(
    'tool-missing',
    `Maven could not fetch Apache Kafka (${why}): check the network and try again, or go without Kafka.`,
    { cause },
  );
};

const complaintOf = (output: string): string => {
  const line = output.split('\n').find((text) => text.includes('[ERROR]'));
  return (line ?? 'it gave no reason')
    .replaceAll(/^.*\[ERROR\]\s*|\s*-> \[Help \d+\]/g, '')
    .slice(0, 300);
};
