import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { FileEntry } from './manifest.ts';
import { BackupRefused, fileRefusal } from './refusal.ts';

const LARGE_PIECES = 256 * 1024;

/** Hands every piece on, and to a hash. */
const hashing = (hash: ReturnType<typeof createHash>, onBytes: (bytes: number) => void) =>
  async function* hashed(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      hash.update(piece);
      onBytes(piece.length);
      yield piece;
    }
  };

/** Writes a stream as `<folder>/<file>`, compressed and readable by its owner alone, and synced. */
export const writeCompressed = async (
  source: Readable,
  folder: string,
  file: string,
): Promise<FileEntry> => {
  const path = join(folder, file);
  const hash = createHash('sha256');
  let bytes = 0;
  const count = (more: number): void => {
    bytes += more;
  };
  try {
    await pipeline(
      source,
      createGzip({ level: 1, chunkSize: LARGE_PIECES }),
      hashing(hash, count),
      createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }),
    );
  } catch (error) {
    throw fileRefusal(error, path);
  }
  return { file, bytes, sha256: hash.digest('hex') };
};

export const writePlain = async (
  bytes: Uint8Array,
  folder: string,
  file: string,
): Promise<FileEntry> => {
  const path = join(folder, file);
  try {
    await writeFile(path, bytes, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    throw fileRefusal(error, path);
  }
  return { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};

/** Throws `BackupRefused` naming a file that is missing, of another length, or changed. */
export const proveFile = async (folder: string, entry: FileEntry): Promise<void> => {
  const path = join(folder, entry.file);
  const damaged = (how: string) =>
    new BackupRefused(`${path} ${how}: take another copy of this backup. Nothing was restored.`);
  const found = await stat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw damaged('is missing');
    throw fileRefusal(error, path);
  });
  if (found.size !== entry.bytes) {
    throw damaged(`is damaged: it has ${found.size} bytes and had ${entry.bytes}`);
  }
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path, { highWaterMark: LARGE_PIECES })) {
      hash.update(piece as Buffer);
    }
  } catch (error) {
    throw fileRefusal(error, path);
  }
  if (hash.digest('hex') !== entry.sha256) throw damaged('is damaged: its content was changed');
};

/** A folder that counts as written only under its last name: what was cut short keeps the name of a draft. */
export class DraftFolder {
  readonly path: string;
  readonly #target: string;

  private constructor(target: string) {
    this.#target = target;
    this.path = `${target}.partial`;
  }

  static async create(target: string): Promise<DraftFolder> {
    const draft = new DraftFolder(target);
    try {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const entries = await readdir(target).catch(() => undefined);
      if (entries !== undefined) {
        throw new BackupRefused(`${target} exists: name a folder that holds no backup yet.`);
      }
      await mkdir(draft.path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileRefusal(error, target);
      throw new BackupRefused(
        `${draft.path} is left of a backup that was cut short, or one is being written: remove it, or name another folder.`,
        { cause: error },
      );
    }
    return draft;
  }

  async finish(): Promise<void> {
    await syncFolder(this.path);
    await rename(this.path, this.#target);
    await syncFolder(dirname(this.#target));
  }

  discard(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

const syncFolder = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
