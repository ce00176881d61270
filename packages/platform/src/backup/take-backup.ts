import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { noteMachineAct } from '../acts/machine-acts.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { type Catalog, readCatalog } from './catalog.ts';
import { dumpTable } from './dump-rows.ts';
import { DraftFolder, writePlain } from './files.ts';
import { copySecrets, missingKeys, type SecretPlaces } from './key-parts.ts';
import { proveEpochs, sealFile, sealOf } from './key-proofs.ts';
import {
  DataManifest,
  type KeysManifest,
  manifestFile,
  manifestText,
  NEWEST,
  product,
} from './manifest.ts';
import type { Progress } from './progress.ts';
import { BackupRefused } from './refusal.ts';
import { type Session, inTransaction } from './session.ts';
import { nameOf, statementsBefore, tablesWithRows } from './statements.ts';

export type BackupOptions = {
  readonly databaseUrl: string;
  /** `data` is made in the first folder, `keys` in the second; they may be the same. */
  readonly folders: { readonly data: string; readonly keys: string };
  readonly secrets: SecretPlaces;
  readonly rootKey: KeysManifest['rootKey'];
  readonly messageLog: DataManifest['messageLog'];
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

/** Nothing may be dropped while it is copied; whoever reads and writes is not disturbed. */
const holdTables = async ({ queryable }: Session): Promise<Catalog> => {
  const { tables } = await readCatalog(queryable);
  if (!tables.some(({ schema, name }) => schema === 'vault' && name === 'root_check')) {
    throw new BackupRefused('This database holds nothing of Tact: is DATABASE_URL the right one?');
  }
  await queryable.query(`LOCK TABLE ${tables.map(nameOf).join(', ')} IN ACCESS SHARE MODE`);
  return readCatalog(queryable);
};

const migrationsOf = async (queryable: Queryable, { tables }: Catalog) => {
  const found: Record<string, string> = {};
  for (const table of tables.filter(({ name }) => name === 'migrations')) {
    const [row] = await queryable.query<{ name: string }>(
      `SELECT name FROM ${nameOf(table)} ORDER BY timestamp DESC LIMIT 1`,
    );
    if (row) found[table.schema] = row.name;
  }
  return found;
};

const vaultOf = async (
  queryable: Queryable,
): Promise<Pick<DataManifest, 'rootCheck' | 'epochs'>> => {
  const [root] = await queryable.query<{ fingerprint: Buffer }>(
    'SELECT fingerprint FROM vault.root_check',
  );
  const epochs = await queryable.query<{ epoch: number }>(
    `SELECT epoch FROM vault.key_epochs e WHERE wrapped IS NOT NULL AND wrapped_by = 'epoch'
       AND EXISTS (SELECT FROM vault.subject_keys k WHERE k.epoch = e.epoch) ORDER BY 1`,
  );
  return {
    ...(root && { rootCheck: createHash('sha256').update(root.fingerprint).digest('hex') }),
    epochs: epochs.map(({ epoch }) => epoch),
  };
};

const sequencesOf = async (queryable: Queryable, { sequences }: Catalog) => {
  const found: DataManifest['sequences'] = [];
  for (const { schema, name } of sequences) {
    // Read after the rows were fixed: a sequence is never behind them. Positions that were drawn since, or by appends
    // that had not ended, do not exist in this copy: readers would wait for them to the next append.
    const text =
      name === 'event_positions'
        ? `SELECT coalesce(max(position), 1)::text AS last, max(position) IS NOT NULL AS called FROM ${nameOf({ schema, name: 'events' })}`
        : `SELECT last_value::text AS last, is_called AS called FROM ${nameOf({ schema, name })}`;
    const [row] = await queryable.query<{ last: string; called: boolean }>(text);
    if (row) found.push({ schema, name, ...row });
  }
  return found;
};

type Written = { readonly data: DraftFolder; readonly keys: DraftFolder };

const write = async (
  session: Session,
  { data, keys }: Written,
  options: BackupOptions,
): Promise<DataManifest> => {
  const { secrets, rootKey, messageLog, progress } = options;
  const { queryable } = session;
  const catalog = await holdTables(session);
  const [at] = await queryable.query<{ now: Date; major: number }>(
    `SELECT now() AS now, current_setting('server_version_num')::integer / 10000 AS major`,
  );
  if (!at) throw new Error('The server did not tell its time.');
  const common = { format: NEWEST, backupId: randomUUID(), product: product() } as const;
  const takenAt = at.now.toISOString();
  const vault = await vaultOf(queryable);
  const files = await copySecrets(secrets, keys.path);
  const missing = missingKeys({ rootKey, files }, vault);
  if (missing !== undefined) {
    throw new BackupRefused(
      `${secrets.keys} lacks ${missing}, without which this data cannot be read: set TACT_KEYS_DIR (or TACT_HOME) to the keys of this database.`,
    );
  }
  await proveEpochs(queryable, keys.path, { rootKey, ...vault });
  const secretsText = manifestText({ ...common, kind: 'keys', takenAt, rootKey, files });
  await writePlain(Buffer.from(secretsText), keys.path, manifestFile);
  const tables: DataManifest['tables'] = [];
  for (const [nth, table] of tablesWithRows(catalog).entries()) {
    progress.at(`${table.schema}.${table.name}`);
    tables.push(await dumpTable(session, { ...table, nth }, { folder: data.path, progress }));
  }
  // Parsed as a restore will parse it: a backup that nobody could read must not be finished.
  const manifest = DataManifest.parse({
    ...common,
    kind: 'data',
    takenAt,
    postgres: at.major,
    messageLog,
    migrations: await migrationsOf(queryable, catalog),
    ...vault,
    before: statementsBefore(catalog),
    after: [...catalog.after],
    grants: [...catalog.grants],
    tables,
    sequences: await sequencesOf(queryable, catalog),
  });
  const text = manifestText(manifest);
  const seal = await sealOf(keys.path, { rootKey, files }, text);
  if (seal !== undefined) await writePlain(Buffer.from(`${seal}\n`), data.path, sealFile);
  await writePlain(Buffer.from(text), data.path, manifestFile);
  return manifest;
};

/**
 * Written down before anything is copied, so that no copy is made that nobody can read of. False where the database
 * is of a release that knew of no such acts.
 */
export const noteBackup = (url: string, signal: AbortSignal): Promise<boolean> =>
  inTransaction({ url, sql: 'BEGIN', signal }, async ({ client, queryable }) => {
    const isNoted = await noteMachineAct(queryable, {
      act: 'backup-taken',
      actor: 'system:machine',
      at: new Date(),
    });
    await client.query('COMMIT');
    return isNoted;
  });

/**
 * The whole database at one instant, and the secrets that open it, as two folders. Whatever runs goes on running.
 * Throws `BackupRefused` with one sentence; nothing that looks like a backup is left then.
 */
export const takeBackup = async (options: BackupOptions): Promise<DataManifest> => {
  const data = await DraftFolder.create(join(options.folders.data, 'data'));
  try {
    const keys = await DraftFolder.create(join(options.folders.keys, 'keys'));
    try {
      const { databaseUrl: url, signal } = options;
      const sql = 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY';
      const manifest = await inTransaction({ url, sql, signal }, (session) =>
        write(session, { data, keys }, options),
      );
      await keys.finish();
      await data.finish();
      return manifest;
    } finally {
      await keys.discard();
    }
  } finally {
    await data.discard();
  }
};
