import { createReadStream } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DAY_MS } from '@tact/contracts';
import { escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { noteMachineAct } from '../acts/machine-acts.ts';
import { anyRelation, readCatalog } from './catalog.ts';
import { proveFile } from './files.ts';
import {
  livingKeys,
  missingKeys,
  placeSecrets,
  proveRoot,
  refuseOtherSecrets,
  type SecretPlaces,
} from './key-parts.ts';
import { proveEpochs, proveSeal } from './key-proofs.ts';
import { DataManifest, KeysManifest, readManifest, type TableEntry } from './manifest.ts';
import type { Progress } from './progress.ts';
import { BackupRefused } from './refusal.ts';
import { type Session, inTransaction } from './session.ts';
import { nameOf, statementsBefore } from './statements.ts';

export type RestoreOptions = {
  readonly databaseUrl: string;
  readonly folders: { readonly data: string; readonly keys: string };
  readonly secrets: SecretPlaces;
  /** The restored platform will find its messages on a Kafka whose topics are new. */
  readonly freshLog: boolean;
  /** Takes away what the broker holds of another history: only once everything else is done and can be taken back. */
  readonly clearLog?: () => Promise<void>;
  /** Older copies hold people whose erasure destroyed a key since: the operator will erase them again. */
  readonly mayBeOld: boolean;
  readonly now: Date;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

/** As long as the key of an ended epoch is kept, and as `docs/how-to/keys.md` promises that copies are. */
export const KEPT_DAYS = 7;

const refuseOld = ({ takenAt }: DataManifest, { mayBeOld, now }: RestoreOptions): void => {
  const days = (now.getTime() - Date.parse(takenAt)) / DAY_MS;
  if (days <= KEPT_DAYS || mayBeOld) return;
  throw new BackupRefused(
    `This backup is of ${takenAt}, ${Math.floor(days)} days ago: copies are kept for ${KEPT_DAYS} days, because whoever was erased since would come back. Restore a younger one, or add --older-than-seven-days and erase these persons again.`,
  );
};

/** Everything is proved before anything is written. */
const prove = async (options: RestoreOptions) => {
  const { folders, secrets, progress } = options;
  const from = { data: join(folders.data, 'data'), keys: join(folders.keys, 'keys') };
  const { manifest: data, text } = await readManifest(from.data, DataManifest);
  const { manifest: keys } = await readManifest(from.keys, KeysManifest);
  refuseOld(data, options);
  for (const file of keys.files) await proveFile(from.keys, file);
  for (const { content } of data.tables) {
    if (content === undefined) continue;
    progress.at(`proving ${content.file}`);
    await proveFile(from.data, content);
  }
  const missing = missingKeys(keys, data);
  if (missing !== undefined) {
    throw new BackupRefused(
      `${from.keys} lacks ${missing}, without which this data cannot be read: name the keys of the same backup, or of a later one.`,
    );
  }
  await proveRoot(from.keys, keys, data);
  await proveSeal(from, keys, text);
  await refuseOtherSecrets(from.keys, keys.files, secrets);
  return { data, keys, from };
};

const run = async ({ client }: Session, statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await client.query(statement);
};

const loadTable = async (
  { client }: Session,
  table: TableEntry,
  { folder, progress }: { readonly folder: string; readonly progress: Progress },
): Promise<void> => {
  const { columns, rows, content } = table;
  if (content === undefined) return;
  const list = columns.map((column) => escapeIdentifier(column)).join(', ');
  const target = client.query(copyFrom(`COPY ${nameOf(table)} (${list}) FROM STDIN`));
  const unpacked = createGunzip({ chunkSize: 256 * 1024 });
  unpacked.on('data', (piece: Buffer) => progress.advance(piece.length));
  await pipeline(createReadStream(join(folder, content.file)), unpacked, target);
  if (target.rowCount === rows) return;
  throw new BackupRefused(
    `${content.file} gave ${target.rowCount} rows of ${rows}: nothing was restored; take another copy of this backup.`,
  );
};

/**
 * A Kafka whose topics are new holds none of what was published: the relays publish everything again, under the
 * same numbers, and consumers drop what they had.
 */
const publishAgain = async (session: Session, { tables }: DataManifest): Promise<void> => {
  for (const table of tables.filter(({ name }) => name === 'relay_checkpoint')) {
    await session.client.query(`UPDATE ${nameOf(table)} SET position = 0, shard_seqs = '{}'`);
  }
};

/**
 * A mail that waited when the backup was taken may have left since, and the row that would say so is lost: nobody sends it
 * again unasked.
 */
const doubtMails = async (session: Session, { tables }: DataManifest): Promise<void> => {
  for (const table of tables.filter(({ name }) => name === 'outgoing_mails')) {
    await session.client.query(
      `UPDATE ${nameOf(table)} SET state = 'unknown', settled_at = now() WHERE state IN ('waiting', 'handed-over')`,
    );
  }
};

/** The statements of the restored database must be those of the backup, word by word. */
const compare = async ({ queryable }: Session, data: DataManifest): Promise<void> => {
  const catalog = await readCatalog(queryable);
  const found = { before: statementsBefore(catalog), after: catalog.after };
  const requested = { before: data.before, after: data.after };
  if (isDeepStrictEqual(found, requested)) return;
  const all = new Set([...found.before, ...found.after]);
  const [lacking] = [...requested.before, ...requested.after].filter((one) => !all.has(one));
  throw new BackupRefused(
    `The restored database is not what the backup says (${lacking?.slice(0, 120) ?? 'it has more'}): nothing was restored.`,
  );
};

const grantAgain = async (
  { client, queryable }: Session,
  { grants }: DataManifest,
  progress: Progress,
): Promise<void> => {
  const roles = await queryable.query<{ name: string }>('SELECT rolname AS name FROM pg_roles');
  const known = new Set(roles.map(({ name }) => name));
  for (const { role, statement } of grants) {
    if (known.has(role)) await client.query(statement);
    else progress.line(`  ! this server has no role ${role}; when it has: ${statement}`);
  }
};

const fill = async (
  session: Session,
  { data, from }: Awaited<ReturnType<typeof prove>>,
  { progress, freshLog }: RestoreOptions,
): Promise<void> => {
  const { client } = session;
  await run(session, data.before);
  for (const table of data.tables) {
    progress.at(`${table.schema}.${table.name}`);
    await loadTable(session, table, { folder: from.data, progress });
  }
  for (const { schema, name, last, called } of data.sequences) {
    await client.query('SELECT setval($1::regclass, $2, $3)', [
      nameOf({ schema, name }),
      last,
      called,
    ]);
  }
  progress.at('keys and indexes');
  await run(session, data.after);
  await grantAgain(session, data, progress);
  const [server] = await session.queryable.query<{ major: number }>(
    `SELECT current_setting('server_version_num')::integer / 10000 AS major`,
  );
  // Another version may word the same thing otherwise.
  if (server?.major === data.postgres) await compare(session, data);
  await doubtMails(session, data);
  if (freshLog || data.messageLog === 'kafka') await publishAgain(session, data);
};

/**
 * Fills an empty database and puts the secrets in their places, in one transaction: it is restored whole, or
 * nothing is. Throws `BackupRefused` with one sentence. `isInAudit` is false where the copy is of a release that knew of
 * no acts at the machine.
 */
export const restoreBackup = async (
  options: RestoreOptions,
): Promise<DataManifest & { readonly isInAudit: boolean }> => {
  const proved = await prove(options);
  const { databaseUrl: url, signal, now: at } = options;
  const isInAudit = await inTransaction({ url, sql: 'BEGIN', signal }, async (session) => {
    const there = await anyRelation(session.queryable);
    if (there !== undefined) {
      throw new BackupRefused(
        `The database is not empty, it holds ${there}: restore into an empty one.`,
      );
    }
    await fill(session, proved, options);
    const { data, keys, from } = proved;
    const { epochs } = data;
    await proveEpochs(session.queryable, from.keys, { rootKey: keys.rootKey, epochs });
    const files = await livingKeys(session.queryable, keys.files);
    await placeSecrets(from.keys, files, options.secrets);
    await options.clearLog?.();
    const { takenAt: about } = data;
    const isNoted = await noteMachineAct(session.queryable, {
      act: 'backup-restored',
      actor: 'system:machine',
      about,
      at,
    });
    await session.client.query('COMMIT');
    options.progress.at('statistics');
    await session.client.query('ANALYZE').catch(() => undefined);
    return isNoted;
  });
  return { ...proved.data, isInAudit };
};
