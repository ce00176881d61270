import { existsSync } from 'node:fs';
import type { Credentials } from '@tact/contracts';
import { keepCredentials, keepDrawnCredentials } from '../home/credentials-file.ts';
import { type Secrets, secretsFor } from '../home/demo-credentials.ts';
import { emptyHome, homeAt, openHome, type Home } from '../home/home.ts';
import { lockHome } from '../home/home-lock.ts';
import { endOrphans, stopLeftPostgres } from '../supervisor/orphans.ts';
import { Platform } from '../supervisor/platform.ts';
import { readRunFile } from '../home/run-file.ts';
import { Refusal, linesOf } from '../terminal/refusal.ts';
import { agreeToReset } from './reset.ts';
import { listenForStop } from '../terminal/stop-signals.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { welcomeLines } from './welcome.ts';

export type StartOptions = {
  readonly kafka: boolean;
  readonly reset: boolean;
  /** What a reset deletes is not asked about. */
  readonly yes: boolean;
  /** Draw a new first API key; the one there was is revoked. */
  readonly newKey: boolean;
  readonly port: number;
  /** Runs once the platform is ready, e.g. the demo; what it throws does not stop the platform. */
  readonly then?: (running: Running) => Promise<void>;
};

/** The platform as what comes after the start sees it. */
export type Running = {
  readonly credentials: Credentials;
  readonly servicePorts: () => readonly number[];
  /** Aborted when the platform is told to stop. */
  readonly signal: AbortSignal;
};

const storesToKeep = (options: StartOptions, env: NodeJS.ProcessEnv): string[] => {
  if (options.reset) return [];
  return [
    ...(env['DATABASE_URL'] ? [] : ['PostgreSQL']),
    ...(options.kafka && !env['KAFKA_BROKERS'] ? ['Kafka'] : []),
  ];
};

/** Leaves the folder with nothing running on it, and empty when a reset was asked for. */
const tidyUp = async (
  home: Home,
  options: StartOptions,
  { env, terminal }: { env: NodeJS.ProcessEnv; terminal: Terminal },
): Promise<void> => {
  if (existsSync(home.run) && readRunFile(home) === undefined) {
    terminal.warn(`${home.run} is damaged: what a killed run left behind is not ended`);
  }
  const ended = await endOrphans(home, storesToKeep(options, env));
  if (ended > 0) terminal.line(`  ✓ ended ${ended} process(es) of a run that was killed`);
  if (!options.reset) return;
  await terminal.step(`emptied ${home.root}`, async () => {
    await stopLeftPostgres(home);
    emptyHome(home);
  });
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** What follows the start may fail; the platform goes on. */
const after = async (
  options: StartOptions,
  running: Running,
  terminal: Terminal,
): Promise<void> => {
  try {
    await options.then?.(running);
  } catch (error) {
    if (running.signal.aborted) return;
    for (const line of linesOf(error)) terminal.warn(line);
  }
};

/** Kept before the start, so that a start cut short draws no second key; `isNew`: never shown before. */
const drawSecrets = (
  home: Home,
  env: NodeJS.ProcessEnv,
  { newKey: asked, reset, port }: StartOptions,
): { secrets: Secrets; isNew: boolean; newKey: boolean } => {
  const newKey = asked || reset;
  const isNew = newKey || !existsSync(home.credentials);
  const secrets = secretsFor(home, env, { newKey });
  const drawn = { origin: `http://localhost:${port}`, ...secrets };
  // A key that replaces another is known to be wanted, and its predecessor ends when the services learn of it.
  if (isNew && !newKey) keepDrawnCredentials(home, drawn);
  else keepCredentials(home, drawn);
  return { secrets, isNew, newKey };
};

const welcome = (
  { home, env, terminal }: { home: Home; env: NodeJS.ProcessEnv; terminal: Terminal },
  { origin, newKey }: { origin: string; newKey: string | undefined },
): void => {
  const tactHome = env['TACT_HOME'];
  const hasSink = !env['SMTP_URL'];
  for (const line of welcomeLines({ home, origin, tactHome, newKey, hasSink })) terminal.line(line);
};

/** Runs the whole platform until it is told to stop. Throws `Refusal` when it cannot start. */
export const start = async (
  options: StartOptions,
  { env, terminal }: { env: NodeJS.ProcessEnv; terminal: Terminal },
): Promise<void> => {
  const home = homeAt(env['TACT_HOME']);
  openHome(home);
  const unlock = lockHome(home.lock);
  let platform: Platform | undefined;
  const stop = listenForStop(
    () => terminal.line('\nstopping (Ctrl-C again: at once)'),
    () => {
      platform?.killNow();
      unlock();
      process.exit(130);
    },
  );
  const { signal } = stop;
  try {
    if (options.reset) {
      const { yes } = options;
      await agreeToReset(home, { yes, env, input: process.stdin, terminal, signal });
    }
    await tidyUp(home, options, { env, terminal });
    const { secrets, isNew, newKey } = drawSecrets(home, env, options);
    const { kafka, port } = options;
    const started = new Platform({ home, env, secrets, newKey, port, kafka, terminal });
    platform = started;
    await started.start(signal);
    const credentials: Credentials = { origin: started.origin, ...secrets };
    keepCredentials(home, credentials);
    const shownKey = isNew && terminal.isLive ? secrets.apiKey : undefined;
    welcome({ home, env, terminal }, { origin: started.origin, newKey: shownKey });
    const servicePorts = () => started.servicePorts;
    await after(options, { credentials, signal, servicePorts }, terminal);
    await aborted(signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await platform?.stop();
    unlock();
    stop.release();
  }
};

/** `--port`, else `PORT`, else 8080. Throws `Refusal` on what is no port. */
export const portFrom = (given: string | undefined, env: NodeJS.ProcessEnv): number => {
  const text = given ?? env['PORT'] ?? '';
  if (text === '') return 8080;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new Refusal('PORT must be a number from 0 to 65535 (0 takes any free port).');
  }
  return port;
};
