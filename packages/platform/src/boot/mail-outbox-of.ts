import type { MailKinds } from '../mail-outbox/mail-kind.ts';
import { MailOutbox } from '../mail-outbox/mail-outbox.ts';
import { SendMail } from '../mail-outbox/send-mail.ts';
import { UncertainMails } from '../mail-outbox/uncertain-mails.ts';
import type { MailDesk } from '../mail/mail-desk.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { JobHandlers } from './job-handlers.ts';
import type { Storage } from './storage.ts';

type Parts = {
  readonly storage: Storage;
  readonly mailKinds: MailKinds;
  readonly mailDesk: MailDesk;
};

export const mailOutboxOf = ({ mailKinds: kinds, storage, mailDesk }: Parts): MailOutbox => {
  const { jobs, clock, vault } = storage;
  return new MailOutbox({ kinds, jobs, texts: vault.texts, clock, mailer: mailDesk.mailer });
};

export const uncertainMailsOf = ({
  storage: { database, jobs, clock },
  mailDesk: { mailer },
}: Pick<Parts, 'storage' | 'mailDesk'>): UncertainMails =>
  new UncertainMails({ database, jobs, clock, from: mailer?.from });

/** Without a server, mails that an earlier start left go on waiting. */
export const sendMails = ({
  storage,
  mailKinds: kinds,
  mailDesk: { mailer },
  metrics,
  jobHandlers,
}: Parts & { readonly metrics: Metrics; readonly jobHandlers: JobHandlers }): void => {
  if (mailer === undefined) return;
  const { database, clock, vault } = storage;
  jobHandlers.add(new SendMail({ database, kinds, texts: vault.texts, clock, mailer, metrics }));
};
