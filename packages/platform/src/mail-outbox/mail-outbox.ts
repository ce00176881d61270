import { randomUUID } from 'node:crypto';
import { plainText } from '@tact/contracts';
import { z } from 'zod';
import type { Clock } from '../config/clock.ts';
import type { TextSealer } from '../event-store/events.ts';
import { jobKind } from '../jobs/job-kind.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Mail } from '../mail/mail.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { assertWords, type Words } from '../signing/words.ts';
import type { MailKinds } from './mail-kind.ts';

/** One job a mail. Its pauses are counted in the mail's own row; what fails here is the database, or a defect. */
export const sendMailJob = jobKind({
  name: 'send-mail',
  payload: z.object({ mailId: plainText(36) }),
});

/** Nobody can be written to: the operator set no server. */
export class NoMailServer extends Error {
  override readonly name = 'NoMailServer';

  constructor() {
    super('No mail server is set: see SMTP_URL.');
  }
}

export type NewMail = Omit<Mail, 'messageId'> & {
  readonly kind: string;
  readonly tenantId: string;
  /** Whom the mail is to: under whose key it is sealed, and with whom it goes. */
  readonly subject: string;
  /** What its kind needs to be asked whether it may still leave; ids and words, because rows are in clear. */
  readonly about?: Words;
  /** From then on it is not worth sending any more. */
  readonly notAfter?: Date;
};

export const placeOf = (mailId: string): string => `outgoing mail ${mailId}`;

type Parts = {
  readonly kinds: MailKinds;
  readonly jobs: Jobs;
  readonly texts: TextSealer;
  readonly clock: Pick<Clock, 'now'>;
  readonly mailer: Pick<Mailer, 'assertSendable'> | undefined;
};

/** Where a mail is left by whoever wants it sent: it leaves if, and only if, the caller's transaction commits. */
export class MailOutbox {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** False where no mail server is set: a caller refuses early what would end in `NoMailServer`. */
  get isOpen(): boolean {
    return this.#parts.mailer !== undefined;
  }

  /**
   * Leaves a mail in the caller's transaction, and says its id. Throws `NoMailServer`, `SubjectErased`, and a defect where
   * its words could not be sent as they are.
   */
  async enqueue(tx: Queryable, mail: NewMail): Promise<string> {
    const { kinds, jobs, texts, clock, mailer } = this.#parts;
    if (mailer === undefined) throw new NoMailServer();
    const { kind, tenantId, subject, about, notAfter, ...content } = mail;
    kinds.of(kind);
    assertWords('A mail', [kind, tenantId, subject], about);
    mailer.assertSendable(content);
    const mailId = randomUUID();
    const text = JSON.stringify(content);
    const sealed = await texts.seal({ tenantId, subject }, text, placeOf(mailId));
    await tx.query(
      `INSERT INTO outgoing_mails (mail_id, kind, tenant_id, subject, about, sealed, state, queued_at, not_after)
       VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8)`,
      [mailId, kind, tenantId, subject, about ?? null, sealed, clock.now(), notAfter ?? null],
      'enqueue_mail',
    );
    await jobs.schedule(tx, sendMailJob, { payload: { mailId } });
    return mailId;
  }
}
