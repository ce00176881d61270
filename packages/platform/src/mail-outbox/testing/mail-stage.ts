import { setTimeout as pause } from 'node:timers/promises';
import { Clock } from '../../config/clock.ts';
import { WakeUp } from '../../event-store/wake-up.ts';
import { JobRunner } from '../../jobs/job-runner.ts';
import { Jobs } from '../../jobs/jobs.ts';
import { jobMigrations } from '../../jobs/schema.ts';
import { Mailer } from '../../mail/mailer.ts';
import { createLog } from '../../observability/logger.ts';
import { Metrics } from '../../observability/metrics.ts';
import { LocalRootKey } from '../../personal-data/root-key/local-root-key.ts';
import { vaultMigrations } from '../../personal-data/schema.ts';
import { Vault } from '../../personal-data/vault.ts';
import { openDatabase } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import { type MailKind, MailKinds } from '../mail-kind.ts';
import { MailOutbox, type NewMail } from '../mail-outbox.ts';
import { UncertainMails } from '../uncertain-mails.ts';
import { mailOutboxMigrations } from '../schema.ts';
import { SendMail } from '../send-mail.ts';

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export type StageOptions = {
  readonly url: string;
  /** Of the root key. */
  readonly folder: string;
  readonly smtpPort: () => number;
  readonly kind: MailKind;
};

export const newsTo = (contactId: string): NewMail => ({
  kind: 'news',
  tenantId: 'demo',
  subject: contactId,
  to: `${contactId}@example.org`,
  document: {
    language: 'fr',
    subject: 'Une nouvelle',
    blocks: [{ kind: 'paragraph', text: `Bonjour ${contactId}.` }],
    footer: 'Vous l’avez demandé.',
  },
});

const openStores = async ({ url, folder }: Pick<StageOptions, 'url' | 'folder'>) => {
  const vaultSchema = await openDatabase({ url, schema: 'vault', poolSize: 2 });
  await migrate(vaultSchema, vaultMigrations);
  const database = await openDatabase({ url, schema: 'stage' });
  await migrate(database, [...jobMigrations, ...mailOutboxMigrations]);
  const clock = new Clock({ startAt: new Date('2026-11-20T10:00:00Z'), mayMove: true });
  const rootKey = await LocalRootKey.open(folder);
  const vault = new Vault({ queryable: vaultSchema.queryable, rootKey, clock });
  const close = async () => {
    await database.close();
    await vaultSchema.close();
  };
  return { database, clock, vault, close };
};

const mailerTo = (port: number, destination: { write(line: string): void }): Mailer => {
  const metrics = new Metrics('stage', { process: false });
  const log = createLog({ service: 'stage', level: 'info', destination });
  const settings = {
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    SMTP_TLS: 'required',
    MAIL_FROM: 'tact@example.com',
    ALERT_MAIL_LANGUAGE: 'en',
  } as const;
  const limits = { connectMsMax: 2_000, silenceMsMax: 400 };
  const mailer = Mailer.of(settings, { log, metrics, limits, mayBeLoopback: true });
  if (mailer === undefined) throw new Error('the settings name a server');
  return mailer;
};

/** A schema with the outbox and its job, a real vault, and a mailer to whatever server a test has. */
export const openMailStage = async ({ url, folder, smtpPort, kind }: StageOptions) => {
  const { database, clock, vault, close } = await openStores({ url, folder });
  const { texts } = vault;
  const lines: string[] = [];
  const mailer = () => mailerTo(smtpPort(), { write: (line) => void lines.push(line) });
  const kinds = new MailKinds();
  kinds.add(kind);
  const jobs = new Jobs({ channel: 'tact_stage', now: () => clock.now() });
  const outbox = new MailOutbox({ kinds, jobs, texts, clock, mailer: mailer() });
  const handler = new SendMail({
    database,
    kinds,
    texts,
    clock,
    metrics: new Metrics('stage', { process: false }),
    mailer: { sendIf: (mail, mayBeHandedOver) => mailer().sendIf(mail, mayBeHandedOver) },
    chance: () => 1,
  });
  const wakeUp = new WakeUp(database, { lastWritten: 'SELECT 0 AS last' });
  const handlers = { all: [handler] };
  const now = () => clock.now();
  const runner = new JobRunner({ database, wakeUp, now, lines: quiet, handlers });
  const states = `SELECT state FROM outgoing_mails ORDER BY queued_at, mail_id`;
  return {
    database,
    vault,
    clock,
    outbox,
    uncertain: new UncertainMails({ database, jobs, clock, from: 'tact@example.com' }),
    runner,
    lines,
    enqueue: (mail: NewMail) => database.transaction((tx) => outbox.enqueue(tx, mail)),
    states: async () =>
      (await database.queryable.query<{ state: string }>(states)).map(({ state }) => state),
    /** Runs what is due until nothing is. */
    drained: async () => {
      runner.wake();
      while ((await runner.open()) > 0) await pause(5);
    },
    moveOn: (ms: number) => clock.moveTo(clock.advancedMs + ms),
    close: async () => {
      await runner.stop({ drainMs: 200 });
      await wakeUp.close();
      await close();
    },
  };
};
