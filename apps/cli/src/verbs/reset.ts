import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { lastingIn, requireOwned, type Home } from '../home/home.ts';
import { Refusal } from '../terminal/refusal.ts';
import type { Terminal } from '../terminal/terminal.ts';

export type ResetAsked = {
  /** `--yes`: who started this has agreed already. */
  readonly yes: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Where the answer is typed; nobody is asked where it is no terminal. */
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
};

const bytesIn = (path: string): number => {
  try {
    const stat = lstatSync(path);
    if (!stat.isDirectory()) return stat.size;
    return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
  } catch {
    // Gone meanwhile, or another user's: it is deleted all the same, or the deletion says why not.
    return 0;
  }
};

const megabytes = (bytes: number): string =>
  bytes < 1_000_000 ? 'less than 1 MB' : `${Math.round(bytes / 1_000_000)} MB`;

const dataIn = (home: Home): string[] =>
  [
    { name: 'PostgreSQL', path: home.postgres },
    { name: 'Kafka', path: home.kafka },
  ].flatMap(({ name, path }) =>
    existsSync(path) ? [`${name} (${megabytes(bytesIn(path))})`] : [],
  );

/** What a reset takes away, each with what that means; empty where there is nothing to lose. */
export const lossesIn = (home: Home, env: NodeJS.ProcessEnv): string[] => {
  if (lastingIn(home).length === 0) return [];
  const data = dataIn(home);
  const outside = env['DATABASE_URL'] ? ', those in the database of DATABASE_URL too' : '';
  return [
    ...(data.length === 0 ? [] : [`all data: ${data.join(' and ')}`]),
    ...(existsSync(home.credentials) || data.length > 0
      ? ['every API key: programs that use one are refused']
      : []),
    ...(existsSync(join(home.root, 'keys'))
      ? [`the root key: personal data, backups included${outside}, become unreadable for ever`]
      : []),
    'the logs',
  ];
};

/** The line that was typed; nothing at the end of the input. */
const lineFrom = (input: Readable, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = createInterface({ input, terminal: false });
    const end = (): void => reader.close();
    signal.addEventListener('abort', end, { once: true });
    let typed = '';
    reader.once('line', (line) => {
      typed = line;
      reader.close();
    });
    reader.once('close', () => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(typed);
    });
  });

const nothing = 'Nothing was deleted and nothing was started.';

/** Resolves when the folder may be emptied: nothing is in it, `--yes` was given, or a person said so. Throws `Refusal`. */
export const agreeToReset = async (home: Home, asked: ResetAsked): Promise<void> => {
  const { yes, env, input, terminal, signal } = asked;
  requireOwned(home);
  const losses = lossesIn(home, env);
  if (yes || losses.length === 0) return;
  if (!input.isTTY || !terminal.isLive) {
    throw new Refusal(
      `--reset deletes from ${home.root} ${losses.join('; ')}; there is no terminal to ask on, so say it with npm start -- --reset --yes. ${nothing}`,
    );
  }
  terminal.line(`--reset deletes from ${home.root}, for ever:`);
  for (const loss of losses) terminal.line(`  - ${loss}`);
  terminal.line('Delete all this? Type yes to go on, anything else to stop.');
  const typed = await lineFrom(input, signal).catch((error: unknown) => {
    terminal.line(nothing);
    throw error;
  });
  if (!/^y(es)?$/i.test(typed.trim())) throw new Refusal(nothing);
};
