import type { Metrics } from '../observability/metrics.ts';
import type { Log } from '../observability/logger.ts';
import { assertHeaders, composeMail } from './compose.ts';
import type { DkimKey, MailSettings } from './mail-settings.ts';
import { dkimKeyOf } from './mail-settings.ts';
import type { HandOverOutcome, Mail, MailOutcome } from './mail.ts';
import { messageIdOf } from './message-id.ts';
import type { MayBeHandedOver, SmtpLimits, SmtpServer } from './smtp-delivery.ts';
import { deliver } from './smtp-delivery.ts';
import { renderMail } from './template.ts';

type Parts = {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits?: SmtpLimits;
  /** One click may lead to this machine itself: see `Composing`. */
  readonly mayBeLoopback?: boolean;
};

/** What a caller gives; the id is what the caller knows the mail by, the same in every attempt. */
export type MailToSend = Omit<Mail, 'messageId'> & {
  readonly idempotencyId: string;
  /** Of which kind it is, for the log. */
  readonly kind?: string;
};

/** Sends mails through the operator's SMTP server, one attempt a call. Whoever calls keeps what is still to be sent. */
export class Mailer {
  readonly from: string;
  readonly #server: SmtpServer;
  readonly #dkim: DkimKey | undefined;
  readonly #parts: Parts;

  private constructor(
    settings: MailSettings & { SMTP_URL: string; MAIL_FROM: string },
    parts: Parts,
  ) {
    this.from = settings.MAIL_FROM;
    this.#server = { url: settings.SMTP_URL, mayBeClear: settings.SMTP_TLS === 'optional' };
    this.#dkim = dkimKeyOf(settings);
    this.#parts = parts;
  }

  /** Undefined when no server is set. Throws `StartupRefusal` when the key of DKIM cannot be read. */
  static of(settings: MailSettings, parts: Parts): Mailer | undefined {
    const { SMTP_URL, MAIL_FROM } = settings;
    if (SMTP_URL === undefined || MAIL_FROM === undefined) return undefined;
    return new Mailer({ ...settings, SMTP_URL, MAIL_FROM }, parts);
  }

  /** Throws, a defect of the caller, where words of it would begin a header of their own. */
  assertSendable(mail: Omit<Mail, 'messageId'>): void {
    const { mayBeLoopback = false } = this.#parts;
    assertHeaders(mail, { mayBeLoopback });
    renderMail(mail.document);
  }

  /** One attempt, with one log line that names no person. Never throws but on a defect of the caller. */
  async send(mail: MailToSend): Promise<MailOutcome> {
    const reported = await this.sendIf(mail, () => Promise.resolve(true));
    if (reported.outcome === 'withheld')
      throw new Error('a mail was withheld that nobody withheld');
    return reported;
  }

  /** The same, asking at the last moment, when the server waits for the text. Throws what the question throws. */
  async sendIf(
    { idempotencyId, kind, ...mail }: MailToSend,
    mayBeHandedOver: MayBeHandedOver,
  ): Promise<HandOverOutcome> {
    const began = performance.now();
    const { from } = this;
    const { limits, log, metrics, mayBeLoopback = false } = this.#parts;
    const messageId = messageIdOf(idempotencyId, from);
    const dkim = this.#dkim === undefined ? {} : { dkim: this.#dkim };
    const message = await composeMail({ ...mail, messageId }, { from, mayBeLoopback, ...dkim });
    const reported = await deliver(
      message,
      { from, to: mail.to },
      {
        server: this.#server,
        mayBeHandedOver,
        ...(limits === undefined ? {} : { limits }),
      },
    );
    metrics
      .counter('tact_mails_total', 'Attempts to send a mail, by what became of them.', ['outcome'])
      .inc({ outcome: reported.outcome });
    const durationMs = Math.round(performance.now() - began);
    const line = { messageId, ...(kind === undefined ? {} : { kind }), ...reported, durationMs };
    if (reported.outcome === 'sent') log.info(line, 'mail sent');
    else log.warn(line, 'mail not sent');
    return reported;
  }
}
