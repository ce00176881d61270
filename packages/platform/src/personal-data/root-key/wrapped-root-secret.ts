import { randomBytes } from 'node:crypto';
import { createKeyFile, readKeyFile } from './key-files.ts';
import { RootKeyRefused } from '../refusals.ts';
import { ROOT_BYTES, RootSecret } from './root-secret.ts';

export type RemoteWrapping = {
  /** False: the database was made with a root already, so none may be made here. */
  readonly mayCreate: boolean;
  readonly wrap: (plain: Uint8Array) => Promise<Uint8Array>;
  readonly unwrap: (wrapped: Uint8Array) => Promise<Uint8Array>;
};

/**
 * The root secret of a remote provider: in a file that the provider alone can open, asked for once per start.
 * It is outside PostgreSQL, so that a copy of the database alone links no fingerprint to a person.
 */
export const openWrappedSecret = async (
  path: string,
  { mayCreate, wrap, unwrap }: RemoteWrapping,
): Promise<RootSecret> => {
  if ((await readKeyFile(path)) === undefined) {
    if (!mayCreate) {
      throw new RootKeyRefused(
        `There is no ${path}, and this database was made with one: restore the keys folder from its backup, or set TACT_KEYS_DIR to it. Nothing was made in its place.`,
      );
    }
    await createKeyFile(path, await wrap(randomBytes(ROOT_BYTES)));
  }
  const wrapped = await readKeyFile(path);
  if (!wrapped) throw new RootKeyRefused(`${path} is gone as soon as it was made. Start again.`);
  return new RootSecret(Buffer.from(await unwrap(wrapped)));
};
