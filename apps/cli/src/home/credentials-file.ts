import { readFileSync, rmSync } from 'node:fs';
import { Credentials } from '@tact/contracts';
import { writePrivate, type Home } from './home.ts';
import { Refusal, codeOf } from '../terminal/refusal.ts';

const waysOut =
  'put it back from its backup, or start once with --new-key, which draws a new first key and revokes the old one (and draws the secrets and accounts of the webhooks, unless WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN and WHATSAPP_WABA_IDS give them)';

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'EISDIR') {
      throw new Refusal(`${path} is a folder: remove it, then ${waysOut}.`, { cause: error });
    }
    throw new Refusal(
      `${path} cannot be read (${code ?? 'for an unknown reason'}): make it readable for this user, or remove it, then ${waysOut}.`,
      { cause: error },
    );
  }
};

const textFor = (credentials: Credentials): string =>
  `${JSON.stringify(credentials, undefined, 2)}\n`;

const parsed = (text: string): Credentials | undefined => {
  try {
    return Credentials.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/**
 * What is kept in `credentials.json`; undefined without one. A damaged file is refused and not replaced: it held the
 * one copy of a key that still opens everything. With `mayBeDamaged` it counts as absent.
 */
export const readCredentials = (
  home: Pick<Home, 'credentials'>,
  { mayBeDamaged = false } = {},
): Credentials | undefined => {
  const path = home.credentials;
  const text = textOf(path);
  if (text === undefined) return undefined;
  const found = parsed(text);
  if (found === undefined && !mayBeDamaged) {
    throw new Refusal(`${path} is damaged, and it holds the first API key: ${waysOut}.`);
  }
  return found;
};

/** What a start drew that ended before the services had accepted it; one that was cut short counts as none. */
export const readDrawnCredentials = ({ drawnCredentials }: Home): Credentials | undefined =>
  readCredentials({ credentials: drawnCredentials }, { mayBeDamaged: true });

/**
 * Keeps what was drawn before a service learns of it: a start that dies in between must find the key it drew. It
 * becomes `credentials.json` once the services have accepted it: a key they refuse is nobody's credentials.
 */
export const keepDrawnCredentials = (home: Home, credentials: Credentials): void =>
  writePrivate(home.drawnCredentials, textFor(credentials));

export const keepCredentials = (home: Home, credentials: Credentials): void => {
  writePrivate(home.credentials, textFor(credentials));
  rmSync(home.drawnCredentials, { force: true });
};
