import type { Mailer } from './mailer.ts';

/** The mailer as an injectable: absent where no SMTP server is set. */
export class MailDesk {
  readonly mailer: Mailer | undefined;

  constructor(mailer: Mailer | undefined) {
    this.mailer = mailer;
  }
}
