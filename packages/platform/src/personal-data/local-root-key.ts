import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { openBox, sealBox } from './boxes.ts';
import { RootKeyRefused } from './refusals.ts';
import type { KeyPurpose, RootKey } from './root-key.ts';

const rootBytes = 32;
const othersBits = 0o077;

const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** A hard link either makes the whole file appear or finds another process's: both read one key. */
const createOnce = async (folder: string, path: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(randomBytes(rootBytes));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    await unlink(draft);
  }
  await syncFolder(folder);
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return false;
      throw cause;
    },
  );

const readChecked = async (path: string): Promise<Buffer> => {
  const { mode } = await stat(path);
  // Windows has no such bits; access is by the account's profile folder there.
  if (process.platform !== 'win32' && (mode & othersBits) !== 0) {
    throw new RootKeyRefused(`${path} can be read by others. Run: chmod 600 ${path}`);
  }
  const root = await readFile(path);
  if (root.length !== rootBytes) {
    throw new RootKeyRefused(`${path} must hold ${rootBytes} bytes. Restore it from its backup.`);
  }
  return root;
};

/** The root key as a file of mode 600, for the embedded mode, tests and single machines. */
export class LocalRootKey implements RootKey {
  readonly #root: Buffer;
  readonly #wrapping: KeyObject;

  private constructor(root: Buffer) {
    this.#root = root;
    this.#wrapping = createSecretKey(this.#expand('key-encryption'));
  }

  /** Opens `<folder>/root.key` and creates it at first use; `folder` is `TACT_HOME/keys`. */
  static async open(folder: string): Promise<LocalRootKey> {
    const path = join(folder, 'root.key');
    if (!(await exists(path))) await createOnce(folder, path);
    return new LocalRootKey(await readChecked(path));
  }

  derive(purpose: KeyPurpose): Uint8Array {
    return this.#expand(purpose);
  }

  wrap(key: Uint8Array, context: string): Promise<Uint8Array> {
    return Promise.resolve(sealBox(this.#wrapping, key, context));
  }

  async unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array> {
    try {
      return await Promise.resolve(openBox(this.#wrapping, wrapped, context));
    } catch (cause) {
      throw new RootKeyRefused(`The root key did not wrap ${context}. Restore the key file.`, {
        cause,
      });
    }
  }

  #expand(label: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#root, '', `tact/${label}/1`, rootBytes));
  }
}
