import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBox } from '../personal-data/boxes.ts';
import { epochContext } from '../personal-data/root-key/root-key.ts';
import { RootSecret } from '../personal-data/root-key/root-secret.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { DataManifest, KeysManifest } from './manifest.ts';
import { BackupRefused } from './refusal.ts';

/** Beside the manifest of the data. */
export const sealFile = 'manifest.seal';

const sealOver = async (folder: string, manifest: string): Promise<Buffer> => {
  const key = new RootSecret(await readFile(join(folder, 'root.key'))).derive('backup-seal');
  return createHmac('sha256', key).update(manifest).digest();
};

/**
 * Proves that who wrote the data had the keys: a restore runs the statements of its manifest, and whoever keeps the
 * data need not be trusted with them. Undefined where the root is at a provider, which would have to be asked.
 */
export const sealOf = async (
  folder: string,
  { rootKey, files }: Pick<KeysManifest, 'rootKey' | 'files'>,
  manifest: string,
): Promise<string | undefined> =>
  rootKey === 'local' && files.some(({ file }) => file === 'root.key')
    ? (await sealOver(folder, manifest)).toString('hex')
    : undefined;

/** Throws `BackupRefused` when the manifest of the data is not what the holder of these keys wrote. */
export const proveSeal = async (
  from: { readonly data: string; readonly keys: string },
  { rootKey }: Pick<KeysManifest, 'rootKey'>,
  manifest: string,
): Promise<void> => {
  if (rootKey !== 'local') return;
  const own = await sealOver(from.keys, manifest);
  const written = await readFile(join(from.data, sealFile), 'utf8').catch(() => '');
  const given = Buffer.from(written.trim(), 'hex');
  if (given.length === own.length && timingSafeEqual(given, own)) return;
  throw new BackupRefused(
    `${from.data} was written or changed by somebody without the keys: take another copy of this backup. Nothing was restored.`,
  );
};

/** Throws `BackupRefused` when an epoch's key that somebody's data hangs on does not open it. Keys at a remote provider are its own. */
export const proveEpochs = async (
  queryable: Queryable,
  folder: string,
  { rootKey, epochs }: Pick<KeysManifest, 'rootKey'> & Pick<DataManifest, 'epochs'>,
): Promise<void> => {
  if (rootKey !== 'local' || epochs.length === 0) return;
  const rows = await queryable.query<{ epoch: number; wrapped: Buffer }>(
    'SELECT epoch, wrapped FROM vault.key_epochs WHERE epoch = ANY ($1) ORDER BY epoch',
    [epochs],
  );
  for (const { epoch, wrapped } of rows) {
    try {
      const key = createSecretKey(await readFile(join(folder, `epoch-${epoch}.key`)));
      openBox(key, wrapped, epochContext(epoch));
    } catch (cause) {
      throw new BackupRefused(
        `epoch-${epoch}.key does not open this data: it was changed, or destroyed just now. Put it back from another copy, or try again.`,
        { cause },
      );
    }
  }
};
