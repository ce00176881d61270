import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { openBox, sealBox } from '../boxes.ts';
import { createKeyFile, destroyKeyFile, readKeyFile } from './key-files.ts';
import { EpochKeyGone, RootKeyRefused } from '../refusals.ts';
import { epochContext } from './root-key.ts';
import { ROOT_BYTES, RootSecret } from './root-secret.ts';
import { SecretRootKey } from './secret-root-key.ts';

const readWhole = async (path: string): Promise<Buffer | undefined> => {
  const bytes = await readKeyFile(path);
  if (bytes !== undefined && bytes.length !== ROOT_BYTES) {
    throw new RootKeyRefused(`${path} must hold ${ROOT_BYTES} bytes. Restore it from its backup.`);
  }
  return bytes;
};

const missing = (path: string): RootKeyRefused =>
  new RootKeyRefused(
    `There is no ${path}, and this database was made with one: restore the keys folder from its backup, or set TACT_KEYS_DIR to it. Nothing was made in its place.`,
  );

const readOrCreate = async (path: string): Promise<Buffer> => {
  const known = await readWhole(path);
  if (known) return known;
  await createKeyFile(path, randomBytes(ROOT_BYTES));
  const created = await readWhole(path);
  if (!created) throw new RootKeyRefused(`${path} is gone as soon as it was made. Start again.`);
  return created;
};

/** Keys as files of mode 600, the root's and one per epoch: for the embedded mode, tests, single machines. */
export class LocalRootKey extends SecretRootKey {
  readonly #folder: string;

  private constructor(folder: string, secret: RootSecret) {
    super();
    this.#folder = folder;
    this.secret = secret;
  }

  /** Opens `<folder>/root.key`, and creates it where it may; `folder` is `TACT_HOME/keys`. */
  static async open(folder: string, { mayCreate } = { mayCreate: true }): Promise<LocalRootKey> {
    const path = join(folder, 'root.key');
    const root = await (mayCreate ? readOrCreate(path) : readWhole(path));
    if (!root) throw missing(path);
    return new LocalRootKey(folder, new RootSecret(root));
  }

  async wrapForEpoch(epoch: number, key: Uint8Array): Promise<Uint8Array> {
    const wrapping = createSecretKey(await readOrCreate(this.#pathOf(epoch)));
    return sealBox(wrapping, key, epochContext(epoch));
  }

  async unwrapForEpoch(epoch: number, wrapped: Uint8Array): Promise<Uint8Array> {
    const bytes = await readWhole(this.#pathOf(epoch));
    if (!bytes) throw new EpochKeyGone(epoch);
    return openFor(epoch, createSecretKey(bytes), wrapped);
  }

  destroyEpoch(epoch: number): Promise<void> {
    return destroyKeyFile(this.#pathOf(epoch));
  }

  #pathOf(epoch: number): string {
    return join(this.#folder, `epoch-${epoch}.key`);
  }
}

const openFor = (epoch: number, key: KeyObject, wrapped: Uint8Array): Uint8Array => {
  try {
    return openBox(key, wrapped, epochContext(epoch));
  } catch (cause) {
    throw new RootKeyRefused(`The key of epoch ${epoch} did not wrap this. Restore its file.`, {
      cause,
    });
  }
};
