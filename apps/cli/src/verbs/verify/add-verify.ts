import type { Command } from 'commander';
import { readRunFile } from '../../home/run-file.ts';
import type { Home } from '../../home/home.ts';
import { Refusal } from '../../terminal/refusal.ts';
import { printable, type Terminal } from '../../terminal/terminal.ts';
import { NotVerified } from './jws.ts';
import { linesOfVerified, textOf } from './verify-jws.ts';

const listPath = '/.well-known/privacy-jwks.json';

const keysAt = async (address: string): Promise<string> => {
  const answer = await fetch(address, { signal: AbortSignal.timeout(10_000) }).catch(
    (cause: unknown) => {
      throw new Refusal(`${address} does not answer: give the list with --jwks.`, { cause });
    },
  );
  if (!answer.ok) throw new Refusal(`${address} answers ${answer.status}: no list of keys.`);
  return await answer.text();
};

/** The keys that were named, else those of the platform that runs here. */
const keysOf = async (named: string | undefined, home: Home): Promise<string> => {
  if (named === undefined) {
    const run = readRunFile(home);
    if (run === undefined) throw new Refusal('Nothing runs here: give the list with --jwks.');
    return await keysAt(`${run.origin}${listPath}`);
  }
  return /^https?:/.test(named) ? await keysAt(named) : textOf(named);
};

/** `tact verify-jws`: whether what the platform signed is as it was signed. */
export const addVerify = (tact: Command, parts: () => { home: Home; terminal: Terminal }): void => {
  tact
    .command('verify-jws')
    .description('check a signature of the platform, e.g. a receipt')
    .argument('<file>', 'the signed text, - for standard input')
    .option('--jwks <list>', 'file or address of the public keys (default: of what runs here)')
    .action(async (file: string, { jwks }: { jwks?: string }) => {
      const { home, terminal } = parts();
      try {
        const lines = linesOfVerified(textOf(file), await keysOf(jwks, home));
        for (const line of lines) terminal.line(printable(line));
      } catch (error) {
        if (error instanceof NotVerified) throw new Refusal(error.message, { cause: error });
        throw error;
      }
    });
};
