import { lstat, open, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { TraceSearch } from '@tact/traces';
import { codeOf } from '../../terminal/refusal.ts';
import type { Swept } from './findings.ts';

const PIECE_BYTES = 4 * 1024 * 1024;

/** Files that hold secrets by their nature. They are looked through like all others; a person has no place there either. */
const secrets: Record<string, string> = {
  keys: 'root key (known secret)',
  'credentials.json': 'credentials (known secret)',
};

const groupOf = (path: string): string => {
  const [first = '', second = '', third = ''] = path.split(sep);
  const known = secrets[first];
  if (known !== undefined) return known;
  if (first === 'postgres') {
    return [second, third].includes('pg_wal') ? 'PostgreSQL WAL files' : 'PostgreSQL files';
  }
  if (first === 'kafka') return 'Kafka files';
  return first === 'logs' ? 'logs' : 'other files';
};

type Found = { readonly path: string; readonly bytes: number };

/** Regular files below a folder; links are not followed, what vanishes meanwhile is no file any more. */
const filesBelow = async (folder: string): Promise<Found[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const found = await Promise.all(
    entries.map(async (entry): Promise<Found[]> => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      if (!entry.isFile()) return [];
      const stats = await lstat(path).catch(() => undefined);
      return stats ? [{ path, bytes: stats.size }] : [];
    }),
  );
  return found.flat();
};

/** Undefined: the file vanished before it was opened. */
const sweepFile = async (
  root: string,
  path: string,
  { search, piece }: { search: TraceSearch; piece: Buffer },
): Promise<Swept | undefined> => {
  const name = relative(root, path);
  const group = groupOf(name);
  const hits = search.hits();
  const look = search.pieces(hits);
  let bytes = 0;
  try {
    const file = await open(path, 'r');
    try {
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, PIECE_BYTES);
        if (bytesRead === 0) break;
        look(piece.subarray(0, bytesRead));
        bytes += bytesRead;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    return { group, name, bytes, hits: hits.list, unreadable: true };
  }
  return { group, name, bytes, hits: hits.list };
};

/** Every byte of every file below `root`. `advance` is told of each file's bytes, `begin` of their sum. */
export const sweepFiles = async (
  root: string,
  search: TraceSearch,
  progress: { begin(bytes: number): void; advance(bytes: number): void } = {
    begin: () => undefined,
    advance: () => undefined,
  },
): Promise<Swept[]> => {
  const files = await filesBelow(root);
  progress.begin(files.reduce((sum, { bytes }) => sum + bytes, 0));
  const swept: Swept[] = [];
  const piece = Buffer.alloc(PIECE_BYTES);
  for (const { path, bytes } of files) {
    const one = await sweepFile(root, path, { search, piece });
    if (one) swept.push(one);
    progress.advance(bytes);
  }
  return swept;
};
