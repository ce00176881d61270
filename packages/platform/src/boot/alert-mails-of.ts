import { AlertMails } from '../alert-mail/alert-mails.ts';
import type { PlatformConfig } from '../config/config.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Alerts } from '../observability/alerts.ts';
import type { Log } from '../observability/logger.ts';
import type { Storage } from './storage.ts';

type Parts = {
  readonly config: PlatformConfig;
  readonly storage: Pick<Storage, 'database' | 'clock'>;
  readonly alerts: Alerts;
  readonly mailer: Mailer | undefined;
  readonly service: string;
  readonly log: Log;
};

/** The operator hears of what a person must look at; undefined, and nobody does, without ALERT_MAIL_TO. */
export const alertMailsOf = ({
  config,
  storage,
  alerts,
  mailer,
  service,
  log,
}: Parts): AlertMails | undefined => {
  const { ALERT_MAIL_TO: to, ALERT_MAIL_LANGUAGE: language, TACT_PUBLIC_ORIGIN: origin } = config;
  if (to === undefined || mailer === undefined) return undefined;
  const { database, clock } = storage;
  return new AlertMails({
    database,
    clock,
    alerts,
    mailer,
    service,
    log,
    to,
    language,
    ...(origin === undefined ? {} : { origin }),
  });
};
