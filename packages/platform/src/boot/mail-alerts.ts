import { AlertMails } from '../alert-mail/alert-mails.ts';
import type { PlatformConfig } from '../config/config.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Alerts } from '../observability/alerts.ts';
import type { Log } from '../observability/logger.ts';
import type { ShutdownHooks } from './shutdown-hooks.ts';
import { PeriodicTask } from './periodic-task.ts';
import type { Storage } from './storage.ts';

const EVERY_MS = 30_000;

type Parts = {
  readonly config: PlatformConfig;
  readonly storage: Pick<Storage, 'database' | 'clock'>;
  readonly alerts: Alerts;
  readonly mailer: Mailer | undefined;
  readonly service: string;
  readonly log: Log;
  readonly shutdownHooks: ShutdownHooks;
};

/** The operator hears of what a person must look at; nobody does without ALERT_MAIL_TO. */
export const mailAlerts = ({ config, storage, mailer, shutdownHooks, ...parts }: Parts): void => {
  const { ALERT_MAIL_TO: to, ALERT_MAIL_LANGUAGE: language, TACT_PUBLIC_ORIGIN: origin } = config;
  if (to === undefined || mailer === undefined) return;
  const { database, clock } = storage;
  const mails = new AlertMails({
    ...parts,
    database,
    clock,
    mailer,
    to,
    language,
    ...(origin === undefined ? {} : { origin }),
  });
  const task = new PeriodicTask({
    everyMs: EVERY_MS,
    // That the clocks differ is mailed too.
    follows: clock,
    log: parts.log,
    complaint: 'alerts could not be mailed; again soon',
    run: (signal) => mails.run(signal),
  });
  task.start();
  shutdownHooks.add('alert mails', () => task.stop());
};
