import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sentenceOf } from '../boot/refusal-sentence.ts';
import { type PlatformConfig, keysFolderOf, readConfig } from '../config/config.ts';
import type { DataManifest } from './manifest.ts';
import { Progress } from './progress.ts';
import { BackupRefused } from './refusal.ts';
import { restoreBackup } from './restore-backup.ts';
import { noteBackup, takeBackup } from './take-backup.ts';
import { clearTopics } from './topics-of-old.ts';

const usage =
  'Usage: backup <folder> [--keys <folder>] or restore <folder> [--keys <folder>] [--delete-topics] [--older-than-seven-days]';

const flags = {
  keys: { type: 'string' },
  'message-log': { type: 'string' },
  'delete-topics': { type: 'boolean', default: false },
  'older-than-seven-days': { type: 'boolean', default: false },
} as const;

const asked = (argv: readonly string[]) => {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: flags,
      allowPositionals: true,
    });
    const [verb, folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) throw new BackupRefused(usage);
    const data = resolve(folder);
    const keys = values.keys === undefined ? data : resolve(values.keys);
    return { verb, folders: { data, keys }, flags: values };
  } catch (cause) {
    throw cause instanceof BackupRefused ? cause : new BackupRefused(usage, { cause });
  }
};
type Asked = ReturnType<typeof asked>;

const secretsOf = (config: PlatformConfig) => ({
  keys: resolve(keysFolderOf(config)),
  credentials: resolve(join(config.TACT_HOME, 'credentials.json')),
});

const rowsOf = ({ tables }: DataManifest): string => {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `${rows} rows of ${tables.length} tables`;
};

/** Said where the database is of a release that knew of no acts at the machine. */
const notInAudit = 'this is not in the audit: the database was last started by an older release';

type Work = {
  readonly config: PlatformConfig;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

const backup = async (
  { folders, flags: given }: Asked,
  { config, progress, signal }: Work,
): Promise<void> => {
  if (!(await noteBackup(config.DATABASE_URL, signal))) progress.line(`  ! ${notInAudit}`);
  const usesKafka = given['message-log'] === 'kafka' || config.KAFKA_BROKERS !== undefined;
  const manifest = await takeBackup({
    folders,
    progress,
    signal,
    databaseUrl: config.DATABASE_URL,
    secrets: secretsOf(config),
    rootKey: config.TACT_ROOT_KEY,
    messageLog: usesKafka ? 'kafka' : 'postgres',
  });
  progress.line(`  ✓ ${rowsOf(manifest)}, ${progress.total}, as of ${manifest.takenAt}`);
  progress.line(`  data: ${join(folders.data, 'data')}`);
  progress.line(`  keys: ${join(folders.keys, 'keys')} - keep them apart from the data`);
};

const restore = async (
  { folders, flags: given }: Asked,
  { config, progress, signal }: Work,
): Promise<void> => {
  const { KAFKA_BROKERS: brokers } = config;
  const mayDelete = given['delete-topics'];
  // Told before hours of work; deleted after them, so that a backup that cannot be restored costs no topic.
  if (brokers !== undefined && !mayDelete) await clearTopics(brokers, { mayDelete });
  const clearLog = async (): Promise<void> => {
    if (brokers === undefined || !mayDelete) return;
    const gone = await clearTopics(brokers, { mayDelete });
    if (gone.length > 0) progress.line(`  ✓ deleted the topics ${gone.join(', ')}`);
  };
  const { takenAt, isInAudit, ...manifest } = await restoreBackup({
    folders,
    progress,
    signal,
    databaseUrl: config.DATABASE_URL,
    secrets: secretsOf(config),
    freshLog: brokers !== undefined,
    now: new Date(),
    mayBeOld: given['older-than-seven-days'],
    clearLog,
  });
  progress.line(`  ✓ ${rowsOf({ takenAt, ...manifest })}, ${progress.total}`);
  if (!isInAudit) progress.line(`  ! ${notInAudit}`);
  progress.line(`  The platform is what it was at ${takenAt}. Nothing that came later is in it:`);
  progress.line('  erase again whoever was erased since, and record objections that came since.');
};

const verbs: Readonly<Record<string, (asked: Asked, work: Work) => Promise<void>>> = {
  backup,
  restore,
};

/** The whole of the program: its arguments, its settings, one sentence and exit code 1 when it cannot. */
export const runBackup = async (): Promise<void> => {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  try {
    const question = asked(process.argv.slice(2));
    const verb = verbs[question.verb ?? ''];
    if (!verb) throw new BackupRefused(usage);
    // A clock of its own is for services; when a backup was taken is a matter of real time.
    const config = readConfig({ ...process.env, TACT_CLOCK: undefined });
    await verb(question, {
      config,
      progress: new Progress(process.stdout),
      signal: stop.signal,
    });
  } catch (error) {
    const sentence = stop.signal.aborted
      ? 'Stopped, as asked: nothing was left behind.'
      : sentenceOf(error, 'Nothing was copied or restored');
    process.stderr.write(`tact: ${sentence}\n`);
    process.exitCode = 1;
  }
};
