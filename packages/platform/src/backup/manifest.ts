import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { BackupRefused, fileRefusal } from './refusal.ts';

/** A later format is refused: what it adds would be lost in silence. */
const FORMAT = 1;
export const manifestFile = 'manifest.json';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const fileName = z.string().regex(/^\w[\w.-]*$/);
const base = { format: z.literal(FORMAT), backupId: z.uuid(), product: z.string() };

const FileEntry = z.object({ file: fileName, bytes: z.int().nonnegative(), sha256 });
export type FileEntry = z.infer<typeof FileEntry>;

const TableEntry = z.object({
  schema: z.string(),
  name: z.string(),
  columns: z.array(z.string()),
  rows: z.int().nonnegative(),
  /** Absent where the table was empty. */
  content: FileEntry.optional(),
});
export type TableEntry = z.infer<typeof TableEntry>;

/** `data/manifest.json`: what the database was at one instant. Nothing here opens anything. */
export const DataManifest = z.object({
  ...base,
  kind: z.literal('data'),
  takenAt: z.iso.datetime(),
  /** Server's major version. */
  postgres: z.int(),
  messageLog: z.enum(['postgres', 'kafka']),
  /** The newest migration of each schema. */
  migrations: z.record(z.string(), z.string()),
  /** SHA-256 of the vault's fingerprint of its root key: tells whether keys belong to this data. */
  rootCheck: sha256.optional(),
  /** Epochs whose keys somebody's data hangs on. */
  epochs: z.array(z.int()),
  before: z.array(z.string()),
  after: z.array(z.string()),
  grants: z.array(z.object({ role: z.string(), statement: z.string() })),
  tables: z.array(TableEntry),
  sequences: z.array(
    z.object({ schema: z.string(), name: z.string(), last: z.string(), called: z.boolean() }),
  ),
});
export type DataManifest = z.infer<typeof DataManifest>;

/** `keys/manifest.json`: the secrets of an installation, to be kept apart from its data. */
export const KeysManifest = z.object({
  ...base,
  kind: z.literal('keys'),
  takenAt: z.iso.datetime(),
  rootKey: z.enum(['local', 'aws-kms', 'vault-transit']),
  files: z.array(FileEntry),
});
export type KeysManifest = z.infer<typeof KeysManifest>;

export const product = (): string => {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  return version;
};

export const NEWEST = FORMAT;

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The manifest, and a line with its own digest: a changed or shortened one is found too. */
export const manifestText = (manifest: DataManifest | KeysManifest): string => {
  const text = JSON.stringify(manifest, undefined, 1);
  return `${text}\n${digestOf(text)}\n`;
};

const versionOf = (text: string): unknown => {
  try {
    return (JSON.parse(text) as { format?: unknown }).format;
  } catch {
    return undefined;
  }
};

/** Reads and proves a manifest, and gives its text beside it. Throws `BackupRefused` naming the file. */
export const readManifest = async <Schema extends z.ZodType>(
  folder: string,
  schema: Schema,
): Promise<{ readonly manifest: z.infer<Schema>; readonly text: string }> => {
  const path = join(folder, manifestFile);
  const whole = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new BackupRefused(
        `There is no whole backup in ${folder}: ${manifestFile} is missing, which is written last.`,
      );
    }
    throw fileRefusal(error, path);
  });
  const [digest = '', ...lines] = whole.trimEnd().split('\n').toReversed();
  const text = lines.toReversed().join('\n');
  if (digestOf(text) !== digest) {
    throw new BackupRefused(`${path} is damaged: take another copy of this backup.`);
  }
  const format = versionOf(text);
  if (typeof format === 'number' && format > FORMAT) {
    throw new BackupRefused(
      `${path} is of format ${format}, made by a newer version of Tact; this one reads up to ${FORMAT}: restore with that version.`,
    );
  }
  const { data } = schema.safeParse(JSON.parse(text));
  if (data === undefined) {
    throw new BackupRefused(`${path} is not the manifest of this part: name the right folder.`);
  }
  return { manifest: data, text: whole };
};
