import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyFile, readKeyFile } from '../personal-data/root-key/key-files.ts';
import { RootSecret } from '../personal-data/root-key/root-secret.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { writePlain } from './files.ts';
import type { DataManifest, FileEntry, KeysManifest } from './manifest.ts';
import { BackupRefused, fileRefusal } from './refusal.ts';

/** Where an installation has its secrets. */
export type SecretPlaces = {
  /** Files of the root key's provider. */
  readonly keys: string;
  /** Of the embedded platform: the first API key and the webhooks' secrets. */
  readonly credentials: string;
};

const credentialsFile = 'credentials.json';
/** `root.key`, `root.aws-kms`, `root.vault-transit`, `epoch-688.key`; never a draft of one. */
const keyFile = /^(?:root\.[a-z-]+|epoch-\d+\.key)$/;

const contentOf = (path: string): Promise<Buffer | undefined> =>
  readFile(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileRefusal(error, path);
  });

const isFileOfKeys = ({ file }: FileEntry): boolean => file !== credentialsFile;

/** Copies the secrets as they are. A key that was destroyed meanwhile is no part of them any more. */
export const copySecrets = async (
  { keys, credentials }: SecretPlaces,
  folder: string,
): Promise<FileEntry[]> => {
  const names = await readdir(keys).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fileRefusal(error, keys);
  });
  const copied: FileEntry[] = [];
  for (const name of names.filter((one) => keyFile.test(one)).toSorted()) {
    const bytes = await readKeyFile(join(keys, name));
    if (bytes) copied.push(await writePlain(bytes, folder, name));
  }
  const own = await contentOf(credentials);
  if (own) copied.push(await writePlain(own, folder, credentialsFile));
  return copied;
};

const rootFileOf = (rootKey: KeysManifest['rootKey']): string =>
  rootKey === 'local' ? 'root.key' : `root.${rootKey}`;

/** What these keys lack to open this data; undefined when nothing is missing. Keys at a remote provider are its own. */
export const missingKeys = (
  { rootKey, files }: Pick<KeysManifest, 'rootKey' | 'files'>,
  { epochs, rootCheck }: Pick<DataManifest, 'epochs' | 'rootCheck'>,
): string | undefined => {
  const names = new Set(files.map(({ file }) => file));
  const root = rootFileOf(rootKey);
  if (rootCheck !== undefined && !names.has(root)) return root;
  if (rootKey !== 'local') return undefined;
  const missing = epochs.map((epoch) => `epoch-${epoch}.key`).filter((name) => !names.has(name));
  return missing.length === 0 ? undefined : missing.join(', ');
};

/** Throws `BackupRefused` when the root key is not the one the data was made with. */
export const proveRoot = async (
  folder: string,
  { rootKey }: Pick<KeysManifest, 'rootKey'>,
  { rootCheck }: Pick<DataManifest, 'rootCheck'>,
): Promise<void> => {
  // A wrapped root tells nothing without its provider: the first start asks there, and refuses a wrong one.
  if (rootKey !== 'local' || rootCheck === undefined) return;
  const own = new RootSecret(await readFile(join(folder, 'root.key'))).derive('root-check');
  if (createHash('sha256').update(own).digest('hex') === rootCheck) return;
  throw new BackupRefused(
    `The keys in ${folder} are not those this data was sealed with: name the keys of the same installation.`,
  );
};

/** Of the keys, those that the restored data can need: a key that had died by then stays dead. */
export const livingKeys = async (
  queryable: Queryable,
  files: readonly FileEntry[],
): Promise<FileEntry[]> => {
  const rows = await queryable.query<{ epoch: number }>(
    'SELECT epoch FROM vault.key_epochs WHERE wrapped IS NOT NULL',
  );
  const alive = new Set(rows.map(({ epoch }) => `epoch-${epoch}.key`));
  return files.filter(({ file }) => !file.startsWith('epoch-') || alive.has(file));
};

const placeOf = (entry: FileEntry, { keys, credentials }: SecretPlaces): string =>
  isFileOfKeys(entry) ? join(keys, entry.file) : credentials;

/** Throws `BackupRefused` before anything is written when other secrets are in the way. */
export const refuseOtherSecrets = async (
  folder: string,
  files: readonly FileEntry[],
  places: SecretPlaces,
): Promise<void> => {
  for (const entry of files) {
    const path = placeOf(entry, places);
    const there = await contentOf(path);
    if (there === undefined || there.equals(await readFile(join(folder, entry.file)))) continue;
    throw new BackupRefused(
      `${path} holds other secrets than the backup: restore into an empty data folder, or move them away.`,
    );
  }
};

/** Puts the secrets in their places, each whole or not at all; what is there already is the same. */
export const placeSecrets = async (
  folder: string,
  files: readonly FileEntry[],
  places: SecretPlaces,
): Promise<void> => {
  for (const entry of files) {
    const path = placeOf(entry, places);
    try {
      await createKeyFile(path, await readFile(join(folder, entry.file)));
    } catch (error) {
      throw fileRefusal(error, path);
    }
  }
};
