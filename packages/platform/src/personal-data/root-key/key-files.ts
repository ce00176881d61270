import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RootKeyRefused } from '../refusals.ts';

const OTHERS_BITS = 0o077;

const codeOf = (cause: unknown): string | undefined => (cause as NodeJS.ErrnoException).code;

const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const writeDraft = async (path: string, bytes: Uint8Array): Promise<void> => {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** A hard link either makes the whole file appear or finds another process's: both read one key. */
export const createKeyFile = async (path: string, bytes: Uint8Array): Promise<void> => {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  await writeDraft(draft, bytes);
  try {
    await link(draft, path);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause;
  } finally {
    await unlink(draft);
  }
  await syncFolder(folder);
};

/** The bytes of a file that its owner alone may read, undefined without one; throws `RootKeyRefused`. */
export const readKeyFile = async (path: string): Promise<Buffer | undefined> => {
  try {
    const { mode } = await stat(path);
    // Windows has no such bits; access is by the account's profile folder there.
    if (process.platform !== 'win32' && (mode & OTHERS_BITS) !== 0) {
      throw new RootKeyRefused(`${path} can be read by others. Run: chmod 600 ${path}`);
    }
    return await readFile(path);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
};

/** Overwrites, then unlinks: a disk that writes in place keeps nothing. Safe to repeat. */
export const destroyKeyFile = async (path: string): Promise<void> => {
  try {
    const { size } = await stat(path);
    const handle = await open(path, 'r+');
    try {
      await handle.write(randomBytes(size), 0, size, 0);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await unlink(path);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return;
    throw cause;
  }
  await syncFolder(dirname(path));
};
