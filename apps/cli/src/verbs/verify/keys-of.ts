import { readRunFile } from '../../home/run-file.ts';
import type { Home } from '../../home/home.ts';
import { Refusal } from '../../terminal/refusal.ts';
import { textOf } from './verify-jws.ts';

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
export const keysOf = async (named: string | undefined, home: Home): Promise<string> => {
  if (named === undefined) {
    const run = readRunFile(home);
    if (run === undefined) throw new Refusal('Nothing runs here: give the list with --jwks.');
    return await keysAt(`${run.origin}${listPath}`);
  }
  return /^https?:/.test(named) ? await keysAt(named) : textOf(named);
};
